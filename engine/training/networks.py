"""A fresh network of a family's settings, on the device that this process computes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.config.models import GPTConfig, MLPConfig
from engine.devices import choose_device
from engine.errors import MisuseError
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.mlp.model import MLPModel
from engine.models.mlp.network import MLP

if TYPE_CHECKING:
    from engine.training.parallel import Processes


def build_model(
    config: MLPConfig | GPTConfig, vocabulary_size: int, end_of_text: int, device: torch.device
) -> MLPModel | GPT:
    """Its weights come from torch's global generator, drawn on the CPU: the same ones on any device."""
    if isinstance(config, MLPConfig):
        return MLPModel(MLP(config, vocabulary_size).to(device), vocabulary_size, end_of_text)
    return GPT(build_network(config, vocabulary_size).to(device), vocabulary_size, end_of_text)


def device_of(name: str, processes: Processes) -> torch.device:
    """The device of a setting; several processes take a GPU each, or share the CPU.

    Raises MisuseError when it is not there.
    """
    if not processes.are_several:
        return choose_device(name)
    if name not in ("auto", "cpu", "cuda"):
        raise MisuseError(f"several processes cannot share the device {name}; leave --device out")
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    return choose_device(f"cuda:{processes.local_rank}")
