"""Published encodings where their vocabularies are at hand, and one clear sentence where they are not."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import pytest
import tiktoken
from tokenizers import Tokenizer

from engine.errors import LilmError, MisuseError
from engine.tokenizers import END_OF_TEXT, build_tokenizer, fingerprint, load_tokenizer, save_tokenizer
from engine.tokenizers.bpe import tiktoken_encodings as encodings
from engine.tokenizers.bpe.tiktoken_encodings import ENCODINGS, TiktokenTokenizer, read_tiktoken_file
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES
from tests.unit.tokenizers.texts import random_nasty_texts

if TYPE_CHECKING:
    from pathlib import Path

SHUFFLED = random.Random(0).sample(SINGLE_BYTES, 256)
RANKS = {token: rank for rank, token in enumerate(SHUFFLED)} | {b"he": 257, b"ll": 258, b"hell": 300}
"""A little vocabulary as published ones are: bytes in an order of their own, and a hole in the ids."""


def tiktoken_file(ranks: dict[bytes, int]) -> bytes:
    return b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items())


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An encoding named `little` in a cache folder of its own, with no network to fetch another."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    def no_network(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr("engine.files.fetching.open_address", no_network)
    content = tiktoken_file(RANKS)
    little = encodings.Encoding(
        "little", hashlib.sha256(content).hexdigest(), "cl100k", {END_OF_TEXT: 256, "<|end|>": 310}
    )
    monkeypatch.setitem(ENCODINGS, "little", little)
    little.path.write_bytes(content)
    return little.path


def test_ids_are_the_published_ones_and_holes_mean_nothing(published: Path) -> None:
    tokenizer = TiktokenTokenizer("little")
    assert tokenizer.vocabulary_size == 311
    assert tokenizer.encode("hello he") == [300, RANKS[b"o"], RANKS[b" "], 257]
    assert tokenizer.end_of_text == 256
    assert [tokenizer.token_bytes(token) for token in (256, 258, 305, 310)] == [b"", b"ll", b"", b""]
    assert tokenizer.decode([305, *tokenizer.encode("hé"), 256]) == "hé"


def test_it_is_saved_by_its_name(published: Path, tmp_path: Path) -> None:
    tokenizer = TiktokenTokenizer("little").with_special_tokens(["<|user|>"])
    assert tokenizer.special_tokens["<|user|>"] == 311
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    assert "tokens" not in json.loads((tmp_path / "tokenizer.json").read_text())
    loaded = load_tokenizer(tmp_path / "tokenizer.json")
    assert fingerprint(loaded) == fingerprint(tokenizer)
    assert loaded.encode("hello") == tokenizer.encode("hello")


@pytest.mark.parametrize("content", [None, b"", b"half of it"])
def test_without_vocabulary_and_network_the_file_to_bring_is_named(
    published: Path, content: bytes | None
) -> None:
    if content is None:
        published.unlink()
    else:
        published.write_bytes(content)
    with pytest.raises(LilmError, match="could not be downloaded") as caught:
        TiktokenTokenizer("little")
    assert str(published) in str(caught.value)
    assert "https://openaipublic.blob.core.windows.net/encodings/little.tiktoken" in str(caught.value)


@pytest.mark.parametrize("right", [True, False])
def test_what_is_fetched_is_checked_and_kept(
    published: Path, monkeypatch: pytest.MonkeyPatch, *, right: bool
) -> None:
    content = published.read_bytes() if right else b"<html>"
    published.unlink()
    parts = [b"", content]

    class Answer:
        def __enter__(self) -> Answer:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read1(self, size: int) -> bytes:
            return parts.pop()

    monkeypatch.setattr("engine.files.fetching.open_address", lambda *_, **__: Answer())
    if right:
        assert TiktokenTokenizer("little").vocabulary_size == 311
        assert published.read_bytes() == content
    else:
        with pytest.raises(LilmError, match="is not the vocabulary"):
            TiktokenTokenizer("little")
        assert not published.exists()


def test_a_saved_encoding_that_does_not_exist_is_said(tmp_path: Path) -> None:
    saved = {"kind": "tiktoken", "encoding": "gpt9", "special_tokens": {END_OF_TEXT: 1}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(saved))
    with pytest.raises(LilmError, match=r"is damaged .*gpt9"):
        load_tokenizer(tmp_path / "tokenizer.json")


def test_file_names_are_tiktokens_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    for encoding in ENCODINGS.values():
        address = f"https://openaipublic.blob.core.windows.net/encodings/{encoding.vocabulary}.tiktoken"
        assert encoding.path == tmp_path / hashlib.sha1(address.encode()).hexdigest()


def test_a_tiktoken_file_is_read_with_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "mine.tiktoken"
    path.write_bytes(tiktoken_file(RANKS))
    tokenizer = build_tokenizer(str(path), list)
    assert isinstance(tokenizer, BpeTokenizer)
    assert tokenizer.pattern == "qwen2"
    assert tokenizer.special_tokens == {END_OF_TEXT: 301}
    assert tokenizer.encode("hello") == [300, RANKS[b"o"]]
    other = build_tokenizer(f"{path}:gpt2", list)
    assert isinstance(other, BpeTokenizer)
    assert other.pattern == "gpt2"
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    path.unlink()
    assert load_tokenizer(tmp_path / "tokenizer.json").encode("hello") == [300, RANKS[b"o"]]


def test_the_file_of_a_published_encoding_is_known_by_its_content(published: Path) -> None:
    tokenizer = read_tiktoken_file(published)
    assert tokenizer.pattern == "cl100k"
    assert tokenizer.special_tokens == {END_OF_TEXT: 256, "<|end|>": 310}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"aGU=",
        b"aGU= x",
        b"!! 3",
        b"\xff\xfe",
        tiktoken_file({b"he": 0}),
        tiktoken_file(RANKS | {b"x": -1}),
    ],
)
def test_what_is_no_tiktoken_file_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.tiktoken"
    path.write_bytes(content)
    with pytest.raises(LilmError, match=r"bad.tiktoken is not a .tiktoken file"):
        read_tiktoken_file(path)


@pytest.mark.parametrize("spec", ["none.tiktoken", "none.json"])
def test_no_file_is_misuse(spec: str) -> None:
    with pytest.raises(MisuseError, match="cannot read the tokenizer none"):
        build_tokenizer(spec, list)


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_published_encodings_are_tiktokens(name: str) -> None:
    if not os.environ.get("TIKTOKEN_CACHE_DIR") or not ENCODINGS[name].path.exists():
        pytest.skip(f"the vocabulary of {name} is not on this machine")
    tokenizer = build_tokenizer(f"tiktoken:{name}", list)
    assert isinstance(tokenizer, BpeTokenizer)
    reference: Any = tiktoken.get_encoding("r50k_base" if name == "gpt2" else name)
    assert tokenizer.vocabulary_size == reference.n_vocab
    assert {special: tokenizer.special_tokens[special] for special in reference.special_tokens_set} == {
        special: reference.encode_single_token(special) for special in reference.special_tokens_set
    }
    texts = random_nasty_texts(1000, seed=12)
    for text in texts:
        assert tokenizer.encode(text) == reference.encode_ordinary(text), text
    for token in range(-1, tokenizer.vocabulary_size + 1):
        tokenizer.token_bytes(token)
    hugging_face = Tokenizer.from_str(json.dumps(tokenizer.to_hugging_face()))
    for text, theirs in zip(texts, hugging_face.encode_batch(texts), strict=True):
        assert theirs.ids == tokenizer.encode(text), text
