"""How much text a token holds, which is what a vocabulary's size buys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.reading import well_formed
from engine.tokenizers.bpe import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.tokenizers.interface import Tokenizer


def bytes_per_token(tokenizer: Tokenizer, text: str) -> float:
    """UTF-8 bytes of the text for each of its tokens; 0 for an empty text."""
    tokens = len(tokenizer.encode_array(text))
    return len(well_formed(text).encode()) / tokens if tokens else 0.0


def bytes_per_token_by_size(
    tokenizer: BpeTokenizer, text: str, sizes: Sequence[int]
) -> list[tuple[int, float]]:
    """The same for the smaller vocabularies that are the beginnings of a larger one, special tokens counted.

    Sizes that its training did not reach are left out.
    """
    specials = tokenizer.special_tokens
    return [
        (size, bytes_per_token(_beginning(tokenizer, size - len(specials)), text))
        for size in sizes
        if len(SINGLE_BYTES) <= size - len(specials) <= len(tokenizer.tokens)
    ]


def _beginning(tokenizer: BpeTokenizer, tokens: int) -> BpeTokenizer:
    special_tokens = {name: tokens + place for place, name in enumerate(tokenizer.special_tokens)}
    return BpeTokenizer(
        tokenizer.tokens[:tokens], tokenizer.pattern, special_tokens, normalization=tokenizer.normalization
    )
