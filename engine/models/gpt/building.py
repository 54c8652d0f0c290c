"""A GPT of the class that its settings ask for, around a network or from a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.gpt.hf_checkpoint import load_network
from engine.models.gpt.masked import MaskedGPT
from engine.models.gpt.model import GPT

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from engine.models.gpt.network import Network


def gpt_of(network: Network, vocabulary_size: int, end_of_text: int) -> GPT:
    """Return the model of a network, causal or not."""
    return (GPT if network.config.causal else MaskedGPT)(network, vocabulary_size, end_of_text)


def load_gpt(folder: Path, device: str | torch.device = "cpu") -> GPT:
    """Load the GPT in a checkpoint's folder. Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder)
    return gpt_of(network.to(device), vocabulary_size, end_of_text)
