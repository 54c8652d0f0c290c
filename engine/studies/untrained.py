"""The model of a run before its first step, to hold the trained one against."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from engine.errors import MisuseError
from engine.inference.loading import load_run
from engine.models.registry import learns_by_counting
from engine.runs.checkpoints import complete_steps
from engine.training.initial_weights import initial_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.inference.loading import LoadedModel


def untrained(loaded: LoadedModel, notify: Callable[[str], None]) -> LoadedModel:
    """Return the model at step 0: its checkpoint of an imported run, else built anew from the run's seed.

    Raises MisuseError for a counted model and for an exported one, which has no seed.
    """
    if learns_by_counting(loaded.settings.model):
        raise MisuseError(f"{loaded.run.name} counts its text and has no untrained weights; choose a network")
    if loaded.step is None:
        raise MisuseError(
            f"{loaded.run.name} is an exported model without the seed of its run; name the run itself"
        )
    if 0 in complete_steps(loaded.run):
        return load_run(loaded.run, 0, loaded.device, notify)
    model = initial_model(loaded.settings, loaded.tokenizer, torch.device(loaded.device), notify)
    return replace(loaded, step=0, model=model)
