"""Chunks of a long document tokenize as the whole does."""

from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from engine.corpora.chunking import cut_pieces
from engine.corpora.corpus import open_corpus
from engine.corpora.documents import Piece, join_pieces
from engine.corpora.plain_text import SEPARATOR
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.byte import ByteTokenizer
from engine.tokenizers.character import CharacterTokenizer
from engine.tokenizers.patterns import PATTERNS
from engine.tokenizers.word import WordPunctuationTokenizer, WordTokenizer

NASTY = st.sampled_from(
    [
        *" \n\t\r\x1c\x85\xa0\u2028\u3000",
        "  ",
        "\n\n",
        " \n",
        "\n ",
        *"abcAB123.,'-(/_",
        "'s",
        "'T",
        "--",
        "...",
        *"éßΣ中文。́😀ǅʰ५Ⅷ",
        SEPARATOR,
    ]
)
texts = st.lists(NASTY, max_size=60).map("".join)


def chunks(text: str, limit: int) -> list[str]:
    return [piece.text for piece in cut_pieces([Piece(text)], limit)]


def without_good_place(text: str, limit: int) -> bool:
    """Whether some cut had to be made anywhere."""

    def is_good(before: str, after: str) -> bool:
        return (after == " " and not before.isspace()) or (after == "\n" and before.isalnum())

    return not all(is_good(left[-1], right[0]) for left, right in pairwise(chunks(text, limit)))


@given(texts, st.integers(1, 30), st.sampled_from(sorted(PATTERNS)))
def test_no_pre_token_of_any_pattern_runs_across_a_cut(text: str, limit: int, pattern: str) -> None:
    parts = chunks(text, limit)
    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)
    if not without_good_place(text, limit):
        split = regex.compile(PATTERNS[pattern]).findall
        assert [token for part in parts for token in split(part)] == split(text)


@given(texts, st.integers(1, 30))
def test_words_characters_and_bytes_are_the_same(text: str, limit: int) -> None:
    if without_good_place(text, limit):
        return
    for tokenizer in (
        WordTokenizer.train([text]),
        WordPunctuationTokenizer.train([text]),
        CharacterTokenizer.train([text]),
        ByteTokenizer(),
    ):
        ids = [token for part in chunks(text, limit) for token in tokenizer.encode(part)]
        assert ids == tokenizer.encode(text)


def test_a_bpe_gives_the_same_ids() -> None:
    text = "".join(islice(open_corpus(["stories"]).texts(), 200))
    bpe = build_tokenizer("bpe:400", lambda: [text])
    assert [token for part in chunks(text, 500) for token in bpe.encode(part)] == bpe.encode(text)


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_our_own_sources_are_cut_only_at_good_places(pattern: str) -> None:
    text = "".join(path.read_text() for path in sorted(Path(__file__).parent.glob("*.py")))
    split = regex.compile(PATTERNS[pattern]).findall
    whole = split(text)
    for limit in (1000, 5000):
        assert [token for part in chunks(text, limit) for token in split(part)] == whole


@given(st.lists(texts.filter(bool), max_size=8), st.integers(1, 20), st.data())
def test_documents_stay_what_they_are(documents: list[str], limit: int, data: st.DataObject) -> None:
    pieces: list[Piece] = []
    for text in documents:
        place = data.draw(st.integers(0, len(text)))
        pieces += [Piece(text[:place], ends_document=False), Piece(text[place:])]
    assert [document.text for document in join_pieces(cut_pieces(pieces, limit))] == documents


def test_what_has_no_end_is_not_lost() -> None:
    assert list(cut_pieces([Piece("abc", ends_document=False)])) == [Piece("abc", ends_document=False)]
