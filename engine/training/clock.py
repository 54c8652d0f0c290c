"""Seconds of training: pauses and the time between processes do not count."""

from __future__ import annotations

import time


class TrainingClock:
    def __init__(self, seconds: float = 0.0) -> None:
        self._before = seconds
        self._since: float | None = time.monotonic()

    @property
    def seconds(self) -> float:
        return self._before + (time.monotonic() - self._since if self._since is not None else 0.0)

    @property
    def is_running(self) -> bool:
        return self._since is not None

    def pause(self) -> None:
        self._before, self._since = self.seconds, None

    def go_on(self) -> None:
        self._since = time.monotonic()
