"""Events of a run on the axis of the chart: checkpoints, changed rates, resumes, losses that are not finite."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.journals.history import Mark, RunHistory
    from engine.runs.journals.records import Step
    from tui.widgets.glyphs import Glyphs


def event_marks(history: RunHistory, x: Callable[[Step], float], glyphs: Glyphs) -> list[tuple[float, str]]:
    """Return the sign of each event at its position on the axis; in one column the rarer kind comes last."""
    from engine.runs.journals.records import Checkpoint, LearningRateChanged, NotFinite, Resumed

    signs = {
        Checkpoint: glyphs.checkpoint,
        LearningRateChanged: glyphs.rate,
        Resumed: glyphs.resumed,
        NotFinite: glyphs.not_finite,
    }
    order = list(signs.values())
    marks = [(at, signs[type(event)]) for at, event in _placed(history, x)]
    return sorted(marks, key=lambda mark: order.index(mark[1]))


def describe_marks(history: RunHistory, x: Callable[[Step], float], low: float, high: float) -> str:
    """Return a phrase for the events between two positions on the axis: `checkpoint, resumed`."""
    there = [_describe(event) for at, event in _placed(history, x) if low <= at <= high]
    return ", ".join(dict.fromkeys(there))


def _placed(history: RunHistory, x: Callable[[Step], float]) -> list[tuple[float, Mark]]:
    """Return the events, each at the first line of metrics from its step on.

    A loss that is not finite ends a run before its line is written: then it is at the last line.
    """
    steps = history.steps
    end = len(steps)  # the watcher's thread appends
    events = list(history.marks)
    if not end:
        return []
    ats = (bisect_left(steps, event.step, hi=end, key=lambda step: step.step) for event in events)
    return [(x(steps[min(at, end - 1)]), event) for at, event in zip(ats, events, strict=True)]


def _describe(event: Mark) -> str:
    from engine.runs.journals.records import Checkpoint, LearningRateChanged, Resumed

    match event:
        case Checkpoint():
            return "checkpoint"
        case LearningRateChanged():
            return f"learning rate {event.scale:g} times the schedule's from here"
        case Resumed():
            return "resumed"
        case _:
            return f"the loss of step {event.step:,} is NaN or infinite"
