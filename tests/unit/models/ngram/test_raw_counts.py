"""Raw counts, on the short text that the oldest demonstrations of bigrams use."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel

TEXT = """
Hello friend! I said to them. They were not sure whom I meant.
Hello friend! I said again, and still no one replied. Ok I said.
I will say Hello Alice and Hello Bob, but I don't know who the
rest of you are so I won't say Hello All or Hello everybody but I will
say Hello Alice and Hello Bob because Alice and Bob are people I would
say Hello too. Except I didn't say Hello Bob last time because Bob
didn't say Hello to me. So, Hello Bob too, but if you aren't nice to
me I will not say Hello Bob anymore.
"""
WORDS = TEXT.lower().split()
NAMES = [*sorted(set(WORDS)), "<end>"]
END = len(NAMES) - 1
IDS = {name: token for token, name in enumerate(NAMES)}


def build(order: int) -> NgramModel:
    ids = np.array([*(IDS[word] for word in WORDS), END])
    return NgramModel.build(ids, NgramConfig(order=order, smoothing="raw"), len(NAMES), END)


def greedy(model: NgramModel, prompt: str, tokens: int) -> str:
    session = model.session()
    log_probs = session.feed([IDS[word] for word in prompt.split()])
    for _ in range(tokens):
        best = session.break_tie(np.flatnonzero(log_probs == log_probs.max()))
        log_probs = session.feed([best])
    return " ".join(NAMES[token] for token in session.ids)


def test_greedy_text_follows_the_commonest_pairs_and_the_first_seen_of_equals() -> None:
    assert greedy(build(2), "hello", 7) == "hello bob because alice and hello bob because"


@pytest.mark.parametrize(
    ("temperature", "probability"), [(0.5, 16 / 29), (1, 4 / 13), (2, 2 / (7 + 2 * math.sqrt(2)))]
)
def test_temperature_divides_the_scores(temperature: float, probability: float) -> None:
    log_probs = build(2).session().feed([IDS["hello"]])
    powered = np.exp(log_probs / temperature)
    assert powered[IDS["bob"]] / powered.sum() == pytest.approx(probability, rel=1e-12)


def test_scores_are_logarithms_of_counts() -> None:
    log_probs = build(2).session().feed([IDS["hello"]])
    counts = {
        NAMES[token]: round(math.exp(log_probs[token])) for token in np.flatnonzero(log_probs > -np.inf)
    }
    assert counts == {
        "friend!": 2, "alice": 2, "bob,": 1, "all": 1, "everybody": 1, "bob": 4, "too.": 1, "to": 1,
    }  # fmt: skip


def test_what_was_never_followed_is_a_dead_end() -> None:
    ids = np.array([0, 1, 2])  # the text breaks off within its document
    model = NgramModel.build(ids, NgramConfig(order=2, smoothing="raw"), 4, 3)
    assert (model.session().feed([2]) == -np.inf).all()
    assert (build(3).session().feed([IDS["bob"], IDS["friend!"]]) == -np.inf).all()


def test_a_short_history_is_scored_by_the_shorter_ngrams() -> None:
    np.testing.assert_array_equal(
        build(4).session().feed([IDS["hello"]]), build(2).session().feed([IDS["hello"]])
    )


def test_a_session_begins_at_the_start_of_a_document() -> None:
    log_probs = build(3).session().feed([])
    assert list(np.flatnonzero(log_probs > -np.inf)) == [IDS["hello"]]


def test_the_context_does_not_reach_over_the_end_of_a_document() -> None:
    model = build(3)
    np.testing.assert_array_equal(model.session().feed([IDS["bob"], END]), model.session().feed([]))


def test_bulk_scores_are_relative_frequencies() -> None:
    ids = np.array([IDS["hello"], IDS["bob"], IDS["because"]])
    assert np.exp(build(2).log_probabilities(ids)) == pytest.approx([4 / 13, 1 / 6])
