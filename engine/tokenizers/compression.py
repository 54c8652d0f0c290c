"""Compression: bytes of text per token, for a tokenizer and for smaller vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.files.reading import well_formed
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.tokenizers.interface import Tokenizer


def bytes_per_token(tokenizer: Tokenizer, text: str) -> float:
    """Return the mean UTF-8 bytes per token of a text; 0 for an empty text."""
    tokens = len(tokenizer.encode_array(text))
    return len(well_formed(text).encode()) / tokens if tokens else 0.0


def bytes_per_token_by_size(
    tokenizer: BpeTokenizer, text: str, sizes: Sequence[int]
) -> list[tuple[int, float]]:
    """Return bytes per token for prefixes of a vocabulary; sizes include special tokens.

    Sizes larger than the vocabulary are left out.
    """
    specials = tokenizer.special_tokens
    return [
        (size, bytes_per_token(_truncated(tokenizer, size - len(specials)), text))
        for size in sizes
        if len(SINGLE_BYTES) <= size - len(specials) <= len(tokenizer.tokens)
    ]


def _truncated(tokenizer: BpeTokenizer, tokens: int) -> BpeTokenizer:
    special_tokens = {name: tokens + index for index, name in enumerate(tokenizer.special_tokens)}
    return BpeTokenizer(
        tokenizer.tokens[:tokens], tokenizer.pattern, special_tokens, normalization=tokenizer.normalization
    )
