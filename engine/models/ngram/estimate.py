"""Size of an n-gram model before it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.models.family import SizeEstimate
from engine.models.ngram.counting import count_ngrams
from engine.models.ngram.smoothing import kept_by_pruning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.models.ngram.family import NgramConfig

SAMPLE = 1 << 19
"""Tokens counted for an estimate: a fraction of a second."""


def estimate_size(
    ids: NDArray[np.integer],
    config: NgramConfig,
    vocabulary_size: int,
    end_of_text: int,
    *,
    tokens: int | None = None,
) -> SizeEstimate:
    """Count the beginning of a text and extrapolate the growth to `tokens` tokens (none: all of `ids`).

    The number of different n-grams grows about as a power of the text's length (Heaps' law); the power is
    taken from the second half of the sample. Raises MisuseError for ids outside the vocabulary and for an
    empty text.
    """
    tokens = len(ids) if tokens is None else tokens
    sample = ids[:SAMPLE]
    whole = _entries(sample, config, vocabulary_size, end_of_text)
    if tokens > len(sample) > 1:
        half = _entries(sample[: len(sample) // 2], config, vocabulary_size, end_of_text)
        entries = [_grown(before, now, tokens / len(sample)) for before, now in zip(half, whole, strict=True)]
        entries[0] = min(entries[0], vocabulary_size)
    else:
        entries = whole
    return SizeEstimate(entries, _bytes(entries, config, vocabulary_size))


def _entries(
    ids: NDArray[np.integer], config: NgramConfig, vocabulary_size: int, end_of_text: int
) -> list[int]:
    counts = count_ngrams(ids, config.order, vocabulary_size, end_of_text)
    return [int(mask.sum()) for mask in kept_by_pruning(counts, config)]


def _grown(before: int, now: int, times: float) -> int:
    """`before` at half of the sample, `now` at the whole of it, wanted at `times` the sample."""
    power = min(1.0, float(np.log2(now / before))) if before else 1.0
    return int(now * times**power)


def _bytes(entries: list[int], config: NgramConfig, vocabulary_size: int) -> int:
    """Bytes of a `Table`: token and log-probability of n-grams, first continuation and backoff of contexts."""
    order = len(entries)
    sizes = [vocabulary_size, *entries[1:]]
    as_ngrams = 12 * sum(sizes[1:]) + 8 * sizes[0]
    as_contexts = 12 * sum(sizes[: order - 1])
    first_seen = 4 * sum(sizes) if config.smoothing_used != "kneser-ney" else 0
    totals = 8 * sum(sizes[: order - 1]) if config.smoothing_used in ("raw", "stupid-backoff") else 0
    return as_ngrams + as_contexts + first_seen + totals
