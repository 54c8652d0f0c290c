"""Counts against nltk's n-grams and Python's Counter."""

from __future__ import annotations

from collections import Counter

import pytest
from nltk.util import ngrams

from engine.errors import MisuseError
from engine.studies.counts import study_counts
from engine.tokenizers import build_tokenizer
from tests.unit.models.ngram.test_raw_counts import TEXT as FRIENDS

TEXT = "say hello bob . say hello alice . hello bob because alice and hello bob and alice and hello"


def study(text: str = TEXT, **options: object):
    tokenizer = build_tokenizer("word", lambda: [text])
    return study_counts(tokenizer.encode_documents([text]), tokenizer, **options)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_counts_and_probabilities_are_those_of_nltk(order: int) -> None:
    words = TEXT.split()
    # The end of text opens the document and closes it.
    expected = Counter(ngrams(["<|endoftext|>"] * (order > 1) + [*words, "<|endoftext|>"], order))
    found = study(order=order, top=1000)
    assert {tuple(t.strip() for t in one.tokens): one.count for one in found.ngrams} == expected
    assert found.distinct == len(expected)
    contexts = Counter()
    for ngram, count in expected.items():
        contexts[ngram[:-1]] += count
    for one in found.ngrams:
        assert one.probability == pytest.approx(
            one.count / contexts[tuple(t.strip() for t in one.tokens)[:-1]]
        )
    counts = [one.count for one in found.ngrams]
    assert counts == sorted(counts, reverse=True)


def test_the_friends_have_the_table_of_the_tutorial() -> None:
    table = {
        "say hello": 7, "hello bob": 4, "i will": 3, "alice and": 3, "hello friend!": 2, "friend! i": 2,
        "i said": 2, "will say": 2, "hello alice": 2, "and hello": 2, "but i": 2, "didn't say": 2, "said to": 1,
        "bob, but": 1, "are so": 1, "so i": 1, "i won't": 1, "won't say": 1, "hello all": 1, "all or": 1,
        "or hello": 1, "hello everybody": 1, "everybody but": 1, "bob because": 1, "because alice": 1,
        "and bob": 1, "bob are": 1, "if you": 1,
    }  # fmt: skip
    found = study(FRIENDS, top=1000)
    counts = {"".join(one.tokens).strip(): one.count for one in found.ngrams}
    assert {pair: counts[pair] for pair in table} == table
    assert ["".join(one.tokens).strip() for one in found.ngrams][:2] == ["say hello", "hello bob"]
    assert "".join(study(FRIENDS, context="hello").loop).split() == [
        "hello",
        "bob",
        "because",
        "alice",
        "and",
    ]


def test_the_most_frequent_next_token_leads_into_a_loop() -> None:
    found = study(context="hello")
    assert [token.strip() for token in found.walk] == ["hello", "bob", ".", "say"]
    assert [token.strip() for token in found.loop] == ["hello", "bob", ".", "say"]
    marked = {tuple(t.strip() for t in one.tokens) for one in study(top=1000).ngrams if one.in_loop}
    assert marked == {("hello", "bob"), ("bob", "."), (".", "say"), ("say", "hello")}


def test_of_equal_counts_the_first_seen_comes_first() -> None:
    assert [one.tokens[1].strip() for one in study(context="alice").ngrams] == ["and", "."]
    assert [one.tokens[1].strip() for one in study(context="bob").ngrams] == [".", "because", "and"]


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(MisuseError, match="followed by nothing"):
        study(context="nobody")
    with pytest.raises(MisuseError, match="smaller --order"):
        study("a b", order=9)


def test_a_text_that_ends_has_no_loop() -> None:
    found = study("one two three")
    assert found.loop == ()
    assert [token.strip() for token in study("one two three", context="one").walk] == [
        "one",
        "two",
        "three",
        "<|endoftext|>",
    ]
