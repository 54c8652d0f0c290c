"""Texts with a common prompt, decoded as one batch: a step reads the weights once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.gpt.decode.session import GPTSession, Reader, to_numpy
from engine.models.interface import BatchSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from engine.models.gpt.model import GPT
    from engine.sampling.tokens import Logits, SampledToken, SamplingStep


class GPTBatchSession(BatchSession):
    """Batched decoding. A session prefills the prompt once; its keys and values are then copied for every text.

    All unfinished texts have the same length, so they share positions, and the context fills up for all at once.
    """

    def __init__(self, model: GPT, texts: int) -> None:
        self._session = GPTSession(model)
        self._texts = texts
        self._reader: Reader | None = None
        """Reader of the texts in `_rows`; None before their first tokens."""
        self._rows: list[int] = []
        self._ids: list[list[int]] = []
        """Ids of each row; texts that ended are padded with id 0."""

    def rewind(self, ids: Sequence[int]) -> Logits:
        self._reader = None
        return self._session.rewind(ids)

    def feed(self, ids: Mapping[int, int]) -> Logits:
        return to_numpy(self._read(ids))

    def sample(self, ids: Mapping[int, int], steps: Sequence[SamplingStep]) -> list[SampledToken] | None:
        reader = self._session.reader
        return reader.sample(self._read(ids), steps) if reader.samples_on_device else None

    def _read(self, ids: Mapping[int, int]) -> Tensor:
        """Append ids and return the logits of the unfinished texts, shape (texts, V)."""
        if self._reader is None:
            self._begin(list(ids))
        elif len(ids) <= len(self._rows) // 2:
            self._drop_all_but(list(ids))
        reader = self._reader
        assert reader is not None
        for row, text in enumerate(self._rows):
            self._ids[row].append(ids.get(text, 0))
        unread = 1
        if reader.cache.length == reader.cache.capacity:
            unread = reader.restart(unread=unread)
        logits = reader.read([row[-unread:] for row in self._ids])
        if len(ids) < len(self._rows):
            logits = logits[[self._rows.index(text) for text in ids]]
        return logits

    def _begin(self, texts: list[int]) -> None:
        self._reader = self._session.reader.select([0] * len(texts))
        self._rows = texts
        self._ids = [list(self._session.ids) for _ in texts]

    def _drop_all_but(self, texts: list[int]) -> None:
        assert self._reader is not None
        rows = [self._rows.index(text) for text in texts]
        self._reader = self._reader.select(rows)
        self._rows = texts
        self._ids = [self._ids[row] for row in rows]
