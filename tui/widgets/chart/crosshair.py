"""The crosshair: a position at which values are read, and the first corner of a box to zoom into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.widgets.chart.view import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.widgets.chart.curves import Curve
    from tui.widgets.chart.drawing.stack import Stack
    from tui.widgets.chart.panel import Panel


@dataclass
class Crosshair:
    """Hidden while `x` is None; `x` is one for all panels, `y` belongs to `panel`."""

    x: float | None = None
    y: float | None = None
    """None until it is moved up or down: a box then has the whole height."""
    panel: int = 0
    corner: tuple[float, float | None] | None = None
    """First corner of a box; its height is that of the crosshair, or else of the curve."""

    def hide(self) -> None:
        self.x = self.y = self.corner = None
        self.panel = 0

    def move_across(self, column: float, curves: Iterable[Curve]) -> None:
        """Move to the next point of any curve that is at least `column`, a signed distance, away."""
        if self.x is None:
            return
        wanted, forward = self.x + column, column > 0
        points = [
            curve.x[at] for curve in curves if (at := curve.beyond(wanted, forward=forward)) is not None
        ]
        self.x = min(points, key=lambda x: abs(x - wanted), default=self.x)

    def move_up(self, direction: int, stack: Stack, panels: Sequence[Panel]) -> None:
        """Move a row up (1) or down (-1), into the next panel unless a corner is set; the first time from a curve."""
        if self.x is None:
            return
        self.panel = min(self.panel, len(stack.figures) - 1)
        figure = stack.figures[self.panel]
        level = self.y if self.y is not None else _height(panels[self.panel].curves.values(), self.x)
        row = figure.row(level if level is not None else figure.y.value(0.5)) - direction
        other = self.panel - direction
        if not 0 <= row < figure.plot_height and self.corner is None and 0 <= other < len(stack.figures):
            self.panel, figure = other, stack.figures[other]
            row = 0 if direction < 0 else figure.plot_height - 1
        self.y = figure.level(min(max(row, 0), figure.plot_height - 1))

    def set_corner(self, curves: Iterable[Curve]) -> None:
        """Set the first corner of a box here."""
        if self.x is not None:
            self.corner = (self.x, self.y if self.y is not None else _height(curves, self.x))

    @property
    def box(self) -> Box | None:
        """Return the box between the first corner and the crosshair; None before the first corner."""
        if self.corner is None or self.x is None:
            return None
        x, y = self.corner
        return Box(_ordered(x, self.x), None if y is None or self.y is None else _ordered(y, self.y))


def _height(curves: Iterable[Curve], x: float) -> float | None:
    """Return the value of the first curve at its point nearest to x."""
    return next((curve.y[at] for curve in curves if (at := curve.nearest(x)) is not None), None)


def _ordered(one: float, other: float) -> tuple[float, float] | None:
    return (min(one, other), max(one, other)) if one != other else None
