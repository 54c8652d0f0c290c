"""BPE tokenizers: nothing breaks them, nothing is lost, and their ids are those of the references."""

from __future__ import annotations

import json
import pickle
from functools import cache
from typing import TYPE_CHECKING

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.tokenizers import END_OF_TEXT, build_tokenizer, load_tokenizer, save_tokenizer
from engine.tokenizers.bpe.merges import MergeEvent
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.piece_counts import CountingProgress
from engine.tokenizers.bpe.training import MergingFinished, train_bpe
from engine.tokenizers.byte import SINGLE_BYTES
from engine.tokenizers.cuts import WHITE_SPACE_STRIDE
from tests.unit.tokenizers.texts import any_texts, invented_prose, random_nasty_texts

if TYPE_CHECKING:
    from pathlib import Path

    from engine.tokenizers.bpe.tokenizer import BpeTokenizer
    from engine.tokenizers.bpe.training import Backend

PROSE = invented_prose(3000, seed=5) + "\n".join(random_nasty_texts(200, seed=6))


@cache
def trained(pattern: str = "qwen2", size: int = 700, backend: Backend = "numpy") -> BpeTokenizer:
    return train_bpe(lambda: [PROSE], size, pattern=pattern, backend=backend)


@pytest.fixture(scope="module", params=sorted(PATTERNS))
def tokenizer(request: pytest.FixtureRequest) -> BpeTokenizer:
    return trained(request.param)


@given(text=any_texts)
def test_any_text_is_kept(tokenizer: BpeTokenizer, text: str) -> None:
    readable = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == readable
    assert tokenizer.encode_array(text).tolist() == ids
    assert tokenizer.end_of_text not in ids


@given(ids=st.lists(st.integers(-2, 800)))
def test_any_ids_decode(tokenizer: BpeTokenizer, ids: list[int]) -> None:
    tokenizer.decode(ids).encode()


def test_the_names_of_special_tokens_are_only_text(tokenizer: BpeTokenizer) -> None:
    text = f"a{END_OF_TEXT}b"
    assert tokenizer.end_of_text not in tokenizer.encode(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_ids_are_bytes_then_merges_then_special_tokens() -> None:
    tokenizer = train_bpe(lambda: ["hug hug hugs"], 260, special_tokens=["<|user|>", END_OF_TEXT])
    assert tokenizer.tokens == (*SINGLE_BYTES, b"hu", b"hug")
    assert tokenizer.special_tokens == {"<|user|>": 258, END_OF_TEXT: 259}
    assert tokenizer.encode("hug") == [257]
    chat = tokenizer.with_special_tokens(["<|assistant|>"])
    assert chat.special_tokens["<|assistant|>"] == 260
    assert chat.encode("hug") == [257]


def test_tiktoken_with_these_ranks_gives_these_ids(tokenizer: BpeTokenizer) -> None:
    reference = tiktoken.Encoding(
        "reference",
        pat_str=PATTERNS[tokenizer.pattern],
        mergeable_ranks={token: rank for rank, token in enumerate(tokenizer.tokens)},
        special_tokens={},
    )
    for text in random_nasty_texts(300, seed=7):
        assert tokenizer.encode(text) == reference.encode_ordinary(text)


@pytest.mark.parametrize("size", [256, 300, 700])
def test_rustbpe_learns_the_same(size: int) -> None:
    pytest.importorskip("rustbpe")
    assert trained(size=size + 1, backend="rustbpe").tokens == trained(size=size + 1).tokens


def test_rustbpe_stops_where_nothing_repeats_too() -> None:
    pytest.importorskip("rustbpe")
    ours, theirs = (
        train_bpe(lambda: ["abc abc xyz"], 300, backend=backend).tokens for backend in ("numpy", "rustbpe")
    )
    assert ours == theirs == (*SINGLE_BYTES, b"ab", b"abc")


def test_training_tells_each_merge_and_what_it_lacked() -> None:
    events = []
    tokenizer = build_tokenizer("bpe:300", lambda: ["abc abc xyz"], progress=events.append)
    counting, *merges, finished = events
    assert counting == CountingProgress(characters=11, distinct_pieces=3)
    assert [merge.new_bytes for merge in merges if isinstance(merge, MergeEvent)] == [b"ab", b"abc"]
    assert finished == MergingFinished(merges=2, wanted=43)
    assert tokenizer.vocabulary_size == 259


def test_a_vocabulary_too_small_for_the_bytes_is_misuse() -> None:
    with pytest.raises(MisuseError, match="256 bytes and 2 special tokens need 258"):
        train_bpe(lambda: [PROSE], 257, special_tokens=["<|user|>"])
    assert train_bpe(lambda: [PROSE], 257).tokens == SINGLE_BYTES


def test_rustbpe_is_not_asked_for_what_it_cannot_do() -> None:
    with pytest.raises(MisuseError, match="not support a maximum token length"):
        train_bpe(lambda: [PROSE], 300, maximum_token_length=3, backend="rustbpe")


def test_tokens_are_no_longer_than_allowed() -> None:
    tokenizer = train_bpe(lambda: [PROSE], 700, maximum_token_length=3)
    assert max(map(len, tokenizer.tokens)) == 3


def test_a_sample_is_enough_to_learn_from() -> None:
    documents = [invented_prose(500, seed=seed) for seed in range(20)]
    tokenizer = build_tokenizer("bpe:400", lambda: documents, sample_bytes=10_000)
    assert tokenizer.vocabulary_size == 400
    whole = build_tokenizer("bpe:400", lambda: documents)
    assert build_tokenizer("bpe:400", lambda: documents, sample_bytes=10**9).to_json() == whole.to_json()
    assert tokenizer.to_json() != whole.to_json()


@pytest.mark.parametrize("unit", [" ", "\n", " \n", "\0", "a", "\u00a0", "1"])
def test_a_million_of_the_same_is_only_long(unit: str) -> None:
    text = unit * (12 * WHITE_SPACE_STRIDE) + "x"
    tokenizer = trained()
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_it_is_saved_for_people_to_read(tokenizer: BpeTokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    save_tokenizer(tokenizer, path)
    assert "Ġ" in json.loads(path.read_text())["tokens"]
    loaded = load_tokenizer(path)
    assert loaded.to_json() == tokenizer.to_json()
    assert loaded.encode(PROSE[:5000]) == tokenizer.encode(PROSE[:5000])


def test_it_travels_to_other_processes(tokenizer: BpeTokenizer) -> None:
    tokenizer.encode("warm")
    assert pickle.loads(pickle.dumps(tokenizer)).encode(PROSE[:500]) == tokenizer.encode(PROSE[:500])
