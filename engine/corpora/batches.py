"""The batch of a training step, as a function of seed and step alone, whatever happened in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.errors import MisuseError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.corpora.tokenized import Tokens

Sampling = Literal["epochs", "random"]


class Batches:
    """Windows of a text, and each window's next tokens.

    `epochs`: the text is cut into windows of `context_length`, beginning at an offset that is drawn for each
    epoch, and each epoch shows every window once in an order of its own. `random`: positions are drawn anew
    at each step, with replacement, as nanoGPT does it.

    Only Philox's raw bits are drawn (Salmon et al. 2011), keyed by seed and epoch or step: numpy keeps them
    the same in all versions and on all machines.
    """

    def __init__(
        self,
        tokens: Tokens,
        context_length: int,
        batch_size: int,
        seed: int,
        sampling: Sampling = "epochs",
    ) -> None:
        """`tokens` of shape (tokens,), memory-mapped or not. Raises MisuseError when they fill no window."""
        if len(tokens) <= context_length:
            raise MisuseError(
                f"the training text has {len(tokens):,} tokens, but a context of {context_length:,} needs at "
                f"least {context_length + 1:,}: take a longer text or a shorter context"
            )
        self.tokens = tokens
        self.context_length = context_length
        self.batch_size = batch_size
        self.seed = seed
        self.sampling = sampling
        self._positions = len(tokens) - context_length  # where a window and its last target fit
        self.windows_per_epoch = max(1, self._positions // context_length)
        # Shape (positions, context_length + 1), a view: gathering rows of it copies only what a batch needs.
        self._windows = np.lib.stride_tricks.sliding_window_view(np.asarray(tokens), context_length + 1)
        self._epoch = -1
        self._epoch_starts = np.empty(0, dtype=np.int64)

    def at(self, step: int, rank: int = 0, world: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Inputs and targets of a step, both of shape (batch_size, context_length).

        Targets are one token ahead. With several processes, each gets its own run of consecutive rows of the
        same batch, of shape (batch_size / world, context_length). Raises MisuseError when that is no whole
        number.
        """
        windows = self._windows[self.starts(step, rank, world)]
        return windows[:, :-1].astype(np.int64), windows[:, 1:].astype(np.int64)

    def starts(self, step: int, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        """Where the windows of a step, or a process's share of them, begin in the text. Raises as `at`."""
        if self.batch_size % world:
            raise MisuseError(f"a batch of {self.batch_size} cannot be shared evenly by {world} processes")
        rows = self.batch_size // world
        first = step * self.batch_size + rank * rows
        return self._random_starts(first, rows) if self.sampling == "random" else self._starts(first, rows)

    def epochs_at(self, step: int) -> float:
        """How many times the text has been seen before a step."""
        return step * self.batch_size / self.windows_per_epoch

    def _starts(self, first: int, count: int) -> NDArray[np.int64]:
        """Where the windows number first, first + 1, … of the endless row of epochs begin."""
        parts = []
        while count:
            epoch, place = divmod(first, self.windows_per_epoch)
            part = self._starts_of_epoch(epoch)[place : place + count]
            parts.append(part)
            first += len(part)
            count -= len(part)
        return np.concatenate(parts)

    def _starts_of_epoch(self, epoch: int) -> NDArray[np.int64]:
        """The windows of an epoch in its order. Shape (windows_per_epoch,)."""
        if epoch != self._epoch:
            bits = self._bits(epoch, self.windows_per_epoch + 1)
            room = self._positions - (self.windows_per_epoch - 1) * self.context_length
            offset = int(bits[0]) % min(room, self.context_length)
            self._epoch_starts = np.argsort(bits[1:], kind="stable") * self.context_length + offset
            self._epoch = epoch
        return self._epoch_starts

    def _random_starts(self, first: int, count: int) -> NDArray[np.int64]:
        step, row = divmod(first, self.batch_size)
        bits = self._bits(step, self.batch_size)[row : row + count]
        return (bits % np.uint64(self._positions)).astype(np.int64)

    def _bits(self, block: int, count: int) -> NDArray[np.uint64]:
        bits: NDArray[np.uint64] = np.random.Philox(key=[self.seed % 2**64, block]).random_raw(count)
        return bits
