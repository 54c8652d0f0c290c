"""A tokenizer's file may hold any pattern: it is refused, or it encodes every text in bounded time and loses none."""

from __future__ import annotations

import json
import resource
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import LilmError
from engine.tokenizers import load_tokenizer
from engine.tokenizers.bpe import foreign_patterns
from engine.tokenizers.bpe.foreign_patterns import check_pattern
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES
from engine.tokenizers.interface import END_OF_TEXT

if TYPE_CHECKING:
    from pathlib import Path

LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def bytes_with(pattern: str) -> BpeTokenizer:
    return BpeTokenizer(SINGLE_BYTES, pattern, {END_OF_TEXT: 256})


def save(path: Path, pattern: str) -> Path:
    tokenizer: dict[str, Any] = {
        "kind": "bpe",
        "pattern": pattern,
        "tokens": bytes_with("gpt2").to_json()["tokens"],
        "special_tokens": {END_OF_TEXT: 256},
    }
    path.write_text(json.dumps(tokenizer))
    return path


@pytest.mark.parametrize(
    "pattern", [*PATTERNS.values(), LLAMA_3, r"\d{1,3}", r"[{}]{1,200}", r"\x{41}\p{Lu}{2}"]
)
def test_usual_patterns_are_within_bounds(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.fault("hang")
@pytest.mark.parametrize(
    "pattern",
    [
        "((a{1000}){1000}){1000}",
        "(?:(?:(?:a{1,100}b){1,100}){1,100})",
        "a{99999999999}",
        "a{0,99999999999}",
        "(" * 100 + "a" + ")" * 100,
        "a|" * 10_000,
        "(?:" * 20_000,
        "[" * 20_000,
        "(a",
        "a**",
        "a*",
        "",
    ],
)
def test_a_bomb_is_refused_before_it_is_compiled(tmp_path: Path, pattern: str) -> None:
    start, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(LilmError, match="tokenizer"):
        load_tokenizer(save(tmp_path / "tokenizer.json", pattern))
    assert time.process_time() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 100 << 10  # KiB


@pytest.mark.fault("hang")
def test_a_pattern_that_does_not_end_in_time_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_patterns, "LEAST_SECONDS", 0.2)
    monkeypatch.setattr(foreign_patterns, "SLOWEST_RATE", 1e9)
    with pytest.raises(LilmError, match="takes more than"):
        bytes_with("(a+)+b").encode("a" * 40_000)  # 14 seconds


@pytest.mark.fault("hang")
def test_a_pattern_that_gives_up_is_an_error() -> None:
    with pytest.raises(LilmError, match="gives up"):
        bytes_with("(?:(a|aa)+(?!b)c)").encode("a" * 3000)


@pytest.mark.fault("wrong silently")
def test_a_pattern_that_loses_text_is_an_error() -> None:
    tokenizer = bytes_with("(?=a)")
    assert tokenizer.decode(tokenizer.encode("xyz")) == "xyz"
    with pytest.raises(LilmError, match="leaves out"):
        tokenizer.encode("xaz")


PARTS = [
    "a",
    ".",
    r"\p{L}",
    r"\s",
    "[^a]",
    "(",
    ")",
    "(?:",
    "(?=",
    "(?!",
    "|",
    "*",
    "+",
    "?",
    "{2,3}",
    "{9999}",
    "^",
    "$",
    r"\1",
]


@pytest.mark.fault("app ends")
@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), st.text(max_size=30))
def test_any_pattern_is_refused_or_keeps_the_text(pattern: str, text: str) -> None:
    try:
        tokenizer = bytes_with(pattern)
        assert tokenizer.decode(tokenizer.encode(text)) == text
    except (ValueError, LilmError):
        pass
