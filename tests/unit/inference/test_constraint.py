"""Generation by a regular expression or a grammar: what is written matches, for every tokenizer and model."""

from __future__ import annotations

import json
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.inference.constraint import Constraint
from engine.inference.generation import Generation
from engine.inference.side_by_side import write_side_by_side
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.sampling.config import SamplingConfig
from engine.tokenizers import build_tokenizer
from tests.unit.inference.small_runs import FRIENDS

ENDED = "end_of_text", "stop"


def smoothed(specification):
    """A model that calls no token impossible, and its tokenizer."""
    tokenizer = build_tokenizer(specification, lambda: [FRIENDS])
    config = NgramConfig(order=2, smoothing="add-k")
    ids = tokenizer.encode_documents([FRIENDS])
    return NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text), tokenizer


BYTES = smoothed("byte")


def write(model, tokenizer, regex=None, **options):
    config = SamplingConfig(regex=regex, **options)
    generation = Generation(model, tokenizer, tokenizer.encode("hello"), config, tokens=200)
    tokens = list(generation)
    text = "".join(token.text for token in tokens) + generation.rest
    return text, generation.reason, [token.id for token in tokens]


@pytest.mark.parametrize(
    ("specification", "regex"),
    [
        ("char", "(bob|carol) an[^h]{2,5}"),
        ("bpe:280", "[a-c]+ hello\\."),
        ("byte", "日本|naïve"),
        ("word", "( (and|because) (bob|alice))+"),
    ],
)
@pytest.mark.parametrize("temperature", [0, 1])
def test_a_text_matches_as_a_whole(specification, regex, temperature):
    text, reason, _ = write(*smoothed(specification), regex, temperature=temperature, seed=1)
    if reason in ENDED:
        assert re.fullmatch(regex, text)
    else:
        assert (reason, temperature) == ("length", 0)  # a greedy loop within the expression


@settings(max_examples=30, deadline=None)
@given(st.from_regex(r"([a-c](\?|\{1,3\})?|\(ab\|c\)\+|é){1,4}", fullmatch=True), st.integers(0, 99))
def test_what_is_written_matches_for_any_expression(regex, seed):
    text, reason, _ = write(*BYTES, regex, temperature=1, seed=seed)
    assert reason in ENDED
    assert re.fullmatch(regex, text)


def test_a_text_ends_as_soon_as_nothing_can_follow_it():
    _, reason, ids = write(*BYTES, "x{3}")
    assert (reason, bytes(ids)) == ("stop", b"xxx")


def test_probabilities_are_those_among_the_allowed_tokens():
    model, tokenizer = smoothed("char")
    config = SamplingConfig(regex="[bc]", temperature=1, seed=1)
    (token,) = Generation(model, tokenizer, tokenizer.encode("hello "), config, tokens=1, alternatives=9)
    logits = model.session().rewind([tokenizer.end_of_text, *tokenizer.encode("hello ")])
    ratio = logits[tokenizer.encode("b")[0]] - logits[tokenizer.encode("c")[0]]
    b, c = sorted(token.alternatives, key=lambda other: tokenizer.token_text(other.id))
    assert b.probability + c.probability == pytest.approx(1)
    assert b.log_probability - c.log_probability == pytest.approx(ratio)


def test_several_texts_keep_to_it_each_for_itself():
    model, tokenizer = BYTES
    config = SamplingConfig(regex="[ab]+c", temperature=1)
    made = list(write_side_by_side(model, tokenizer, [], config, range(5), tokens=300))
    assert all(re.fullmatch("[ab]+c", completion.text) for completion in made)
    assert len({completion.text for completion in made}) > 1


def test_only_end_tokens_may_follow_a_whole_match_and_no_special_token_a_part_of_it():
    tokenizer = build_tokenizer("byte", list).with_special_tokens(["<|end|>"])
    end = tokenizer.special_tokens["<|end|>"]
    constraint = Constraint(SamplingConfig(regex="ab?"), tokenizer, (tokenizer.end_of_text, end))
    assert constraint.allowed().tolist() == [ord("a")]
    constraint.advance(ord("a"))
    assert constraint.allowed().tolist() == [ord("b"), tokenizer.end_of_text, end]
    assert not constraint.is_complete
    constraint.advance(ord("b"))
    assert constraint.is_complete


NESTED = """
start: pair*
pair: "(" start ")" | "[" start "]"
"""


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 99))
def test_a_grammar_counts_what_no_regular_expression_can(seed):
    text, reason, _ = write(*BYTES, grammar=NESTED, temperature=1, seed=seed)
    while "()" in text or "[]" in text:
        text = text.replace("()", "").replace("[]", "")
    assert text == "" or reason == "length"


def test_json_by_a_grammar_is_json():
    value = r"""
        start: object
        object: "{" pair ("," pair)* "}"
        pair: KEY ":" (NUMBER | object)
        KEY: /"[a-c]{1,3}"/
        NUMBER: /[1-9][0-9]{0,3}/
    """
    texts = [write(*BYTES, grammar=value, temperature=1, seed=seed)[:2] for seed in range(5)]
    ended = [json.loads(text) for text, reason in texts if reason in ENDED]
    assert all(isinstance(one, dict) and one for one in ended)
    assert ended


@pytest.mark.parametrize(
    ("described", "told"),
    [
        ({"regex": "[a"}, "unterminated character set"),
        ({"regex": "(?=a)b"}, "leave out look-around"),
        ({"grammar": "start: foo"}, 'line 1, column 8: unknown name: "foo"; correct the grammar'),
        ({"grammar": "start: <|end|>"}, "no token of this model begins such a text"),
        ({"grammar": ""}, "correct the grammar"),
        ({"regex": "a", "grammar": "start: /a/"}, "give one of them"),
    ],
)
def test_a_wrong_description_is_one_sentence(described, told):
    tokenizer = build_tokenizer("byte", list).with_special_tokens(["<|end|>"])
    with pytest.raises(MisuseError, match=re.escape(told)) as raised:
        Constraint(SamplingConfig(**described), tokenizer, ())
    assert "\n" not in str(raised.value)


def test_tokens_that_cannot_spell_the_beginning_are_refused():
    with pytest.raises(MisuseError, match="use a tokenizer such as byte or bpe"):
        write(*smoothed("word"), "zebra")


def test_without_the_library_the_package_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "llguidance", None)
    with pytest.raises(MisuseError, match=r"lilm\[grammar\]"):
        Constraint(SamplingConfig(regex="a"), BYTES[1], ())
