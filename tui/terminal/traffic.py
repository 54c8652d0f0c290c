"""Bytes that are sent to the terminal, and their rate over the last seconds."""

from __future__ import annotations

import time
from collections import deque
from typing import Protocol, runtime_checkable

WINDOW_SECONDS = 5.0
"""Of the rate. Drawing a new figure every second is less than 0.1 kB/s in so long a window, so that the figure of an
idle screen comes to rest.
"""


class Traffic:
    """Counts in the app's thread."""

    def __init__(self) -> None:
        self.sent = 0
        """Bytes since the start."""
        self._samples: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def count(self, data: str) -> None:
        self.sent += len(data) if data.isascii() else len(data.encode(errors="replace"))

    def bytes_per_second(self) -> float:
        """Return the mean over the last WINDOW_SECONDS, to be called about once a second."""
        now = time.monotonic()
        self._samples.append((now, self.sent))
        while len(self._samples) > 2 and self._samples[1][0] <= now - WINDOW_SECONDS:
            self._samples.popleft()
        then, sent = self._samples[0]
        return (self.sent - sent) / max(now - then, 1e-3)


def describe_rate(bytes_per_second: float) -> str:
    """Return kilobytes a second with one decimal, rounded down."""
    return f"{int(bytes_per_second / 100) / 10:.1f} kB/s"


@runtime_checkable
class CountsTraffic(Protocol):
    """An app whose driver counts what it sends."""

    traffic: Traffic
