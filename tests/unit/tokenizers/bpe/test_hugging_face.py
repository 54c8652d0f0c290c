"""Tokenizers go to Hugging Face's format and come back with every id where it was."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from engine.errors import LilmError, MisuseError
from engine.tokenizers import END_OF_TEXT, build_tokenizer, load_tokenizer
from engine.tokenizers.bpe.hugging_face import _merges, from_hugging_face
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.bpe.training import train_bpe
from engine.tokenizers.byte import SINGLE_BYTES
from tests.unit.tokenizers.texts import invented_prose, random_nasty_texts

if TYPE_CHECKING:
    from pathlib import Path

PROSE = invented_prose(3000, seed=9) + "\n".join(random_nasty_texts(200, seed=10))
TEXTS = [*random_nasty_texts(2000, seed=11), PROSE]


@pytest.fixture(scope="module", params=sorted(PATTERNS))
def tokenizer(request: pytest.FixtureRequest) -> BpeTokenizer:
    return train_bpe(lambda: [PROSE], 900, pattern=request.param, special_tokens=[END_OF_TEXT, "<|user|>"])


def test_hugging_face_gives_the_same_ids_and_text(tokenizer: BpeTokenizer) -> None:
    reference = Tokenizer.from_str(json.dumps(tokenizer.to_hugging_face()))
    encoded = reference.encode_batch(TEXTS)
    for text, theirs in zip(TEXTS, encoded, strict=True):
        assert theirs.ids == tokenizer.encode(text), text
    assert reference.decode_batch([theirs.ids for theirs in encoded]) == TEXTS
    assert reference.get_vocab_size() == tokenizer.vocabulary_size
    assert reference.token_to_id("<|user|>") == tokenizer.special_tokens["<|user|>"]
    assert reference.encode("<|user|>").ids == [tokenizer.special_tokens["<|user|>"]]


def test_each_learned_token_has_one_merge(tokenizer: BpeTokenizer) -> None:
    assert len(tokenizer.to_hugging_face()["model"]["merges"]) == len(tokenizer.tokens) - 256


def test_it_comes_back_the_same(tokenizer: BpeTokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(tokenizer.to_hugging_face()))
    for loaded in (load_tokenizer(path), build_tokenizer(str(path), list)):
        assert loaded.to_json() == tokenizer.to_json()


def test_a_token_that_no_merge_makes_is_had_as_a_whole_piece() -> None:
    tokenizer = BpeTokenizer([*SINGLE_BYTES, b"abc"], "qwen2", {END_OF_TEXT: 257})
    reference = Tokenizer.from_str(json.dumps(tokenizer.to_hugging_face()))
    for text in ("abc", "abcd", "abc abc", "xabc"):
        assert reference.encode(text).ids == tokenizer.encode(text)


def test_a_special_token_with_the_name_of_another_is_refused() -> None:
    tokenizer = BpeTokenizer(SINGLE_BYTES, "qwen2", {END_OF_TEXT: 256, "a": 257})
    with pytest.raises(MisuseError, match="'a' names two tokens"):
        tokenizer.to_hugging_face()


@pytest.mark.parametrize("pre_tokenizer", ["byte level", r"\p{L}+|[^\p{L}]", "[a-z]+", r"(?<=\s)\S|(?i:the)"])
def test_what_hugging_face_trained_is_read_with_its_ids(pre_tokenizer: str, tmp_path: Path) -> None:
    reference = Tokenizer(models.BPE())
    reference.normalizer = normalizers.NFC()
    reference.decoder = decoders.ByteLevel()
    reference.pre_tokenizer = (
        pre_tokenizers.ByteLevel(add_prefix_space=False)
        if pre_tokenizer == "byte level"
        else pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(pre_tokenizer), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    )
    trainer = trainers.BpeTrainer(
        vocab_size=800,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<s>", "<pad>"],
        show_progress=False,
    )
    reference.train_from_iterator([PROSE], trainer)
    path = tmp_path / "tokenizer.json"
    reference.save(str(path))
    tokenizer = load_tokenizer(path)
    for text in TEXTS:
        assert tokenizer.encode(text) == reference.encode(text).ids, text
    assert tokenizer.special_tokens == {"<s>": 0, "<pad>": 1, END_OF_TEXT: 800}
    again = Tokenizer.from_str(json.dumps(tokenizer.to_hugging_face()))
    for text in TEXTS[:500]:
        assert again.encode(text).ids == tokenizer.encode(text), text


GOOD: dict[str, Any] = train_bpe(lambda: [PROSE], 300).to_hugging_face()


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("model", "type"), "Unigram", "its model is Unigram"),
        (("model", "byte_fallback"), True, "marks or drops"),
        (("model", "dropout"), 0.1, "marks or drops"),
        (("model", "vocab"), {"▁the": 0}, "byte alphabet"),
        (("model", "vocab"), {"a": 0}, "makes no token"),
        (("model", "merges"), [], "no merge makes"),
        (("model", "merges"), [["zzz", "y"]], "makes no token"),
        (("model", "merges"), ["z"], "cannot be used"),
        (("model", "merges"), list(reversed(GOOD["model"]["merges"])), "out of the order"),
        (("model", "merges"), 5, "merges"),
        (("pre_tokenizer",), None, "splits text in a way"),
        (("pre_tokenizer", "pretokenizers", 1, "add_prefix_space"), True, "splits text in a way"),
        (("normalizer",), {"type": "Lowercase"}, "Lowercase"),
        (("added_tokens", 0, "id"), 5, "cannot have the id 5"),
        (("pre_tokenizer", "pretokenizers", 0, "pattern"), {"Regex": "("}, "is not a regular expression"),
        (("pre_tokenizer", "pretokenizers", 0, "pattern"), {"Regex": "a*"}, "matches the empty string"),
    ],
)
def test_what_is_not_byte_level_bpe_is_refused(
    place: tuple[str | int, ...], value: object, message: str, tmp_path: Path
) -> None:
    saved = deepcopy(GOOD)
    inner: Any = saved
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(LilmError, match=message):
        from_hugging_face(saved, tmp_path / "tokenizer.json")


@given(
    st.lists(st.lists(st.sampled_from(b"ab"), min_size=2, max_size=10).map(bytes), max_size=15, unique=True)
)
def test_merges_are_those_of_merging_step_by_step(tokens: list[bytes]) -> None:
    """Against the loop that looks at all pairs before each merge."""
    table = (b"a", b"b", *tokens)
    ranks = {token: rank for rank, token in enumerate(table)}
    expected = []
    for token in table:
        parts = [token[position : position + 1] for position in range(len(token))]
        while len(parts) > 2:
            joined = [ranks.get(left + right, len(ranks)) for left, right in pairwise(parts)]
            if min(joined) >= ranks[token]:
                break
            position = joined.index(min(joined))
            parts[position : position + 2] = [table[min(joined)]]
        if len(parts) == 2:
            expected.append((parts[0], parts[1]))
    assert list(_merges(table)) == expected


@pytest.mark.fault("hang")
def test_a_token_of_64_kilobytes_is_merged_at_once() -> None:
    tokens = (b"a", *(b"a" * 2**exponent for exponent in range(1, 17)))
    start = time.process_time()
    assert len(list(_merges(tokens))) == 16
    assert time.process_time() - start < 5  # in proportion to its length
