"""Spans against a plain search of the text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.studies import origin
from engine.studies.origin import study_origin
from engine.tokenizers import build_tokenizer

LETTERS = build_tokenizer("char", lambda: ["abc"])


def longest_match(documents: list[str], text: str, at: int) -> tuple[int, int]:
    """Length of the longest match that begins there, and the number of its occurrences."""
    for length in range(len(text) - at, 2, -1):
        part = text[at : at + length]
        times = sum(
            document.startswith(part, start) for document in documents for start in range(len(document))
        )
        if times:
            return length, times
    return 0, 0


@given(
    st.lists(st.text("abc", max_size=30), min_size=1, max_size=4),
    st.text("abc", min_size=1, max_size=25),
    st.integers(5, 40),
)
def test_spans_are_those_of_a_plain_search(documents: list[str], text: str, block: int) -> None:
    ids = LETTERS.encode_documents(documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(origin, "BLOCK", block)
        study = study_origin(ids, LETTERS, text, shortest=3)
    end = 0
    expected = []
    for at in range(len(text)):
        length, times = longest_match(documents, text, at)
        if length and at + length > end:
            expected.append((at, length, times))
            end = at + length
    assert [(span.start, span.tokens, span.occurrences) for span in study.spans] == expected
    for span in study.spans:
        document = documents[span.document - 1]
        assert f"{span.before[-3:]}{span.text}" in document
        assert document.find(span.text) >= 0
        assert all(span.text not in earlier for earlier in documents[: span.document - 1])
    for seen in study.ngrams:
        grams = [text[at : at + seen.order] for at in range(len(text) - seen.order + 1)]
        assert seen.seen == sum(any(gram in document for document in documents) for gram in grams)


def test_the_fraction_copied_counts_tokens_of_long_spans_only() -> None:
    ids = LETTERS.encode_documents(["abcabcabca", "ccc"])
    study = study_origin(ids, LETTERS, "abcabcabcaccbb", shortest=8)
    assert study.copied == pytest.approx(10 / 14)
    assert study_origin(ids, LETTERS, "bbbb", shortest=3).spans == ()


def test_what_cannot_be_searched_is_told() -> None:
    ids = np.array([0, 1, 2])
    with pytest.raises(MisuseError, match="has no tokens"):
        study_origin(ids, LETTERS, "")
    with pytest.raises(MisuseError, match="search for at most"):
        study_origin(ids, LETTERS, "a" * 20_000)
