"""The batch of a training step, as a function of seed and step alone, whatever happened in between."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.errors import MisuseError

if TYPE_CHECKING:
    from numpy.typing import NDArray

IGNORED = -100
"""A target that no loss is counted for, as torch's cross-entropy has it."""
BatchArrays = tuple["NDArray[np.int64]", "NDArray[np.int64]"]
"""Inputs and targets, both (rows, context_length)."""


class IndexedBatches(ABC):
    """Batches that are gathered from one row of token ids, wherever that lies: on the disk or on a GPU.

    `positions` says what is gathered: for each position of a window the index of its target, whose input is the
    token before it, or end-of-text before the first. Where nothing is to be predicted, it is the index's bitwise
    complement, which is negative: -1 for what fills up a window.
    """

    tokens: NDArray[np.integer]
    """Shape (tokens,), memory-mapped or not."""
    end_of_text: int
    context_length: int
    batch_size: int
    windows_per_epoch: int
    targets_per_epoch: int
    """Tokens that are predicted while every window is seen once."""
    holds_documents: bool = False
    """Windows hold whole documents, which do not belong together."""

    @abstractmethod
    def positions(self, step: int, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        """Of a step's windows, or a process's part of them: (rows, context_length). Raises as `at`."""

    def at(self, step: int, rank: int = 0, world: int = 1) -> BatchArrays:
        """Inputs and targets of a step, both of shape (batch_size, context_length).

        Targets are one token ahead, IGNORED where nothing is to be predicted. With several processes, each gets
        its own run of consecutive rows of the same batch, of shape (batch_size / world, context_length). Raises
        MisuseError when that is no whole number.
        """
        positions = self.positions(step, rank, world)
        counts = positions >= 0
        indices = np.where(counts, positions, ~positions)
        inputs = self.tokens[np.maximum(indices - 1, 0)].astype(np.int64)
        inputs[indices == 0] = self.end_of_text
        targets = self.tokens[np.where(counts, positions, 0)].astype(np.int64)
        targets[~counts] = IGNORED
        return inputs, targets

    def rows_of_rank(self, step: int, rank: int, world: int) -> tuple[int, int]:
        """The number of a process's first row in the endless row of all windows, and how many it has."""
        if self.batch_size % world:
            raise MisuseError(f"a batch of {self.batch_size} cannot be shared evenly by {world} processes")
        rows = self.batch_size // world
        return step * self.batch_size + rank * rows, rows


class StreamBatches(IndexedBatches):
    """Windows of a running text, wherever its documents begin and end.

    `epochs`: the text is cut into windows of `context_length`, beginning at an offset that is sampled for each
    epoch, and each epoch shows every window once in an order of its own. `random`: positions are sampled anew
    at each step, with replacement, as nanoGPT does it.

    Only Philox's raw bits are used (Salmon et al. 2011), keyed by seed and epoch or step: numpy keeps them
    the same in all versions and on all machines.
    """

    end_of_text = 0
    """Never gathered: the first token of a text is only ever an input."""

    def __init__(
        self,
        tokens: NDArray[np.integer],
        context_length: int,
        batch_size: int,
        seed: int,
        sampling: Literal["epochs", "random"] = "epochs",
    ) -> None:
        """Raises MisuseError when the tokens fill no window."""
        if len(tokens) <= context_length:
            raise MisuseError(
                f"the training text has {len(tokens):,} tokens, but a context of {context_length:,} needs at "
                f"least {context_length + 1:,}: take a longer text or a shorter context"
            )
        self.tokens = np.asarray(tokens)
        self.context_length = context_length
        self.batch_size = batch_size
        self.seed = seed
        self.sampling = sampling
        self._starts = len(tokens) - context_length  # where a window and its last target fit
        self.windows_per_epoch = max(1, self._starts // context_length)
        self.targets_per_epoch = self.windows_per_epoch * context_length
        self._epoch = -1
        self._epoch_starts = np.empty(0, dtype=np.int64)

    def positions(self, step: int, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        first, rows = self.rows_of_rank(step, rank, world)
        random = self.sampling == "random"
        starts = self._random_starts(first, rows) if random else self._starts_from(first, rows)
        return starts[:, np.newaxis] + np.arange(1, self.context_length + 1)

    def _starts_from(self, first: int, count: int) -> NDArray[np.int64]:
        """Start indices of windows first, first + 1, … in the sequence of all epochs."""
        parts = []
        while count:
            epoch, start = divmod(first, self.windows_per_epoch)
            part = self._starts_of_epoch(epoch)[start : start + count]
            parts.append(part)
            first += len(part)
            count -= len(part)
        return np.concatenate(parts)

    def _starts_of_epoch(self, epoch: int) -> NDArray[np.int64]:
        """The windows of an epoch in its order. Shape (windows_per_epoch,)."""
        if epoch != self._epoch:
            bits = self._bits(epoch, self.windows_per_epoch + 1)
            room = self._starts - (self.windows_per_epoch - 1) * self.context_length
            offset = int(bits[0]) % min(room, self.context_length)
            self._epoch_starts = np.argsort(bits[1:], kind="stable") * self.context_length + offset
            self._epoch = epoch
        return self._epoch_starts

    def _random_starts(self, first: int, count: int) -> NDArray[np.int64]:
        step, row = divmod(first, self.batch_size)
        bits = self._bits(step, self.batch_size)[row : row + count]
        return (bits % np.uint64(self._starts)).astype(np.int64)

    def _bits(self, block: int, count: int) -> NDArray[np.uint64]:
        bits: NDArray[np.uint64] = np.random.Philox(key=[self.seed % 2**64, block]).random_raw(count)
        return bits
