"""Blocks of a text tokenize as the whole does."""

from __future__ import annotations

import time
from itertools import islice, pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from engine.corpora.chunking import cut_pieces
from engine.corpora.corpus import open_corpus
from engine.corpora.documents import Piece
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.piece_counts import count_pieces
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.bpe.training import train_bpe
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.byte import ByteTokenizer
from engine.tokenizers.character import CharacterTokenizer
from engine.tokenizers.cuts import WHITE_SPACE_STRIDE, blocks, last_cut, without_deserts
from engine.tokenizers.word import WordPunctuationTokenizer, WordTokenizer
from tests.unit.tokenizers.texts import invented_prose, nasty_texts

limits = st.integers(1, 30)


def cut_well(text: str, limit: int) -> bool:
    """True if every cut is at a safe position."""

    def is_good(before: str, after: str) -> bool:
        return (after == " " and not before.isspace()) or (after == "\n" and before.isalnum())

    return all(is_good(left[-1], right[0]) for left, right in pairwise(blocks(text, limit)))


@given(nasty_texts, limits, st.sampled_from(sorted(PATTERNS)))
def test_no_pre_token_of_any_pattern_runs_across_a_cut(text: str, limit: int, pattern: str) -> None:
    parts = list(blocks(text, limit))
    assert "".join(parts) == text
    assert all(0 < len(part) <= limit for part in parts) or not text
    if cut_well(text, limit):
        split = regex.compile(PATTERNS[pattern]).findall
        assert [piece for part in parts for piece in split(part)] == split(text)


@given(nasty_texts, limits)
def test_words_characters_and_bytes_are_the_same(text: str, limit: int) -> None:
    if not cut_well(text, limit):
        return
    for tokenizer in (
        WordTokenizer.train([text]),
        WordPunctuationTokenizer.train([text]),
        CharacterTokenizer.train([text]),
        ByteTokenizer(),
    ):
        ids = [token for part in blocks(text, limit) for token in tokenizer.encode(part)]
        assert ids == tokenizer.encode(text)


def test_a_bpe_gives_the_same_ids() -> None:
    text = "".join(islice(open_corpus(["stories"]).texts(), 200))
    bpe = build_tokenizer("bpe:400", lambda: [text])
    assert [token for part in blocks(text, 500) for token in bpe.encode(part)] == bpe.encode(text)


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_our_own_sources_are_cut_only_at_good_places(pattern: str) -> None:
    text = "".join(path.read_text() for path in sorted(Path(__file__).parent.glob("*.py")))
    split = regex.compile(PATTERNS[pattern]).findall
    for limit in (1000, 5000):
        assert [piece for part in blocks(text, limit) for piece in split(part)] == split(text)


def test_prose_is_cut_near_the_limit() -> None:
    *parts, _ = blocks(invented_prose(2000, seed=3), 500)
    assert min(map(len, parts)) > 450


def test_deserts_of_white_space_are_cut_and_nothing_else() -> None:
    desert = "\n " * (3 * WHITE_SPACE_STRIDE)
    text = "word " * WHITE_SPACE_STRIDE + desert + "end"
    parts = list(without_deserts(text))
    assert "".join(parts) == text
    assert len(parts) > 3
    assert parts[0].startswith("word ")
    assert "word" not in "".join(parts[1:])
    assert all(len(part) <= 2 * WHITE_SPACE_STRIDE for part in parts[1:])
    assert list(without_deserts("a " * WHITE_SPACE_STRIDE)) == ["a " * WHITE_SPACE_STRIDE]
    assert list(without_deserts("")) == [""]


@pytest.mark.fault("hang")
@pytest.mark.parametrize("unit", [" ", "\n", " \n", "a"])
def test_three_megabytes_of_one_character_are_cut_and_counted_at_once(unit: str) -> None:
    text = unit * (3_000_000 // len(unit))
    start = time.process_time()
    assert "".join(blocks(text, 1 << 20)) == text
    assert sum(len(piece) * count for piece, count in count_pieces([text], "qwen2").items()) == len(text)
    assert time.process_time() - start < 5  # blanks took 100


@pytest.mark.slow
@pytest.mark.fault("hang")
@pytest.mark.parametrize(
    "unit", [" ", "\n", " \n", "\r\n", "\t", "a", "é", "漢", "\u0301\u0316", "1", ".", " ."]
)
def test_three_megabytes_of_anything_are_cut_counted_and_encoded_at_once(unit: str) -> None:
    text = unit * (3_000_000 // len(unit.encode()))
    start = time.process_time()
    assert "".join(blocks(text, 1 << 20)) == text
    pieces = list(cut_pieces([Piece(text)]))
    for backend in ("numpy", "rustbpe"):
        tokenizer = train_bpe(lambda: (piece.text for piece in pieces), 300, backend=backend)
    normalizing = BpeTokenizer(tokenizer.tokens, "gpt2", tokenizer.special_tokens, normalization="NFC")
    for piece in pieces:
        tokenizer.encode_array(piece.text)
        normalizing.encode_array(piece.text)
    assert time.process_time() - start < 20  # it took minutes


@given(st.text(" \n\t_a1é.²\u0301\u00a0\u2028\x1c", max_size=60), st.integers(0, 30), st.integers(1, 30))
def test_a_cut_is_the_last_safe_one(text: str, start: int, limit: int) -> None:
    safe = [
        position
        for position in range(start + 1, min(start + limit, len(text) - 1) + 1)
        if text[position] in " \n"
        and (text[position - 1].isalnum() or (text[position] == " " and not text[position - 1].isspace()))
    ]
    if len(text) - start > limit:
        assert last_cut(text, start, limit) == max(safe, default=start + limit)
