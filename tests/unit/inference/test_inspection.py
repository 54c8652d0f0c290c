from __future__ import annotations

import numpy as np
import pytest

from engine.inference.generation import Generation
from engine.inference.inspection import expect, score
from engine.sampling.config import SamplingConfig
from engine.sampling.numpy_backend import entropy
from engine.sampling.tokens import DeadEndError
from tests.unit.inference.fakes import character_model


def test_what_may_come_next_and_how_open_it_is():
    model, tokenizer = character_model("abcd", {"": {"a": 1}, "a": {"b": 0.5, "c": 0.25, "d": 0.25}})
    expectation = expect(model.session(), tokenizer, tokenizer.encode("a"), alternatives=2)
    assert [candidate.id for candidate in expectation.top_tokens] == tokenizer.encode("bc")
    assert [candidate.probability for candidate in expectation.top_tokens] == pytest.approx([0.5, 0.25])
    assert expectation.entropy == pytest.approx(1.5 * np.log(2))


def test_the_uniform_distribution_has_the_greatest_entropy():
    assert entropy(np.log(np.full(8, 1 / 8))) == pytest.approx(np.log(8))
    assert entropy(np.array([0.0, -np.inf])) == 0


def test_a_dead_end_expects_nothing():
    model, tokenizer = character_model("ab", {"": {"a": 1}})
    with pytest.raises(DeadEndError):
        expect(model.session(), tokenizer, tokenizer.encode("a"), alternatives=2)


def test_a_text_is_scored_as_it_was_generated():
    model, tokenizer = character_model("abc", {letter: {"a": 3, "b": 2, "c": 1} for letter in ("", *"abc")})
    config = SamplingConfig(temperature=1, seed=5)
    generated = list(Generation(model, tokenizer, [], config, tokens=12, alternatives=2))
    ids = [token.id for token in generated]
    assert list(score(model.session(), tokenizer, ids, 2)) == generated
    assert list(score(model.session(), tokenizer, [], 2)) == []
