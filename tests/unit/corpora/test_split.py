"""The one cut between training and held-out text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corpora.documents import Piece
from engine.corpora.split import Split, divide, split_documents
from engine.errors import MisuseError

texts = st.lists(st.text(st.sampled_from("abé\n"), min_size=1, max_size=30), min_size=1, max_size=20)


def split_texts(documents: list[str], fraction: float) -> Split:
    characters = np.array([len(text) for text in documents], dtype=np.uint64)
    sizes = np.array([len(text.encode()) for text in documents], dtype=np.uint64)
    return split_documents(characters, sizes, fraction)


def parts_of(pieces: list[Piece], split: Split) -> dict[str, list[Piece]]:
    parts: dict[str, list[Piece]] = {"train": [], "validation": []}
    for part, piece in divide(pieces, split):
        parts[part].append(piece)
    return parts


@given(st.text(min_size=1, max_size=200), st.integers(1, 99))
def test_a_single_text_splits_by_position_as_nanogpt_does(text: str, percent: int) -> None:
    fraction = percent / 100
    split = split_texts([text], fraction)
    parts = parts_of([Piece(text)], split)
    place = int(len(text) * (1 - fraction))
    assert "".join(piece.text for piece in parts["train"]) == text[:place]
    assert "".join(piece.text for piece in parts["validation"]) == text[place:]
    if place:
        assert not any(piece.ends_document for part in parts.values() for piece in part)


@given(texts, st.integers(0, 99))
def test_the_parts_together_are_the_text_in_order(documents: list[str], percent: int) -> None:
    split = split_texts(documents, percent / 100)
    parts = parts_of([Piece(text) for text in documents], split)
    assert "".join(piece.text for part in parts.values() for piece in part) == "".join(documents)
    if len(documents) > 1:
        ends = sum(piece.ends_document for part in parts.values() for piece in part)
        assert ends == len(documents)
        assert split.validation_documents == sum(piece.ends_document for piece in parts["validation"])


def test_many_documents_are_held_out_whole() -> None:
    split = split_texts(["1234567890"] * 100, 0.1)
    assert split == Split(100, 90, 0)
    assert (split.train_documents, split.validation_documents) == (90, 10)


def test_few_long_documents_are_cut_inside_one() -> None:
    split = split_texts(["a" * 1000, "b" * 1000], 0.1)
    assert split == Split(2, 1, 800)
    assert (split.train_documents, split.validation_documents) == (2, 1)


def test_the_cut_goes_through_pieces() -> None:
    pieces = [Piece("abc", ends_document=False), Piece("def", ends_document=False), Piece("gh")]
    parts = parts_of(pieces, Split(2, 0, 4))
    assert [piece.text for piece in parts["train"]] == ["abc", "d"]
    assert [piece.text for piece in parts["validation"]] == ["ef", "gh"]
    assert parts["validation"][-1].ends_document


def test_nothing_is_held_out_when_nothing_is_asked() -> None:
    split = split_texts(["abc", "def"], 0.0)
    assert split == Split(2, 2, 0)
    assert not parts_of([Piece("abc"), Piece("def")], split)["validation"]


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 2.0, float("nan")])
def test_a_fraction_that_makes_no_sense_is_refused(fraction: float) -> None:
    with pytest.raises(MisuseError, match="validation fraction"):
        split_texts(["abc"], fraction)
