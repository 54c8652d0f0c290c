"""Top-k next tokens of a Kneser-Ney model without the log-probabilities of the whole vocabulary.

What was seen after a longer context is never less likely than the shorter one, times the weight, says. So a token
that is among the top k of all is among the top k of those seen after the longest context that it
followed, and among few candidates none is missing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.ngram.table import Table

CONTEXTS_REMEMBERED = 1 << 14


class TopTokens:
    """The top `count` tokens after any context, lower ids first among equals; none that is impossible."""

    def __init__(self, table: Table, count: int) -> None:
        self.count = count
        self._table = table
        self._anywhere = _highest(np.arange(len(table.scores[0])), table.scores[0], count)
        self._known: dict[tuple[int, int], list[tuple[int, float]]] = {}

    def after(self, contexts: Sequence[int]) -> list[tuple[int, float]]:
        """Ids and scores, the highest first. `contexts` are the numbers of the last 1, 2, … tokens in the trie."""
        scores: dict[int, float] = {}
        weight = 0.0
        for order in range(len(contexts) + 1, 1, -1):
            context = contexts[order - 2]
            for token, score in self._seen_after(order, context):
                scores.setdefault(token, weight + score)
            weight += float(self._table.rest[order - 2][context])
        for token, score in self._anywhere:
            scores.setdefault(token, weight + score)
        ranked = sorted(scores.items(), key=lambda found: (-found[1], found[0]))
        return [(token, score) for token, score in ranked[: self.count] if score > -math.inf]

    def _seen_after(self, order: int, context: int) -> list[tuple[int, float]]:
        known = self._known.get((order, context))
        if known is None:
            places = self._table.trie.continuations(order, context)
            tokens, scores = self._table.trie.tokens[order - 2][places], self._table.scores[order - 1][places]
            known = _highest(tokens, scores, self.count)
            if len(self._known) == CONTEXTS_REMEMBERED:
                self._known.clear()
            self._known[order, context] = known
        return known


def _highest(tokens: NDArray[np.integer], scores: NDArray[np.float64], count: int) -> list[tuple[int, float]]:
    """`tokens` are ascending."""
    if len(scores) > count:
        border = np.partition(scores, -count)[-count]
        above = np.flatnonzero(scores > border)
        best = np.concatenate([above, np.flatnonzero(scores == border)[: count - len(above)]])
        tokens, scores = tokens[best], scores[best]
    return list(zip(tokens.tolist(), scores.tolist(), strict=True))
