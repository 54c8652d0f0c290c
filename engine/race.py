"""A race: one run of each kind of model on one text, with one time budget, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.config.anchoring import anchored
from engine.config.loading import merge
from engine.config.presets import RACE
from engine.config.resolve import resolve_settings
from engine.runs.creation import create_run
from engine.runs.folder import list_runs
from engine.runs.process.launch import queue_trainer
from engine.runs.process.status import ALIVE, run_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.runs.folder import Run


def create_race(sources: Sequence[str], budget: str) -> list[Run]:
    """Create a run for each of RACE, named `race-2-gpt` in the second race.

    Raises MisuseError when the text or the budget is invalid.
    """
    common = {"corpus": {"sources": list(sources)}, "training": {"budget": budget}}
    settings = {name: anchored(resolve_settings(merge(common, table))) for name, table in RACE.items()}
    taken = {run.name for run in list_runs()}
    number = 1
    while any(f"race-{number}-{name}" in taken for name in settings):
        number += 1
    return [create_run(chosen, f"race-{number}-{name}") for name, chosen in settings.items()]


def queue_race(runs: Sequence[Run]) -> None:
    """Let the runs train one after another, when those that train or wait now have ended."""
    ours = {run.name for run in runs}
    before = [run.name for run in list_runs() if run.name not in ours and run_state(run) in ALIVE]
    for run in runs:
        queue_trainer(run, before)
        before = [run.name]
