"""Changes of the learning rate that people asked for, read back from a run's events.

A checkpoint knows only the changes before it. Those after it are made again at the same steps, so that a run
that was killed and resumed learns at the same rates as the run that was not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.runs.journals.records import LearningRateChanged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.runs.journals.records import AnyEvent


class RateChanges:
    """From which step on the scheduled rates are multiplied by what."""

    def __init__(self, events: Iterable[AnyEvent] = ()) -> None:
        self._changes: list[LearningRateChanged] = []
        for event in events:
            if isinstance(event, LearningRateChanged):
                self.add(event)

    def add(self, change: LearningRateChanged) -> None:
        """A later word takes back all earlier ones about the same or later steps."""
        self._changes = [earlier for earlier in self._changes if earlier.step < change.step]
        self._changes.append(change)

    def at(self, step: int) -> float:
        """The scale for the step of this number."""
        return next((change.scale for change in reversed(self._changes) if change.step <= step), 1.0)
