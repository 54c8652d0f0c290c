"""Constrained numbers that settings share."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Positive = Annotated[int, Meta(ge=1, le=2**40)]
Width = Annotated[int, Meta(ge=1, le=2**16)]
"""Of a layer; the largest published model has 18,432."""
Fraction = Annotated[float, Meta(ge=0.0, lt=1.0)]
NonNegative = Annotated[float, Meta(ge=0.0, le=1e6)]
