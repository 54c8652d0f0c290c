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
        ("bpe:", "from 257 up"),
        ("bpe:256", "from 257 up"),
        ("bpe:-1", "from 257 up"),
        ("bpe:4k", "from 257 up"),
        ("bpe:99999999999", "from 257 up"),
        ("bpe:٤٠٩٦", "from 257 up"),
        ("word:2", "from 3 up"),
        ("bpe:4096:gpt9", "unknown pre-token pattern"),
        ("c.tiktoken:gpt9", "unknown pre-token pattern"),
        ("tiktoken", "no encoding"),
        ("tiktoken:gpt9", "no encoding"),
    ],
)
def test_misuse_is_said(text: str, message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        parse_tokenizer(text)
