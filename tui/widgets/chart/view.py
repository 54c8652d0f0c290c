"""Visible part of a chart's curves, as it is zoomed and panned and as the run trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["steps", "tokens", "seconds"]
Range = tuple[float, float]
NARROWEST = 1e-4
"""The closest look, as a share of the whole."""


@dataclass(frozen=True)
class View:
    """Visible part of the curves, and their display."""

    log: bool = False
    smoothing: float = 0.9
    x_range: Range | None = None
    """None: from the first point to the last."""
    x_end: float | None = None
    """Expected end of the run, if known; the axis extends to it."""
    cursor: float | None = None
    """The x whose values are read out."""
    unit: Unit = "steps"
    title: str = "loss"


def zoomed(shown: Range, whole: Range, factor: float, around: float) -> Range | None:
    """`shown` made `factor` times as wide, the place at the fraction `around` staying. None: the whole."""
    low, high = shown
    width = (high - low) * factor
    if width >= whole[1] - whole[0]:
        return None
    width = max(width, (whole[1] - whole[0]) * NARROWEST)
    return _within(low + (high - low) * around - width * around, width, whole)


def panned(shown: Range, whole: Range, share: float) -> Range:
    """`shown` moved by a share of its width, up to the ends of the whole."""
    low, high = shown
    return _within(low + (high - low) * share, high - low, whole)


def followed(shown: Range, last: float) -> Range:
    """`shown` moved on when the last point has left it: by quarters, as every move draws the chart anew."""
    low, high = shown
    quarter = (high - low) / 4
    moves = max(0.0, -((high - last) // quarter))
    return low + moves * quarter, high + moves * quarter


def _within(low: float, width: float, whole: Range) -> Range:
    low = min(max(low, whole[0]), max(whole[0], whole[1] - width))
    return low, low + width
