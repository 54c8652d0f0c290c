from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.ngram.family import NgramConfig, Smoothing
from engine.models.ngram.model import NgramModel
from tests.unit.models.ngram.texts import END, VOCABULARY, array, ngrams, orders, texts

prunings = st.sampled_from([(), (2,), (1, 2), (1, 1, 3)])
smoothings = st.sampled_from(["kneser-ney", "add-k", "stupid-backoff", "raw"])


def build(ids: list[int], **settings: object) -> NgramModel:
    return NgramModel.build(array(ids), NgramConfig(**settings), VOCABULARY, END)  # type: ignore[arg-type]


@given(texts, orders, smoothings, prunings, texts)
def test_every_distribution_sums_to_one(
    ids: list[int], order: int, smoothing: Smoothing, prune: tuple[int, ...], context: list[int]
) -> None:
    """Also after contexts that were never seen; only raw counts may have nothing to say."""
    model = build(ids, order=order, smoothing=smoothing, prune=prune)
    everything = np.array([[*context, token] for token in range(VOCABULARY)])
    last = np.array([model.log_probabilities(line)[-1] for line in everything])
    total = np.exp(last).sum()
    if smoothing == "raw" and total == 0:
        return
    assert total == pytest.approx(1, abs=1e-9)
    if smoothing in ("kneser-ney", "add-k"):
        assert (last > -np.inf).all()


@given(texts, orders, smoothings, prunings, texts)
def test_a_session_scores_as_bulk_does(
    ids: list[int], order: int, smoothing: Smoothing, prune: tuple[int, ...], text: list[int]
) -> None:
    model = build(ids, order=order, smoothing=smoothing, prune=prune)
    session = model.session()
    one_by_one = []
    for token, following in pairwise(text):
        log_probs = session.feed([token])
        total = np.exp(log_probs).sum()
        one_by_one.append(log_probs[following] - math.log(total) if total else -np.inf)
    np.testing.assert_allclose(model.log_probabilities(array(text)), one_by_one, rtol=0, atol=1e-9)


@given(texts, st.integers(2, 4), st.floats(0.01, 10))
def test_add_k_is_its_formula(ids: list[int], order: int, k: float) -> None:
    model = build(ids, order=order, smoothing="add-k", k=k)
    seen = Counter(ngrams(ids, order))
    for ngram in [*seen, tuple(range(1, order + 1))]:
        context = sum(count for other, count in seen.items() if other[:-1] == ngram[:-1])
        expected = (seen[ngram] + k) / (context + k * VOCABULARY)
        log_probs = model.session().feed(ngram[:-1])
        assert math.exp(log_probs[ngram[-1]]) == pytest.approx(expected, rel=1e-9)


@given(texts, st.integers(1, 4), texts)
def test_stupid_backoff_is_its_formula(ids: list[int], order: int, text: list[int]) -> None:
    model = build(ids, order=order, smoothing="stupid-backoff", backoff=0.3)
    counts = [Counter(ngrams(ids, n)) for n in range(order + 1)]

    def score(context: tuple[int, ...], token: int) -> float:
        seen = counts[len(context) + 1]
        if seen[(*context, token)]:
            followed = sum(count for other, count in seen.items() if other[:-1] == context)
            return seen[(*context, token)] / followed
        return 0.3 * score(context[1:], token) if context else 0.0

    text = [token for token in text if token != END]
    if text:
        log_probs = model.session().feed(text)
        context = tuple(text[len(text) - min(order - 1, len(text)) :])
        expected = [score(context, token) for token in range(VOCABULARY)]
        np.testing.assert_allclose(np.exp(log_probs), expected, rtol=1e-9)


def test_pruning_drops_what_was_seldom_seen() -> None:
    ids = [1, 2, 3, 1, 2, 3, 1, 2, 4]
    whole, pruned = build(ids, order=3), build(ids, order=3, prune=(1, 2))
    assert whole.entries == [4, 5, 5]  # with those that begin at the document's start
    assert pruned.entries == [4, 5, 3]
    assert pruned.memory_bytes < whole.memory_bytes
