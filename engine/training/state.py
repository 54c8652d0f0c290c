"""Where a run stands, beside its weights: state.json in each checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from engine.files.reading import read_json

if TYPE_CHECKING:
    from pathlib import Path

STATE_FILE = "state.json"


class TrainingState(Struct, kw_only=True):
    """All that the loop remembers from one step to the next."""

    step: int = 0
    """Steps made; the next one has this number."""
    tokens: int = 0
    seconds: float = 0.0
    fraction: float = 0.0
    """Of the budget."""
    evaluations_done: int = 0
    best_loss: float | None = None
    """Of the held-out sample."""
    best_step: int | None = None
    sampled_tokens: int = 0
    """Of that sample: losses on another are no match for it."""
    stale_evaluations: int = 0
    """Made since the best one."""
    val_loss: float | None = None
    """Of the last evaluation, of the whole held-out text at the end."""
    val_bpb: float | None = None
    restarts: int = 0
    """Times that the run was resumed."""
    impossible: int = 0
    lossless: bool | None = None
    """These four as in the last evaluation."""


def write_state(folder: Path, state: TrainingState) -> None:
    (folder / STATE_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(state), indent=1) + b"\n")


def read_state(folder: Path) -> TrainingState:
    """Raises UnreadableError when the file is missing or damaged."""
    return read_json(folder / STATE_FILE, TrainingState)
