"""Tokens of a text with one tokenizer."""

from __future__ import annotations

import msgspec


class TokenizedText(msgspec.Struct, frozen=True, kw_only=True):
    tokenizer: str
    """Specification or run."""
    text: str
    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    """Their text, with U+FFFD for bytes of incomplete characters."""
    pieces: tuple[str, ...]
    """The same for people: visible, on one line, bytes of incomplete characters in hexadecimal."""
    end_of_text: int
    bytes: int
    """Of the text in UTF-8."""
    bytes_per_token_by_size: dict[int, float] | msgspec.UnsetType = msgspec.UNSET
