"""The GPT as a language model: sessions, batches, and its checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.gpt.decode.batch import GPTBatchSession
from engine.models.gpt.decode.session import GPTSession
from engine.models.gpt.hf_checkpoint import load_network, save_network
from engine.models.neural import NeuralModel

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from engine.models.gpt.family import GPTConfig
    from engine.models.gpt.network import Network


class GPT(NeuralModel):
    network: Network

    @property
    def config(self) -> GPTConfig:
        return self.network.config

    def session(self) -> GPTSession:
        return GPTSession(self)

    def batch_session(self, texts: int) -> GPTBatchSession:
        return GPTBatchSession(self, texts)

    def save(self, folder: Path) -> None:
        save_network(self.network, self.vocabulary_size, self.end_of_text, folder)


def load_gpt(folder: Path, device: str | torch.device = "cpu") -> GPT:
    """Load the GPT in a checkpoint's folder. Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder)
    return GPT(network.to(device), vocabulary_size, end_of_text)
