"""The short texts that name tokenizers."""

from __future__ import annotations

import pytest

from engine.errors import MisuseError
from engine.tokenizers import TokenizerSpec, parse_tokenizer


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("word", TokenizerSpec("word")),
        ("word:5000", TokenizerSpec("word", vocabulary_size=5000)),
        ("word-punct", TokenizerSpec("word-punct")),
        ("char", TokenizerSpec("char")),
        ("byte", TokenizerSpec("byte")),
        ("bpe:4096:qwen2", TokenizerSpec("bpe", vocabulary_size=4096, pattern="qwen2")),
        ("bpe:512:o200k", TokenizerSpec("bpe", vocabulary_size=512, pattern="o200k")),
        ("tiktoken:cl100k_base", TokenizerSpec("tiktoken", source="cl100k_base")),
        ("a:b/c.tiktoken", TokenizerSpec("file", source="a:b/c.tiktoken")),
        ("c.tiktoken:gpt2", TokenizerSpec("file", source="c.tiktoken", pattern="gpt2")),
        ("x/tokenizer.json", TokenizerSpec("file", source="x/tokenizer.json")),
    ],
)
def test_a_specification_is_read_and_written(text: str, spec: TokenizerSpec) -> None:
    assert parse_tokenizer(text) == spec
    assert str(spec) == text


def test_bpe_has_a_default_pattern() -> None:
    assert parse_tokenizer("bpe:4096") == parse_tokenizer("bpe:4096:qwen2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unknown tokenizer"),
        ("words", "unknown tokenizer"),
        ("char:5", "unknown tokenizer"),
        ("bpe", "needs a vocabulary size"),
        ("bpe:", "at least 257"),
        ("bpe:256", "at least 257"),
        ("bpe:-1", "at least 257"),
        ("bpe:4k", "at least 257"),
        ("bpe:99999999999", "at least 257"),
        ("bpe:٤٠٩٦", "at least 257"),
        ("word:2", "at least 3"),
        ("bpe:4096:gpt9", "unknown pre-token pattern"),
        ("c.tiktoken:gpt9", "unknown pre-token pattern"),
        ("tiktoken", "no encoding"),
        ("tiktoken:gpt9", "no encoding"),
    ],
)
def test_misuse_is_said(text: str, message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        parse_tokenizer(text)
