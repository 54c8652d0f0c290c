"""The tokenizers that are made from documents alone, one line each, by the names that specifications give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tokenizers.byte import ByteTokenizer
from engine.tokenizers.character import CharacterTokenizer
from engine.tokenizers.word import WordPunctuationTokenizer, WordTokenizer

if TYPE_CHECKING:
    from engine.tokenizers.token_table import PlainTokenizer

PLAIN: dict[str, type[PlainTokenizer]] = {
    tokenizer.kind: tokenizer
    for tokenizer in (
        WordTokenizer,
        WordPunctuationTokenizer,
        CharacterTokenizer,
        ByteTokenizer,
    )
}
"""Beside them there are BPE, tiktoken's encodings, and files, whose specifications hold more."""
