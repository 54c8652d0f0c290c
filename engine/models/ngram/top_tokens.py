"""Top-k next tokens of a Kneser-Ney model without the log-probabilities of the whole vocabulary.

A token seen after a context is at least as likely there as its probability after the shorter context times the
backoff weight. So each of the top k tokens is among the top k of those seen after the longest context that it
followed, and a few candidates per order suffice.
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
    """Lookup of the top `count` possible tokens after any context; ties in the order of ids."""

    def __init__(self, table: Table, count: int) -> None:
        self.count = count
        self._table = table
        self._anywhere = _highest(np.arange(len(table.log_probs[0])), table.log_probs[0], count)
        self._known: dict[tuple[int, int], list[tuple[int, float]]] = {}

    def after(self, contexts: Sequence[int]) -> list[tuple[int, float]]:
        """Return ids and log-probabilities. `contexts`: numbers of the last 1, 2, … tokens in the trie."""
        log_probs: dict[int, float] = {}
        weight = 0.0
        for order in range(len(contexts) + 1, 1, -1):
            context = contexts[order - 2]
            for token, score in self._seen_after(order, context):
                log_probs.setdefault(token, weight + score)
            weight += float(self._table.backoffs[order - 2][context])
        for token, score in self._anywhere:
            log_probs.setdefault(token, weight + score)
        ranked = sorted(log_probs.items(), key=lambda found: (-found[1], found[0]))
        return [(token, score) for token, score in ranked[: self.count] if score > -math.inf]

    def _seen_after(self, order: int, context: int) -> list[tuple[int, float]]:
        known = self._known.get((order, context))
        if known is None:
            numbers = self._table.trie.continuations(order, context)
            tokens, log_probs = (
                self._table.trie.tokens[order - 2][numbers],
                self._table.log_probs[order - 1][numbers],
            )
            known = _highest(tokens, log_probs, self.count)
            if len(self._known) == CONTEXTS_REMEMBERED:
                self._known.clear()
            self._known[order, context] = known
        return known


def _highest(
    tokens: NDArray[np.integer], log_probs: NDArray[np.float64], count: int
) -> list[tuple[int, float]]:
    """Return the top `count` tokens. `tokens` are ascending."""
    if len(log_probs) > count:
        border = np.partition(log_probs, -count)[-count]
        above = np.flatnonzero(log_probs > border)
        best = np.concatenate([above, np.flatnonzero(log_probs == border)[: count - len(above)]])
        tokens, log_probs = tokens[best], log_probs[best]
    return list(zip(tokens.tolist(), log_probs.tolist(), strict=True))
