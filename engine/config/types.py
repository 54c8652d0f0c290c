"""Constrained numbers that settings share."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Positive = Annotated[int, Meta(ge=1)]
Fraction = Annotated[float, Meta(ge=0.0, lt=1.0)]
NonNegative = Annotated[float, Meta(ge=0.0)]
