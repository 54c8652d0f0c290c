"""Texts with one beginning, decoded as one batch: a step's weights are read once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.gpt.session import GPTSession, Reader, to_numpy
from engine.models.interface import Batch, Scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from engine.models.choosing import Choice, Draw
    from engine.models.gpt.model import GPT


class GPTBatch(Batch):
    """The beginning is read once, by a session; its keys and values then become those of every text.

    All texts that go on are of one length, so they share positions, and the context is full for all at once.
    """

    def __init__(self, model: GPT, texts: int) -> None:
        self._session = GPTSession(model)
        self._texts = texts
        self._reader: Reader | None = None
        """Of the texts in `_rows`; None before their first tokens."""
        self._rows: list[int] = []
        self._ids: list[list[int]] = []
        """Of each row; texts that ended go on with nothing."""

    def rewind(self, ids: Sequence[int]) -> Scores:
        self._reader = None
        return self._session.rewind(ids)

    def feed(self, ids: Mapping[int, int]) -> Scores:
        return to_numpy(self._read(ids))

    def draw(self, ids: Mapping[int, int], choices: Sequence[Choice]) -> list[Draw] | None:
        reader = self._session.reader
        return reader.choose(self._read(ids), choices) if reader.chooses else None

    def _read(self, ids: Mapping[int, int]) -> Tensor:
        """Scores (texts that go on, V)."""
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
        scores = reader.read([row[-unread:] for row in self._ids])
        if len(ids) < len(self._rows):
            scores = scores[[self._rows.index(text) for text in ids]]
        return scores

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
