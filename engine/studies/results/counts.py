"""Counts of n-grams, and the loop of greedy text."""

from __future__ import annotations

import msgspec


class CountedNgram(msgspec.Struct, frozen=True, kw_only=True):
    """An n-gram of the text."""

    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    count: int
    probability: float
    """Of the last token after the others."""
    in_loop: bool
    """True when always taking the most frequent next token comes by here again and again."""


class CountStudy(msgspec.Struct, frozen=True, kw_only=True):
    """N-grams of one order, the most frequent first."""

    order: int
    tokens: int
    """Tokens of the text."""
    distinct: int
    """Different n-grams of this order in the text."""
    context: tuple[str, ...]
    """Tokens that all n-grams begin with; empty for all of them."""
    ngrams: tuple[CountedNgram, ...]
    walk: tuple[str, ...]
    """Tokens from the context, or from the most frequent n-gram, each the most frequent one after those before."""
    loop: tuple[str, ...]
    """Tokens of the walk's loop; empty where it ends or none is found."""
