"""The GPT's network in either of its shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.gpt.gpt2 import GPT2
from engine.models.gpt.qwen3 import Qwen3

if TYPE_CHECKING:
    from engine.models.gpt.family import GPTConfig

Network = Qwen3 | GPT2


def build_network(config: GPTConfig, vocabulary_size: int) -> Network:
    """Return a fresh network; its weights come from torch's global generator."""
    return (GPT2 if config.shape == "gpt2" else Qwen3)(config, vocabulary_size)
