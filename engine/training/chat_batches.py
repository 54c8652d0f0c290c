"""The batch of a step of chat training, as a function of seed and step alone, as in `corpora/batches.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.training.chat_corpus import pack
from engine.training.loss import IGNORED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.corpora.batches import Batches
    from engine.training.chat_corpus import Conversations

BatchArrays = tuple["NDArray[np.int64]", "NDArray[np.int64]"]
"""Inputs and targets, both (rows, context_length)."""


class ChatBatches:
    """Windows that hold whole conversations; only what the assistant says is a target.

    How conversations of which lengths share windows is settled once. Each epoch deals the conversations anew to
    the places of their length and shows every window once, in an order of its own: both by Philox's raw bits, keyed
    by seed and epoch. What is left of a window is filled with end-of-text.
    """

    def __init__(
        self, conversations: Conversations, context_length: int, batch_size: int, seed: int, end_of_text: int
    ) -> None:
        """No conversation may be longer than the context."""
        self.context_length = context_length
        self.batch_size = batch_size
        self.targets_per_epoch = int(conversations.is_learnt.sum())
        self._conversations = conversations
        self._seed = seed
        self._end_of_text = end_of_text
        windows = pack(conversations.lengths, context_length)
        self.windows_per_epoch = len(windows)
        by_length = np.argsort(conversations.lengths, kind="stable")
        rank = np.empty_like(by_length)
        rank[by_length] = np.arange(len(by_length))
        self._places = [rank[window] for window in windows]
        """For each window, the places that it has in the row of all conversations by length."""
        self._epoch = -1
        self._dealt = self._order = np.empty(0, dtype=np.int64)

    def at(self, step: int, rank: int = 0, world: int = 1) -> BatchArrays:
        """As `Batches.at`; a target is IGNORED where the assistant does not speak."""
        if self.batch_size % world:
            raise MisuseError(f"a batch of {self.batch_size} cannot be shared evenly by {world} processes")
        rows = self.batch_size // world
        inputs = np.full((rows, self.context_length), self._end_of_text, dtype=np.int64)
        targets = np.full((rows, self.context_length), IGNORED, dtype=np.int64)
        for row in range(rows):
            number = step * self.batch_size + rank * rows + row
            self._fill(inputs[row], targets[row], *divmod(number, self.windows_per_epoch))
        return inputs, targets

    def epochs_at(self, step: int) -> float:
        """How many times the conversations have been seen before a step."""
        return step * self.batch_size / self.windows_per_epoch

    def _fill(self, inputs: NDArray[np.int64], targets: NDArray[np.int64], epoch: int, window: int) -> None:
        if epoch != self._epoch:
            self._deal(epoch)
        place = 0
        for number in self._dealt[self._places[self._order[window]]]:
            ids, is_learnt = self._conversations[number]
            inputs[place : place + len(ids)] = ids
            targets[place : place + len(ids) - 1] = np.where(is_learnt, ids, IGNORED)[1:]
            place += len(ids)

    def _deal(self, epoch: int) -> None:
        """Draws which conversation takes each place, and the order of the windows."""
        lengths = self._conversations.lengths
        bits = np.random.Philox(key=[self._seed % 2**64, epoch]).random_raw(
            len(lengths) + self.windows_per_epoch
        )
        self._dealt = np.lexsort((bits[: len(lengths)], lengths))
        self._order = np.argsort(bits[len(lengths) :], kind="stable")
        self._epoch = epoch


class MixedBatches:
    """Each batch is conversations, and behind them windows of plain text with all its tokens as targets.

    Rehearsing what was learnt first keeps it from being forgotten (Robins 1995).
    """

    def __init__(self, chat: ChatBatches, text: Batches) -> None:
        self._chat = chat
        self._text = text
        self.batch_size = chat.batch_size + text.batch_size
        self.context_length = chat.context_length
        windows = chat.windows_per_epoch * text.batch_size / chat.batch_size
        self.targets_per_epoch = chat.targets_per_epoch + round(windows * text.context_length)
        """While the conversations are seen once."""

    def at(self, step: int, rank: int = 0, world: int = 1) -> BatchArrays:
        if self.batch_size % world:
            raise MisuseError(f"a batch of {self.batch_size} cannot be shared evenly by {world} processes")
        # With several processes every one has some of both, so that none has much more to learn from.
        share = slice(rank, None, world)
        chat, text = self._chat.at(step), self._text.at(step)
        inputs, targets = (np.concatenate(pair)[share] for pair in zip(chat, text, strict=True))
        return inputs, targets
