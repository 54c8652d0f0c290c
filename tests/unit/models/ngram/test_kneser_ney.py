"""Against an implementation of Chen & Goodman's formulas with dictionaries, and against nltk's."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from nltk.lm import KneserNeyInterpolated

from engine.models.ngram.family import NgramConfig
from engine.models.ngram.kneser_ney import estimate_discounts
from engine.models.ngram.model import NgramModel
from tests.unit.models.ngram.texts import END, VOCABULARY, array, documents, ngrams, orders, texts

if TYPE_CHECKING:
    from collections.abc import Iterable


class Reference:
    """Chen & Goodman 1999, section 3, equations 22 to 27, one n-gram at a time."""

    def __init__(self, ids: list[int], order: int) -> None:
        self.counts: list[Counter[tuple[int, ...]]] = [Counter()]
        for n in range(1, order + 1):
            seen = Counter(ngrams(ids, n))
            if n < order:
                before = defaultdict(set)
                for longer in ngrams(ids, n + 1):
                    before[longer[1:]].add(longer[0])
                opens = {ngram for ngram in seen if n > 1 and ngram[0] == END}
                seen = Counter({g: seen[g] if g in opens else len(before[g]) for g in seen})
            self.counts.append(seen)
        self.discounts = [self._discounts(counts) for counts in self.counts]

    @staticmethod
    def _discounts(counts: Counter[tuple[int, ...]]) -> list[float]:
        n = [0, *(sum(1 for count in counts.values() if count == wanted) for wanted in (1, 2, 3, 4))]
        if n[1] and n[2] and n[3]:
            y = n[1] / (n[1] + 2 * n[2])
            amounts = [0, *(i - (i + 1) * y * n[i + 1] / n[i] for i in (1, 2, 3))]
            if all(0 <= amount <= i for i, amount in enumerate(amounts)):
                return amounts
        return [0, 0.5, 1, 1.5]

    def probability(self, token: int, context: tuple[int, ...]) -> float:
        lower = self.probability(token, context[1:]) if context else 1 / VOCABULARY
        counts, discounts = self.counts[len(context) + 1], self.discounts[len(context) + 1]
        followers = [count for ngram, count in counts.items() if ngram[:-1] == context]
        if not followers:
            return lower
        total = sum(followers)
        count = counts[(*context, token)]
        taken = sum(discounts[min(3, follower)] for follower in followers)
        return (count - discounts[min(3, count)]) / total + taken / total * lower


@settings(deadline=None)
@given(texts, orders)
def test_equals_an_independent_reference(ids: list[int], order: int) -> None:
    model = NgramModel.build(array(ids), NgramConfig(order=order, smoothing="kneser-ney"), VOCABULARY, END)
    reference = Reference(ids, order)
    for context in {
        ngram[:-1] for n in range(1, order + 1) for ngram in ngrams(ids, n) if END not in ngram[1:-1]
    }:
        log_probs = model.session().feed(context)
        if not context and order > 1:
            context = (END,)
        expected = [reference.probability(token, context) for token in range(VOCABULARY)]
        np.testing.assert_allclose(np.exp(log_probs), expected, rtol=0, atol=1e-9)


def test_equals_the_reference_with_discounts_from_the_counts() -> None:
    """A text of Zipf's kind, whose counts of counts allow discounts at every order."""
    generator = np.random.default_rng(0)
    ids = np.minimum(generator.zipf(1.6, 600) - 1, VOCABULARY * 8 - 1) % 48
    with_many = Reference([int(token) % VOCABULARY for token in ids], 3)
    model = NgramModel.build(
        array([int(token) % VOCABULARY for token in ids]), NgramConfig(order=3), VOCABULARY, END
    )
    for context in product(range(1, VOCABULARY), repeat=2):
        expected = [with_many.probability(token, context) for token in range(VOCABULARY)]
        np.testing.assert_allclose(np.exp(model.session().feed(context)), expected, rtol=0, atol=1e-9)
    assert not any(note.startswith("order 3") for note in model.notes)


@settings(deadline=None, max_examples=25)
@given(texts)
def test_equals_nltk_with_one_discount(ids: list[int]) -> None:
    """nltk takes one discount from every order but the first, which it does not interpolate."""

    def name(tokens: Iterable[int]) -> tuple[str, ...]:
        return tuple(str(token) for token in tokens)

    order = 3
    discounts = ((0.0, 0.0, 0.0), (0.75, 0.75, 0.75))
    ids = [token for token in ids if token != END] + [1, 2, END]
    model = NgramModel.build(
        array(ids), NgramConfig(order=order, smoothing="kneser-ney", discounts=discounts), VOCABULARY, END
    )
    theirs = KneserNeyInterpolated(order, discount=0.75)
    theirs.fit(
        [[name(ngram) for n in range(1, order + 1) for ngram in ngrams(ids, n)]], name(range(VOCABULARY))
    )
    inner = {
        ngram[:-1] for ngram in ngrams(ids, order) if ngram[0] != END
    }  # nltk has no raw counts at a start
    for context in inner:
        log_probs = model.session().feed(context)
        for token in set(ids):
            assert np.exp(log_probs[token]) == pytest.approx(
                theirs.score(str(token), name(context)), abs=1e-9
            )


def test_discounts_follow_equation_26() -> None:
    counts = np.repeat([1, 2, 3, 4, 9], [50, 20, 12, 8, 5])
    y = 50 / (50 + 2 * 20)
    expected = (1 - 2 * y * 20 / 50, 2 - 3 * y * 12 / 20, 3 - 4 * y * 8 / 12)
    assert estimate_discounts(counts) == (pytest.approx(expected), True)


@pytest.mark.parametrize("counts", [[1, 1, 1], [2, 2, 3, 4], [1, 1, 2] + [3] * 50])
def test_counts_that_give_no_discounts_are_told(counts: list[int]) -> None:
    assert estimate_discounts(np.array(counts)) == ((0.5, 1.0, 1.5), False)


def test_the_model_says_where_discounts_are_fixed() -> None:
    model = NgramModel.build(array([1, 2, 3]), NgramConfig(order=2, smoothing="kneser-ney"), VOCABULARY, END)
    assert model.notes == [
        f"order {n}: the counts of counts give no discounts, so 0.5, 1 and 1.5 are used" for n in (1, 2)
    ]


def test_documents_of_the_tests_are_what_they_say() -> None:
    assert documents([1, END, END, 2]) == [[END, 1, END], [END, END], [END, 2]]
