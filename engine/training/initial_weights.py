"""The network of a run before its first step: fresh weights, which its seed determines, or those of its base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.models.registry import neural_family_of
from engine.runs.checkpoints import read_checkpoint
from engine.runs.folder import find_run
from engine.training.base_model import load_base

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config.settings import RunSettings
    from engine.models.neural import NeuralModel
    from engine.tokenizers.interface import Tokenizer


def initial_model(
    settings: RunSettings,
    tokenizer: Tokenizer,
    device: torch.device,
    notify: Callable[[str], None] = lambda message: None,
) -> NeuralModel:
    """Seed torch's global generator with the run's seed and build its network.

    `notify` receives what is remarkable about the base's checkpoint. Raises MisuseError when the base run is gone.
    """
    torch.manual_seed(settings.seed)
    config = settings.model
    if settings.base is None:
        family = neural_family_of(config)
        return family.build(config, tokenizer.vocabulary_size, tokenizer.end_of_text, device)
    return read_checkpoint(
        find_run(settings.base),
        None,
        lambda _, folder: load_base(folder, config, tokenizer.vocabulary_size, device),
        notify,
    )
