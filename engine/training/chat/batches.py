"""The batch of a step of chat training, as a function of seed and step alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.models.windows import ranges
from engine.training.data.batches import IndexedBatches
from engine.training.data.documents import packed_mask
from engine.training.data.packing import PackedEpochs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.training.chat.conversations import Conversations
    from engine.training.data.batches import BatchArrays


class ChatBatches(IndexedBatches):
    """Windows that hold whole conversations; only what the assistant says is a target.

    What is left of a window is filled with end-of-text.
    """

    holds_documents = True

    def __init__(
        self, conversations: Conversations, context_length: int, batch_size: int, seed: int, end_of_text: int
    ) -> None:
        """No conversation may be longer than the context."""
        self.tokens = conversations.ids
        self.end_of_text = end_of_text
        self.context_length = context_length
        self.batch_size = batch_size
        self.targets_per_epoch = int(conversations.is_learned.sum())
        self._conversations = conversations
        self._epochs = PackedEpochs(conversations.lengths, context_length, seed)
        self.windows_per_epoch = self._epochs.windows_per_epoch

    def positions(self, step: int, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        first, rows = self.rows_of_rank(step, rank, world)
        numbers, counts = self._epochs.at(first, rows)
        starts, is_learned = self._conversations.starts, self._conversations.is_learned
        lengths = starts[numbers + 1] - starts[numbers]
        targets = ranges(starts[numbers] + 1, lengths)  # the last one of a conversation is another's first id
        is_target = is_learned[np.minimum(targets, len(is_learned) - 1)]
        is_target[np.cumsum(lengths) - 1] = False
        result = np.full((rows, self.context_length), -1, dtype=np.int64)
        result[packed_mask(lengths, counts, self.context_length)] = np.where(is_target, targets, ~targets)
        return result


class MixedBatches:
    """Each batch is conversations, and behind them windows of plain text with all its tokens as targets.

    Replaying earlier training data keeps it from being forgotten (Robins 1995).
    """

    holds_documents = True

    def __init__(self, chat: ChatBatches, text: IndexedBatches) -> None:
        self._chat = chat
        self._text = text
        self.batch_size = chat.batch_size + text.batch_size
        self.context_length = chat.context_length
        windows = chat.windows_per_epoch * text.batch_size / chat.batch_size
        self.targets_per_epoch = chat.targets_per_epoch + round(
            windows * text.targets_per_epoch / text.windows_per_epoch
        )
        """While the conversations are seen once."""

    def at(self, step: int, rank: int = 0, world: int = 1) -> BatchArrays:
        if self.batch_size % world:
            raise MisuseError(f"a batch of {self.batch_size} cannot be shared evenly by {world} processes")
        # With several processes every one has some of both, so that none has much more to learn from.
        part = slice(rank, None, world)
        chat, text = self._chat.at(step), self._text.at(step)
        inputs, targets = (np.concatenate(pair)[part] for pair in zip(chat, text, strict=True))
        return inputs, targets
