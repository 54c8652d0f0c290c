"""The MLP as a language model, and its checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.mlp.family import FAMILY, MLPConfig
from engine.models.mlp.network import MLP
from engine.models.neural import load_network, save_network
from engine.models.window_model import WindowModel

if TYPE_CHECKING:
    from pathlib import Path

    import torch


class MLPModel(WindowModel):
    network: MLP

    @property
    def config(self) -> MLPConfig:
        return self.network.config

    def save(self, folder: Path) -> None:
        save_network(self, FAMILY.model_types[0], folder)


def load_mlp(folder: Path, device: str | torch.device = "cpu") -> MLPModel:
    """Load the MLP in a checkpoint's folder. Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder, MLPConfig, MLP)
    return MLPModel(network.to(device), vocabulary_size, end_of_text)
