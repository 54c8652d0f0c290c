"""Saved tokenizers come back the same, and damaged files are told in one sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from engine.errors import LilmError, MisuseError
from engine.tokenizers import build_tokenizer, fingerprint, load_tokenizer, save_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Grüße, “Bob”! Don't\tsay 'hello' 你好 to Bob 🙂.\n" * 2

KINDS = ["word", "word-punct", "char", "byte"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_tokenizer_comes_back_the_same(kind: str, tmp_path: Path) -> None:
    tokenizer = build_tokenizer(kind, lambda: [TEXT]).with_special_tokens(["<|user|>"])
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    loaded = load_tokenizer(tmp_path / "tokenizer.json")
    assert type(loaded) is type(tokenizer)
    assert loaded.to_json() == tokenizer.to_json()
    assert fingerprint(loaded) == fingerprint(tokenizer)
    assert loaded.special_tokens == tokenizer.special_tokens
    assert loaded.encode(TEXT + "unseen Ω") == tokenizer.encode(TEXT + "unseen Ω")


def test_fingerprints_tell_tokenizers_apart() -> None:
    first = {fingerprint(build_tokenizer(kind, lambda: ["a b"])) for kind in KINDS}
    second = {fingerprint(build_tokenizer(kind, lambda: ["a c"])) for kind in KINDS}
    assert len(first) == len(KINDS)
    assert len(first | second) == 2 * len(KINDS) - 1  # bytes need no text


def test_no_file_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="cannot read the tokenizer"):
        load_tokenizer(tmp_path / "none.json")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"\xff\xfe\x00", b'{"kind": "cuneiform"}', b'{"kind": []}']
)
def test_what_is_no_tokenizer_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(LilmError, match="is not a tokenizer"):
        load_tokenizer(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "damage",
    [
        {"special_tokens": {}},
        {"special_tokens": {"<unk>": 0, "<|endoftext|>": 99}},
        {"special_tokens": {"<unk>": 98, "<|endoftext|>": -1}},
        {"special_tokens": {"<unk>": 98, "<|endoftext|>": 10**12}},
        {"special_tokens": [1]},
    ],
)
def test_damage_is_said(kind: str, damage: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(build_tokenizer(kind, lambda: [TEXT]).to_json() | damage))
    with pytest.raises(LilmError, match="is damaged"):
        load_tokenizer(path)


@pytest.mark.parametrize(
    "saved",
    [
        {"kind": "char", "characters": "aa", "special_tokens": {"<unk>": 2, "<|endoftext|>": 3}},
        {"kind": "char", "characters": "a\ud800", "special_tokens": {"<unk>": 2, "<|endoftext|>": 3}},
        {"kind": "word", "words": ["a", "a"], "special_tokens": {"<unk>": 2, "<|endoftext|>": 3}},
        {"kind": "word", "words": ["a", 1], "special_tokens": {"<unk>": 2, "<|endoftext|>": 3}},
    ],
)
def test_an_impossible_vocabulary_is_said(saved: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(saved))
    with pytest.raises(LilmError, match=r"is damaged|is not a tokenizer"):
        load_tokenizer(path)
