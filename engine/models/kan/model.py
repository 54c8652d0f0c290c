"""The KAN as a language model, and its checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.kan.family import FAMILY, KANConfig
from engine.models.kan.network import KAN
from engine.models.neural import load_network, save_network
from engine.models.window_model import WindowModel

if TYPE_CHECKING:
    from pathlib import Path

    import torch


class KANModel(WindowModel):
    network: KAN

    @property
    def config(self) -> KANConfig:
        return self.network.config

    def save(self, folder: Path) -> None:
        save_network(self, FAMILY.model_types[0], folder)


def load_kan(folder: Path, device: str | torch.device = "cpu") -> KANModel:
    """Load the KAN in a checkpoint's folder. Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder, KANConfig, KAN)
    return KANModel(network.to(device), vocabulary_size, end_of_text)
