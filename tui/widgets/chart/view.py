"""Display of one panel of a chart: visible ranges, scales, crosshair, and what is drawn beside the curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.formatting import decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.widgets.chart.forecast import Forecast

Unit = Literal["steps", "tokens", "seconds"]
Range = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """Rectangle that will fill the plot; None: the whole width or height as it is shown."""

    x: Range | None = None
    y: Range | None = None


@dataclass(frozen=True)
class View:
    """Visible part of a panel's curves, and their display. Panels of one chart differ in y only."""

    log: bool = False
    smoothing: float = 0.03
    """Width of the moving average, as a fraction of the run; 0: raw values."""
    x_range: Range | None = None
    """None: from the first point to the last."""
    y_range: Range | None = None
    """None: the range of the visible points."""
    x_end: float | None = None
    """Expected end of the run, if known; the axis extends to it."""
    cursor: float | None = None
    """The x at which values are shown."""
    level: float | None = None
    """Height of the crosshair; None: it is only a cursor on the axis of x."""
    box: Box | None = None
    """Outline between the two corners of a zoom."""
    unit: Unit = "steps"
    title: str = "loss"
    format: Callable[[float], str] = decimal
    """Text of a value in the legend."""
    marks: tuple[tuple[float, str], ...] = ()
    """Signs of one cell on the axis, each at an x."""
    levels: tuple[tuple[float, str], ...] = ()
    """Values to which curves are compared, each a thin line with a label."""
    forecast: Forecast | None = None
    """Expected course of the first curve."""
