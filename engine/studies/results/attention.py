"""Attention of a GPT by token and head."""

from __future__ import annotations

import msgspec


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A position that a head looks at."""

    position: int
    text: str
    weight: float


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """One attention head."""

    layer: int
    head: int
    kind: str
    """previous token, induction, or empty."""
    previous_token: float
    """Mean weight of the previous position in the text; 0 for a text of one token."""
    induction: float
    """Mean weight of the position after the earlier occurrence, in a random sequence that is read twice."""
    looks: tuple[tuple[Look, ...], ...]
    """For each token of the text the positions of the largest weights, the largest first."""


class AttentionStudy(msgspec.Struct, frozen=True, kw_only=True):
    tokens: tuple[str, ...]
    heads: tuple[Head, ...]
