"""State of the training loop, stored beside the weights: state.json in each checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.files.reading import read_json
from engine.files.storage import indented_json

if TYPE_CHECKING:
    from pathlib import Path

STATE_FILE = "state.json"


class TrainingState(Struct, kw_only=True):
    """State that the loop keeps from one step to the next."""

    step: int = 0
    """Number of completed steps, and the index of the next one."""
    tokens: int = 0
    seconds: float = 0.0
    fraction: float = 0.0
    """Fraction of the budget that is used."""
    evaluations_done: int = 0
    best_loss: float | None = None
    """Lowest loss on the held-out sample."""
    best_step: int | None = None
    sampled_tokens: int = 0
    """Size of that sample. A loss on a sample of another size is not compared with it."""
    stale_evaluations: int = 0
    """Number of evaluations since the best one."""
    val_loss: float | None = None
    """Loss of the last evaluation."""
    val_bpb: float | None = None
    restarts: int = 0
    """Number of times that the run was resumed."""
    impossible: int = 0
    lossless: bool | None = None
    pseudo_likelihood: bool = False
    scored_whole: bool = True
    """The last evaluation scored all of the held-out text."""


def write_state(folder: Path, state: TrainingState) -> None:
    (folder / STATE_FILE).write_bytes(indented_json(state, indent=1))


def read_state(folder: Path) -> TrainingState:
    """Raises UnreadableError when the file is missing or damaged."""
    return read_json(folder / STATE_FILE, TrainingState)
