"""Interpolated modified Kneser-Ney smoothing, after Chen & Goodman 1999.

"An empirical study of smoothing techniques for language modeling", Computer Speech & Language 13, section 3:

    p(w | h) = (a(h w) - D(a(h w))) / a(h •)  +  γ(h) · p(w | h without its first token)

a is the count for n-grams of the highest order and for those that open a document, which nothing can
precede (as in KenLM); for all others the number of different tokens seen before them. Each order has three
discounts D, for a of 1, 2, and 3 or more; γ(h) is the probability removed by discounts and pruning. The
distribution below order 1 is 1 / V.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.models.ngram.smoothing import Masks, log
from engine.models.ngram.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.ngram.counting import NgramCounts
    from engine.models.ngram.family import Discounts
    from engine.models.ngram.trie import Integers

FIXED_DISCOUNTS: Discounts = (0.5, 1.0, 1.5)
"""Discounts where the counts give no sensible ones, as KenLM's --discount_fallback."""


def kneser_ney(counts: NgramCounts, kept: Masks, discounts: Sequence[Discounts] = ()) -> Table:
    """Return probabilities and backoff weights.

    `kept` masks the n-grams of each order to keep; `discounts` replaces those from the counts, as in the
    settings.
    """
    trie = counts.trie
    suffixes = trie.suffixes()
    probabilities: list[NDArray[np.float64]] = []
    backoffs: list[NDArray[np.float64]] = []
    notes: list[str] = []
    for n, adjusted in enumerate(_adjusted_counts(counts, suffixes), 1):
        if discounts:
            amounts = discounts[min(n, len(discounts)) - 1]
        else:
            amounts, sensible = estimate_discounts(adjusted)
            if not sensible:
                notes.append(f"order {n}: the counts of counts give no discounts, so 0.5, 1 and 1.5 are used")
        taken = np.array([0.0, *amounts])[np.minimum(adjusted, 3)]
        if n == 1:
            total = adjusted.sum()
            probabilities.append((adjusted - taken) / total + taken.sum() / total / trie.vocabulary_size)
            continue
        taken = np.where(kept[n - 1], taken, adjusted)
        parents, size = trie.parents(n), trie.size(n - 1)
        totals = np.bincount(parents, adjusted, size)
        followed = totals > 0
        weights = np.ones(size)
        np.divide(np.bincount(parents, taken, size), totals, out=weights, where=followed)
        lower = probabilities[-1][suffixes[n - 2]]
        probabilities.append((adjusted - taken) / totals[parents] + weights[parents] * lower)
        backoffs.append(log(weights))
    return Table(
        trie=trie,
        log_probs=[log(array) for array in probabilities],
        backoffs=backoffs,
        totals=[],
        unseen=0.0,
        backs_off=True,
        entries=[int(mask.sum()) for mask in kept],
        first_seen=counts.first_seen,
        notes=notes,
    ).pruned(kept)


def estimate_discounts(adjusted: NDArray[np.integer]) -> tuple[Discounts, bool]:
    """Estimate discounts from the numbers of n-grams with counts of 1, 2, 3 and 4 (Chen & Goodman, equation 26).

    Returns the fixed discounts and False where one of the first three is zero or a discount is not in 0 … count.
    """
    n1, n2, n3, n4 = (int((adjusted == count).sum()) for count in (1, 2, 3, 4))
    if not (n1 and n2 and n3):
        return FIXED_DISCOUNTS, False
    y = n1 / (n1 + 2 * n2)
    amounts = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    if not all(0 <= amount <= count for count, amount in enumerate(amounts, 1)):
        return FIXED_DISCOUNTS, False
    return amounts, True


def _adjusted_counts(counts: NgramCounts, suffixes: Sequence[Integers]) -> list[NDArray[np.int64]]:
    """Return a of the module's formula, for orders 1 … n."""
    trie, adjusted = counts.trie, []
    # The n-grams that open a document are adjacent, since they begin with the same token.
    opening = slice(counts.end_of_text, counts.end_of_text + 1)
    for n in range(1, trie.order):
        before = np.bincount(suffixes[n - 1], minlength=trie.size(n))
        if n > 1:
            begin = trie.begin[n - 2]
            opening = slice(int(begin[opening.start]), int(begin[opening.stop]))
            before[opening] = counts.counts[n - 1][opening]
        adjusted.append(before)
    adjusted.append(counts.counts[-1].astype(np.int64))
    return adjusted
