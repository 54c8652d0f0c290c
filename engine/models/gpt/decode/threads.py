"""Number of threads for decoding, by the size of the model and by the time that the last tokens took.

A token of a small model takes less time than threads take to meet after each product. Beside a busy process several
threads wait for the one that shares its core, and are slower than one. So the number is tried out while tokens are
generated: now and then some milliseconds with half or twice as many threads.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WEIGHTS_PER_THREAD = 4_000_000
"""Measured with 0.9 million weights, which one thread decodes best, and 12.9 million, which gain from two."""
BLOCK_SECONDS = 0.015
"""Long enough for the scheduler to interrupt a thread that shares its core."""
FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds of decoding before a trial; doubled after each one without gain."""
GAIN, SLOWDOWN = 0.95, 1.5
"""Ratios of seconds a token at which another number is taken, and at which a trial comes early."""


def threads_for(weights: int, most: int) -> int:
    """Number of threads to begin with, from 1 to `most`."""
    return max(1, min(most, 1 + weights // WEIGHTS_PER_THREAD))


class ThreadChoice:
    def __init__(self, first: int, most: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self.threads = first
        """Number for the next token."""
        self._most, self._clock = most, clock
        self._settled = first
        """The fastest number so far."""
        self._usual: float | None = None
        """Seconds a token with it."""
        self._waited, self._wait = 0.0, FIRST_WAIT
        self._tokens, self._seconds = 0, 0.0
        self._try_more = False

    @contextmanager
    def timed(self, limit: int) -> Iterator[int]:
        """Time the decoding of a token with the yielded number of threads, at most `limit`."""
        start = self._clock()
        yield min(self.threads, limit)
        if min(self._most, limit) > 1:
            self._count(self._clock() - start)

    def _count(self, seconds: float) -> None:
        self._tokens, self._seconds = self._tokens + 1, self._seconds + seconds
        if self._seconds < BLOCK_SECONDS:
            return
        taken = self._seconds / self._tokens
        if self.threads == self._settled:
            self._end_block(taken)
        else:
            self._end_trial(taken)
        self._tokens, self._seconds = 0, 0.0

    def _end_block(self, taken: float) -> None:
        is_slow = self._usual is not None and taken > SLOWDOWN * self._usual
        self._usual = taken
        self._waited += self._seconds
        if is_slow or self._waited >= self._wait:
            self.threads = self._other()

    def _end_trial(self, taken: float) -> None:
        if self._usual is None or taken < GAIN * self._usual:
            self._settled, self._usual = self.threads, taken
            self._wait = FIRST_WAIT
        else:
            self.threads, self._try_more = self._settled, not self._try_more
            self._wait = min(LONGEST_WAIT, 2 * self._wait)
        self._waited = 0.0

    def _other(self) -> int:
        """Half or twice as many threads, in turn, where there are as many."""
        fewer, more = self._settled // 2, min(2 * self._settled, self._most)
        if fewer < 1 or (self._try_more and more > self._settled):
            return more
        return fewer
