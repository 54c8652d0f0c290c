"""Progress of a long task, for display."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["reading", "tokenizing", "downloading"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One report."""

    stage: Stage
    done_bytes: int
    total_bytes: int
    seconds: float
    """Since the stage began."""
    bytes_before: int = 0
    """Bytes already done when the stage began."""

    @property
    def bytes_per_second(self) -> float:
        """Mean since the stage began."""
        return (self.done_bytes - self.bytes_before) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate at the speed so far; None before a speed is known."""
        done = self.done_bytes - self.bytes_before
        return self.seconds * max(0, self.total_bytes - self.done_bytes) / done if done > 0 else None


ProgressListener = Callable[[Progress], None]


class ProgressReporter:
    """Turns byte counts into a few reports a second."""

    INTERVAL = 0.2  # seconds between two reports

    def __init__(
        self, listener: ProgressListener | None, stage: Stage, total_bytes: int, already: int = 0
    ) -> None:
        self._listener = listener
        self._stage: Stage = stage
        self._total = total_bytes
        self._before = self._done = already
        self._start = self._last = time.monotonic()

    def advance(self, count: int) -> None:
        """Add bytes to those done; a negative number means they are to be done again."""
        self._done += count
        now = time.monotonic()
        if now - self._last >= self.INTERVAL:
            self._report(now)

    def finish(self) -> None:
        """Send the last report."""
        self._report(time.monotonic())

    def _report(self, now: float) -> None:
        self._last = now
        if self._listener is not None:
            self._listener(Progress(self._stage, self._done, self._total, now - self._start, self._before))
