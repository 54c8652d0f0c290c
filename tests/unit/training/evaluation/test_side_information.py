"""No model gains by what it cannot spell: code lengths are those of a probability over texts."""

from __future__ import annotations

import math
import string
from collections import Counter
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.corpora.corpus import open_corpus
from engine.corpora.tokenized import tokenize_corpus
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.saving import load_tokenizer, save_tokenizer
from engine.training.evaluation.held_out_loss import evaluate
from engine.training.evaluation.side_information import (
    NOTHING,
    SideInformation,
    held_out_side_information,
    side_information,
    spelling_bits,
)

if TYPE_CHECKING:
    from pathlib import Path

    from engine.tokenizers.interface import Tokenizer

TEXT = "ab. a Ab ba\nab"
PROSE = "The cat sat on the mat. The owl said hello to the cat,\nand the cat said nothing at all. " * 3

KINDS = ["word", "word:4", "word-punct", "char", "byte"]
ADD_ONE, KNESER_NEY = NgramConfig(order=1, smoothing="add-k"), NgramConfig(order=3)


@cache
def trained(kind: str, config: NgramConfig, text: str) -> tuple[Tokenizer, NgramModel]:
    tokenizer = build_tokenizer(kind, lambda: [text])
    ids = tokenizer.encode_documents([text])
    return tokenizer, NgramModel.build(ids, config, tokenizer.vocabulary_size, tokenizer.end_of_text)


def total_bits(tokenizer: Tokenizer, model: NgramModel, text: str) -> float:
    ids = tokenizer.encode_documents([text])
    side = side_information(tokenizer, [text])
    return evaluate(model, ids, 1, tokenizer.end_of_text, side).bits_per_byte


@pytest.mark.parametrize("kind", KINDS)
def test_bits_of_all_short_texts_form_a_probability(kind: str) -> None:
    """Kraft's inequality over every text of up to three characters, known and unknown ones, capitals and spaces."""
    tokenizer, model = trained(kind, ADD_ONE, TEXT)
    texts = ("".join(text) for length in range(4) for text in product("aB \n%", repeat=length))
    assert 0 < sum(2 ** -total_bits(tokenizer, model, text) for text in texts) <= 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS), config=st.sampled_from([ADD_ONE, KNESER_NEY]))
def test_random_text_costs_what_it_must(seed: int, kind: str, config: NgramConfig) -> None:
    """No code saves more than k bits on a text from a known source, but with a probability of 2^-k (Markov)."""
    alphabet = string.ascii_letters + string.digits + "  \n"
    text = "".join(np.random.default_rng(seed).choice(list(alphabet), 300))
    surprise = -sum(math.log2(alphabet.count(character) / len(alphabet)) for character in text)
    assert total_bits(*trained(kind, config, PROSE), text) > surprise - 40


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["word", "word-punct"]))
def test_replacing_known_words_by_random_ones_costs_their_spelling(seed: int, kind: str) -> None:
    tokenizer, model = trained(kind, KNESER_NEY, PROSE)
    random = np.random.default_rng(seed)
    words, letters = PROSE.split(), list(string.ascii_lowercase)
    unknown = ["".join(random.choice(letters, 7)) for _ in words]
    kept = random.random(len(words)) < 0.5
    text = " ".join(np.where(kept, words, unknown).tolist())
    pieces = Counter(tokenizer.unknown_pieces(text))
    assert pieces.total() >= (~kept).sum()
    spelled = spelling_bits(tokenizer, pieces)
    assert spelled > (~kept).sum() * 7 * math.log2(26) - 40
    assert total_bits(tokenizer, model, text) > spelled
    assert total_bits(tokenizer, model, text) > total_bits(tokenizer, model, PROSE)


def test_spellings_form_a_probability_over_byte_strings() -> None:
    tokenizer = build_tokenizer("word", lambda: [PROSE])
    some = [0, 32, *b"aehnot.", 128, 255]
    strings = [
        b"",
        *(bytes([value]) for value in range(256)),
        *(bytes(pair) for pair in product(some, repeat=2)),
    ]
    assert 0 < math.fsum(2 ** -spelling_bits(tokenizer, {string: 1}) for string in strings) < 1


@pytest.mark.parametrize("entries", ["", "a", "a a a", "aa ab"])
def test_any_piece_has_a_finite_cost_whatever_the_vocabulary(entries: str) -> None:
    tokenizer = build_tokenizer("word", lambda: [entries])
    for piece in (b"a", b"\0", b"\xff", "漢字".encode(), b"z" * 1000):
        assert 4 < spelling_bits(tokenizer, {piece: 1}) < 20 * (len(piece) + 1)


def test_cost_of_spelling_is_the_same_in_any_order_and_after_loading(tmp_path: Path) -> None:
    tokenizer = build_tokenizer("word", lambda: [PROSE])
    words = [f"word{number}" for number in range(50)] * 2
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    forwards = side_information(tokenizer, [" ".join(words)])
    backwards = side_information(load_tokenizer(tmp_path / "tokenizer.json"), reversed(words))
    assert forwards.unknown == 100
    assert forwards.spelling_bits == backwards.spelling_bits > 1000


def test_text_that_decodes_from_its_ids_costs_nothing_more() -> None:
    assert side_information(build_tokenizer("byte", list), ["Any text, 漢"]) == NOTHING
    assert side_information(build_tokenizer("char", lambda: [PROSE]), [PROSE]) == NOTHING
    assert side_information(build_tokenizer("word-punct", lambda: [PROSE]), [PROSE]) == NOTHING
    lossy = side_information(build_tokenizer("word", lambda: [PROSE]), [PROSE])
    assert (lossy.unknown, lossy.lossless) == (0, False)
    assert lossy.restoring_bits
    assert lossy.bits == lossy.restoring_bits > 50


def test_held_out_text_is_read_once_for_each_tokenizer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path))
    (tmp_path / "text.txt").write_text(PROSE + "zyzzyva Zyzzyva")
    corpus = open_corpus([str(tmp_path / "text.txt")])
    tokenizer = build_tokenizer("word-punct", lambda: [PROSE])
    tokens = tokenize_corpus(corpus, tokenizer, 0.1)

    def found() -> SideInformation:
        return held_out_side_information(corpus, tokenizer, tokens, 0.1)

    first = found()
    assert first.unknown >= 2
    assert first.spelling_bits > 40
    (kept,) = tokens.folder.glob("side-information*.json")
    with monkeypatch.context() as patched:
        patched.setattr("engine.training.evaluation.side_information.side_information", None)
        assert found() == first
    kept.write_bytes(b"{")
    assert found() == first
