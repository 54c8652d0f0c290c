from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.models.ngram import counting
from engine.models.ngram.counting import NgramCounts, count_ngrams
from tests.unit.models.ngram.texts import END, VOCABULARY, array, ngrams, orders, texts


def as_dictionaries(counts: NgramCounts) -> list[dict[tuple[int, ...], int]]:
    found = []
    for n, seen in enumerate(counts.counts, 1):
        paths = counts.trie.paths(n, np.arange(counts.trie.size(n)))
        found.append(
            {tuple(path): count for path, count in zip(paths.tolist(), seen.tolist(), strict=True) if count}
        )
    return found


@given(texts, orders, st.integers(1, 20), st.sampled_from([VOCABULARY, VOCABULARY**2, VOCABULARY**4]))
def test_counts_are_those_of_a_dictionary(ids: list[int], order: int, batch: int, largest_key: int) -> None:
    """In batches of any size, and also where keys are too large to hold whole n-grams."""
    with patch.object(counting, "TOKENS_AT_ONCE", batch), patch.object(counting, "LARGEST_KEY", largest_key):
        counts = count_ngrams(array(ids), order, VOCABULARY, END)
    assert as_dictionaries(counts) == [dict(Counter(ngrams(ids, n))) for n in range(1, order + 1)]


@given(texts, orders, st.integers(1, 20), st.sampled_from([VOCABULARY, VOCABULARY**4]))
def test_first_seen_orders_ngrams_as_the_text_does(
    ids: list[int], order: int, batch: int, largest_key: int
) -> None:
    with patch.object(counting, "TOKENS_AT_ONCE", batch), patch.object(counting, "LARGEST_KEY", largest_key):
        counts = count_ngrams(array(ids), order, VOCABULARY, END, keep_first_seen=True)
    for n, places in enumerate(counts.first_seen, 1):
        seen = counts.counts[n - 1] > 0
        numbers = np.flatnonzero(seen)[np.argsort(places[seen])]
        in_text = list(dict.fromkeys(ngrams(ids, n)))
        assert [tuple(path) for path in counts.trie.paths(n, numbers).tolist()] == in_text


def test_no_ngram_reaches_over_the_end_of_a_document() -> None:
    counts = count_ngrams(array([1, 2, END, 3, 4, END]), 3, VOCABULARY, END)
    assert set(as_dictionaries(counts)[2]) == {(END, 1, 2), (1, 2, END), (END, 3, 4), (3, 4, END)}


def test_large_vocabularies_and_high_orders_are_counted() -> None:
    ids = np.random.default_rng(1).integers(0, 200_000, 50).astype(np.int32)
    counts = count_ngrams(np.concatenate([ids, ids]), 12, 200_001, 200_000)
    assert counts.trie.order == 12
    assert counts.counts[11].sum() == 100 - 12 + 1 + 1  # one more opens the document
    assert counts.counts[11].max() == 2


def test_counting_tells_how_far_it_is() -> None:
    told: list[float] = []
    with patch.object(counting, "TOKENS_AT_ONCE", 10):
        count_ngrams(array([1, 2, 3] * 20), 3, VOCABULARY, END, progress=told.append)
    assert told == sorted(told)
    assert len(told) == 18
    assert 0.9 < told[-1] <= 1


@pytest.mark.parametrize(
    ("ids", "complaint"), [([], "no tokens"), ([1, 9], "has ids 1 to 9"), ([-1], "has ids -1")]
)
def test_impossible_texts_are_refused(ids: list[int], complaint: str) -> None:
    with pytest.raises(MisuseError, match=complaint):
        count_ngrams(array(ids), 2, VOCABULARY, END)
