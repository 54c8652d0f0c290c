"""Visible part of a chart's curves, as it is zoomed and panned and as the run trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tui.widgets.chart.forecast import Forecast

Unit = Literal["steps", "tokens", "seconds"]
Range = tuple[float, float]
NARROWEST = 1e-4
"""Smallest visible fraction of the whole range."""


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
    """The x at which values are shown."""
    unit: Unit = "steps"
    title: str = "loss"
    marks: tuple[tuple[float, str], ...] = ()
    """Signs of one cell on the axis, each at an x."""
    levels: tuple[tuple[float, str], ...] = ()
    """Values to which curves are compared, each a thin line with a label."""
    forecast: Forecast | None = None
    """Expected course of the first curve."""


def zoomed(shown: Range, whole: Range, factor: float, around: float) -> Range | None:
    """Return `shown` scaled by `factor` around the point at the fraction `around`; None for the whole range."""
    low, high = shown
    width = (high - low) * factor
    if width >= whole[1] - whole[0]:
        return None
    width = max(width, (whole[1] - whole[0]) * NARROWEST)
    return _within(low + (high - low) * around - width * around, width, whole)


def panned(shown: Range, whole: Range, fraction: float) -> Range:
    """Return `shown` moved by a fraction of its width, within the whole range."""
    low, high = shown
    return _within(low + (high - low) * fraction, high - low, whole)


def followed(shown: Range, last: float) -> Range:
    """Return `shown` moved by quarters to contain the last point, as each move repaints the chart."""
    low, high = shown
    quarter = (high - low) / 4
    moves = max(0.0, -((high - last) // quarter))
    return low + moves * quarter, high + moves * quarter


def _within(low: float, width: float, whole: Range) -> Range:
    low = min(max(low, whole[0]), max(whole[0], whole[1] - width))
    return low, low + width
