"""Drawing the next token of a Kneser-Ney model without spelling out the scores of the whole vocabulary.

In order of ids, let F_h(t) be the sum of p(w | h)^(1/T) over all w ≤ t. Only tokens that were seen after h differ
from what the shorter context h' says of them, times a weight, so

    F_h(t) = γ(h)^(1/T) · F_h'(t) + Σ (p(w | h)^(1/T) - (γ(h) p(w | h'))^(1/T)) over the w ≤ t seen after h

and a binary search on F finds the very token that the whole distribution gives for the same uniform number,
in time that hardly grows with the vocabulary.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.ngram.table import Table
    from engine.models.ngram.trie import Integers

CONTEXTS_REMEMBERED = 4096
"""Single tokens as contexts: few, often met, and some followed by thousands of others."""


LOWEST_TEMPERATURE = 0.1
"""Below, p^(1/T) leaves the range of double precision."""


@dataclass(frozen=True)
class Correction:
    """What one context changes of F: see the module."""

    weight: float
    first: int
    last: int
    sums: memoryview
    """Running sums over the n-grams from `first` up to `last`."""


class TemperedTable:
    """A table at one temperature."""

    def __init__(self, table: Table, suffixes: Sequence[Integers], temperature: float) -> None:
        self.temperature = temperature
        self._table = table
        self._suffixes = suffixes
        self._base = np.cumsum(np.exp(table.scores[0] / temperature)).data
        self._after_one_token: dict[int, Correction] = {}

    def draw(self, contexts: Sequence[int], uniform: float) -> tuple[int, float]:
        """The token whose share of [0, 1) holds `uniform`, and the sum of p(w | h)^(1/T) over all tokens.

        `contexts` are the numbers of the last 1, 2, … tokens in the trie.
        """
        corrections = [self._correction(order, context) for order, context in enumerate(contexts, 2)]
        tokens = self._table.trie.token_views
        last = len(self._base) - 1

        def cumulative(token: int) -> float:
            total: float = self._base[token]
            for listed, correction in zip(tokens, corrections, strict=False):
                seen = bisect_right(listed, token, correction.first, correction.last) - correction.first
                total *= correction.weight
                if seen:
                    total += correction.sums[seen - 1]
            return total

        whole = cumulative(last)
        return bisect_right(range(last), uniform * whole, key=cumulative), whole

    def _correction(self, order: int, context: int) -> Correction:
        known = self._after_one_token.get(context) if order == 2 else None
        if known is None:
            known = self._compute(order, context)
            if order == 2:
                if len(self._after_one_token) == CONTEXTS_REMEMBERED:
                    self._after_one_token.clear()
                self._after_one_token[context] = known
        return known

    def _compute(self, order: int, context: int) -> Correction:
        table = self._table
        places = table.trie.continuations(order, context)
        rest = table.rest[order - 2][context]
        here = table.scores[order - 1][places]
        shorter = table.scores[order - 2][self._suffixes[order - 2][places]]
        sums = np.exp(here / self.temperature)
        sums -= np.exp((shorter + rest) / self.temperature)
        return Correction(
            float(np.exp(rest / self.temperature)), places.start, places.stop, sums.cumsum().data
        )
