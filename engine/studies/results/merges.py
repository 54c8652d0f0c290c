"""Merges of a byte-pair encoding while it is learned."""

from __future__ import annotations

import msgspec


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """One learned merge. Tokens are shown as text, and bytes of incomplete characters in hexadecimal."""

    number: int
    """From 1."""
    of: int
    """Number of merges that make up the vocabulary."""
    left: str
    right: str
    token: str
    """The new token: left and right together."""
    count: int
    """Occurrences of the pair in the text, as it is tokenized by then."""
    cut: tuple[str, ...] = ()
    """Tokens of the example text from this merge on; empty where the merge does not change them."""
