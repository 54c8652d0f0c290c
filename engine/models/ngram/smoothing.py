"""Logits from counts: raw, add-k, stupid backoff. Kneser-Ney is in its own file.

Each function receives the counts and, for each order, a mask of the n-grams that pruning keeps. Every
resulting distribution sums to one, with any pruning.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.models.ngram.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.ngram.counting import NgramCounts
    from engine.models.ngram.family import NgramConfig

Masks = list[np.ndarray[tuple[int], np.dtype[np.bool_]]]


def kept_by_pruning(counts: NgramCounts, config: NgramConfig) -> Masks:
    """Return masks of n-grams of orders 1, …, n with sufficient counts; prefixes have at least equal counts."""
    return [seen >= config.least_count(n) for n, seen in enumerate(counts.counts, 1)]


def raw(counts: NgramCounts, kept: Masks) -> Table:
    """Return logits ln(count), which temperature divides; unseen tokens are impossible."""
    trie = counts.trie
    log_probs = [log(np.where(mask, seen, 0)) for seen, mask in zip(counts.counts, kept, strict=True)]
    return Table(
        trie=trie,
        log_probs=log_probs,
        backoffs=[np.full(trie.size(n), -np.inf) for n in range(1, trie.order)],
        totals=[log(total) for total in context_totals(counts, _kept_counts(counts, kept))],
        unseen=-math.inf,
        backs_off=False,
        entries=_entries(kept),
        first_seen=counts.first_seen,
    ).pruned(kept)


def add_k(counts: NgramCounts, kept: Masks, k: float) -> Table:
    """p(w | h) = (c(h w) + k) / (c(h) + k V) with the whole context h, uniform where h was never seen."""
    trie = counts.trie
    used = _kept_counts(counts, kept)
    totals = [total + k * trie.vocabulary_size for total in context_totals(counts, used)]
    log_probs = [log((used[0] + k) / totals[0])]
    for n in range(2, trie.order + 1):
        log_probs.append(log((used[n - 1] + k) / totals[n - 1][trie.parents(n)]))
    return Table(
        trie=trie,
        log_probs=log_probs,
        backoffs=[log(k / total) for total in totals[1:]],
        totals=[],
        unseen=-math.log(trie.vocabulary_size),
        backs_off=False,
        entries=_entries(kept),
        first_seen=counts.first_seen,
    ).pruned(kept)


def stupid_backoff(counts: NgramCounts, kept: Masks, backoff: float) -> Table:
    """S(w | h) = c(h w) / c(h) where that was seen, else backoff · S(w | h without its first token).

    Brants et al. 2007, "Large language models in machine translation". S does not sum to one: hence totals.
    """
    trie = counts.trie
    suffixes = trie.suffixes()
    frequencies: list[NDArray[np.float64]] = []
    totals = [np.ones(1)]
    for n, context_total in enumerate(context_totals(counts, counts.counts), 1):
        parents = trie.parents(n) if n > 1 else np.zeros(trie.vocabulary_size, dtype=np.int32)
        frequencies.append(counts.counts[n - 1] / context_total[parents])
        if n > 1:
            shorter = suffixes[n - 3] if n > 2 else np.zeros(trie.vocabulary_size, dtype=np.int32)
            seen = np.where(kept[n - 1], frequencies[n - 1], 0)
            same_seen_shorter = np.where(kept[n - 1], frequencies[n - 2][suffixes[n - 2]], 0)
            size = trie.size(n - 1)
            unseen = totals[n - 2][shorter] - np.bincount(parents, same_seen_shorter, size)
            totals.append(np.bincount(parents, seen, size) + backoff * np.maximum(unseen, 0))
    return Table(
        trie=trie,
        log_probs=[log(array) for array in frequencies],
        backoffs=[np.full(trie.size(n), math.log(backoff)) for n in range(1, trie.order)],
        totals=[log(total) for total in totals],
        unseen=math.log(backoff),
        backs_off=True,
        entries=_entries(kept),
        first_seen=counts.first_seen,
    ).pruned(kept)


def context_totals(counts: NgramCounts, seen: Sequence[NDArray[np.integer]]) -> list[NDArray[np.float64]]:
    """Return the number of tokens seen after each context of 0 … n - 1 tokens."""
    trie = counts.trie
    totals = [np.array([seen[0].sum()], dtype=np.float64)]
    for n in range(2, trie.order + 1):
        total = np.bincount(trie.parents(n), seen[n - 1], trie.size(n - 1))
        totals.append(total.astype(np.float64, copy=False))
    return totals


def log(values: NDArray[np.float64] | NDArray[np.integer]) -> NDArray[np.float64]:
    """Natural logarithm; log(0) is -inf."""
    with np.errstate(divide="ignore"):
        return np.log(values, dtype=np.float64)


def _kept_counts(counts: NgramCounts, kept: Masks) -> list[NDArray[np.integer]]:
    return [np.where(mask, seen, 0) for seen, mask in zip(counts.counts, kept, strict=True)]


def _entries(kept: Masks) -> list[int]:
    return [int(mask.sum()) for mask in kept]
