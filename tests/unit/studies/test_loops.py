from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.studies.loops import GREEDY_TOKENS, Loop, find_loop, greedy_texts
from engine.tokenizers import build_tokenizer

letters = st.lists(st.integers(0, 3), max_size=8)


@given(letters, st.lists(st.integers(0, 3), min_size=1, max_size=8), st.integers(16, 40) | st.none())
def test_a_repeated_end_is_found(beginning: list[int], cycle: list[int], context: int | None) -> None:
    text = beginning + cycle * 60
    loop = find_loop(text, context)
    assert loop is not None
    assert loop.start <= len(beginning)
    assert loop.period <= len(cycle)
    assert text[loop.start : -loop.period] == text[loop.start + loop.period :]


@pytest.mark.parametrize(
    ("ids", "context", "loop"),
    [
        ([1, 2, 3, 1, 2, 3, 1], 1, Loop(0, 3)),
        ([9, 1, 2, 1, 2], 1, Loop(1, 2)),
        ([1, 2, 3, 4], 1, None),
        ([1, 2, 3, 1], 3, None),  # the context has not yet come back as a whole
        ([5, 5, 5, 5], 100, None),  # nothing proves it, and it may be a stutter
        ([5] * 40, None, Loop(0, 1)),
        ([], 1, None),
    ],
)
def test_loops_are_told_only_where_they_must_go_on(
    ids: list[int], context: int | None, loop: Loop | None
) -> None:
    assert find_loop(ids, context) == loop


def greedy(text: str, *starts: str):
    tokenizer = build_tokenizer("word", lambda: [text])
    ids = tokenizer.encode_documents([text])
    config = NgramConfig(order=2, smoothing="raw")
    model = NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text)
    return greedy_texts(model, tokenizer, [tokenizer.encode(start) for start in starts])


def test_a_loop_is_drawn_as_pairs_that_lead_back() -> None:
    (text,) = greedy("so hello bob and hello bob and hello bob", "so")
    assert text.ended == "loop"
    assert text.loop == ("hello bob", "bob and", "and hello")
    assert (text.start, text.tokens) == ("so", 1)


def test_two_ways_into_one_loop_are_told_once() -> None:
    texts = greedy("so hello bob and hello bob and hello bob", "so", "and", "hello")
    assert len(texts) == 1


def test_a_text_that_ends_is_no_loop() -> None:
    (text,) = greedy("one two three", "one")
    assert (text.ended, text.loop, text.tokens) == ("end_of_text", (), 4)


def test_a_text_may_go_on_for_longer_than_is_looked() -> None:
    (text,) = greedy(" ".join(f"word{place}" for place in range(GREEDY_TOKENS + 10)), "word0")
    assert (text.ended, text.tokens) == ("length", GREEDY_TOKENS + 1)
