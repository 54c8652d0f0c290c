"""A batch in parts that fit into memory. The gradient is that of the whole batch, whatever the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_CPU_MEMORY = "can't allocate memory"
"""So says torch's CPU allocator, in a plain RuntimeError."""


class MicroBatches:
    """Cuts the rows of a batch, and halves the parts when they turn out too large."""

    def __init__(self, size: int, notify: Callable[[str], None]) -> None:
        self.size = size
        """Rows that go through the network at once."""
        self._notify = notify

    def cut(self, rows: int) -> Iterator[slice]:
        for start in range(0, rows, self.size):
            yield slice(start, min(rows, start + self.size))

    def halve(self) -> bool:
        """Halve the size. Returns False when it is 1 already."""
        if self.size == 1:
            return False
        self.size = -(-self.size // 2)
        self._notify(
            f"out of memory: from here on {self.size} windows go through the model at once; "
            "the batch stays the same"
        )
        return True


def largest_that_fits(rows: int, bytes_per_row: int, free_bytes: int) -> int:
    """The size of equal parts of a batch of `rows`, as few as fit into memory; at least 1."""
    fitting = max(1, free_bytes // max(1, bytes_per_row))
    parts = -(-rows // min(rows, fitting))
    return -(-rows // parts)


def is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or NO_CPU_MEMORY in str(error)
