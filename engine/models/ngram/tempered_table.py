"""Sampling from a Kneser-Ney model without computing the probabilities of the whole vocabulary.

In order of ids, let F_h(t) be the sum of p(w | h)^(1/T) over all w ≤ t. Only for tokens that were seen after h does
p(w | h) differ from γ(h) p(w | h'), where h' is the context one token shorter, so

    F_h(t) = γ(h)^(1/T) · F_h'(t) + Σ (p(w | h)^(1/T) - (γ(h) p(w | h'))^(1/T)) over the w ≤ t seen after h

and a search on F finds the same token as the whole distribution for the same uniform number. It finds the gap between
two tokens seen after the longest context, where that sum is constant, in it a gap between two tokens seen after the
next shorter one, and so on, in time that hardly grows with the vocabulary.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.models.ngram.table import Table
    from engine.models.ngram.trie import Integers

CONTEXTS_REMEMBERED = 4096
"""Single tokens as contexts: few, frequent, and some followed by thousands of others."""


LOWEST_TEMPERATURE = 0.1
"""Lowest temperature at which p^(1/T) stays in the range of double precision."""


@dataclass(frozen=True)
class Correction:
    """Change of F by one context: see the module's docstring."""

    weight: float
    first: int
    last: int
    sums: memoryview
    """Running sums over the n-grams from `first` up to `last`, after a 0."""


class _Part(NamedTuple):
    """Contribution of one context to F."""

    listed: memoryview
    """Tokens of all n-grams of its order."""
    here: Correction
    weight: float
    """Weight in the longest context."""


class TemperedTable:
    """A table at one temperature."""

    def __init__(self, table: Table, suffixes: Sequence[Integers], temperature: float) -> None:
        self.temperature = temperature
        self._table = table
        self._suffixes = suffixes
        self._base = np.cumsum(np.exp(table.log_probs[0] / temperature)).data
        self._after_one_token: dict[int, Correction] = {}

    def sample(self, contexts: Sequence[int], uniform: float) -> tuple[int, float]:
        """Return the token at `uniform` of the cumulative distribution, and the sum of p(w | h)^(1/T).

        `contexts` are the numbers of the last 1, 2, … tokens in the trie.
        """
        weight, parts = 1.0, []
        for order in range(len(contexts) + 1, 1, -1):
            correction = self._correction(order, contexts[order - 2])
            parts.append(_Part(self._table.trie.token_views[order - 2], correction, weight))
            weight *= correction.weight
        base = self._base
        whole = weight * base[-1] + sum(part.weight * part.here.sums[-1] for part in parts)

        # Invariant: the token is in low … high, and `target` excludes the sum that is constant there.
        low, high, target = 0, len(base) - 1, uniform * whole
        for depth, part in enumerate(parts, 1):
            listed, here = part.listed, part.here
            first = bisect_left(listed, low, here.first, here.last)
            last = bisect_left(listed, high, first, here.last)
            reached = _running_sum(part, parts[depth:], base, weight)
            index = first + bisect_right(range(first, last), target, key=reached)
            if index < last:
                high = listed[index]
            if index > here.first:
                low = max(low, listed[index - 1] + 1)
                target -= part.weight * here.sums[index - here.first]
        return bisect_right(base, target / weight, low, high) if weight else high, whole

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
        numbers = table.trie.continuations(order, context)
        rest = table.backoffs[order - 2][context]
        here = table.log_probs[order - 1][numbers]
        shorter = table.log_probs[order - 2][self._suffixes[order - 2][numbers]]
        sums = np.zeros(len(here) + 1)
        np.exp(here / self.temperature, out=sums[1:])
        sums[1:] -= np.exp((shorter + rest) / self.temperature)
        return Correction(math.exp(rest / self.temperature), numbers.start, numbers.stop, sums.cumsum().data)


def _running_sum(
    part: _Part, shorter: Sequence[_Part], base: memoryview, base_weight: float
) -> Callable[[int], float]:
    """Return a function from an n-gram's number in the trie to F at its last token, without longer contexts."""
    listed, here, weight = part

    def reached(index: int) -> float:
        token = listed[index]
        total: float = base_weight * base[token] + weight * here.sums[index + 1 - here.first]
        for others, seen, times in shorter:
            before = bisect_right(others, token, seen.first, seen.last)
            total += times * seen.sums[before - seen.first]
        return total

    return reached
