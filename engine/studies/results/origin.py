"""Spans of a text that stand in the training text."""

from __future__ import annotations

import msgspec


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the text that stands in the training text."""

    start: int
    """First token in the text."""
    tokens: int
    text: str
    occurrences: int
    """Times that it stands in the training text."""
    document: int
    """Number of the document of the first one, from 1."""
    before: str
    """Training text before the first one."""
    behind: str


class NgramsSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Number of the text's n-grams, repetitions included, and of those that the training text has."""

    order: int
    seen: int
    of: int


class OriginStudy(msgspec.Struct, frozen=True, kw_only=True):
    tokens: int
    copied: float
    """Fraction of the tokens that lie in a span of at least `shortest` tokens."""
    shortest: int
    spans: tuple[Span, ...]
    """Those of at least `shortest` tokens that lie within no other, in the order of the text."""
    ngrams: tuple[NgramsSeen, ...]
