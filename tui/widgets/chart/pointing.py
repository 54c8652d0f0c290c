"""The mouse in a chart: positions of events in the plot, and the box that is dragged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.widgets.chart.view import Box

if TYPE_CHECKING:
    from textual import events

    from tui.widgets.chart.chart import LossChart

LEAST_DRAG = 2
"""Fewest cells between the corners of a box along an axis; along both axes less than that is a click."""


@dataclass(frozen=True)
class Position:
    """A cell of the plot of a panel, and the values at its center."""

    panel: int
    column: int
    row: int
    x: float
    y: float


class Pointer:
    """`box` is the one between the pressed position and the pointer, in the panel of the former."""

    def __init__(self, chart: LossChart) -> None:
        self._chart = chart
        self._start: Position | None = None
        self.box: Box | None = None

    def press(self, event: events.MouseEvent) -> None:
        self._start, self.box = self.position(event), None

    def drag(self, event: events.MouseEvent) -> bool:
        """Return True when the box has changed."""
        start, before = self._start, self.box
        if start is None or (end := self.position(event, start.panel)) is None:
            return False
        across, up = abs(end.column - start.column) >= LEAST_DRAG, abs(end.row - start.row) >= LEAST_DRAG
        self._chart.crosshair.panel = start.panel
        self.box = None
        if across or up:
            self.box = Box(
                (min(start.x, end.x), max(start.x, end.x)) if across else None,
                (min(start.y, end.y), max(start.y, end.y)) if up else None,
            )
        return self.box != before

    def release(self) -> tuple[Box | None, int]:
        """Return the box, if one was dragged, and its panel."""
        found = (self.box, self._start.panel if self._start is not None else 0)
        self._start = self.box = None
        return found

    def fraction(self, event: events.MouseEvent) -> float:
        """Return the position along x as a fraction of the plot's width."""
        at = self.position(event)
        return self._chart.stack.x.fraction(at.x) if at is not None and self._chart.stack is not None else 0.5

    def position(self, event: events.MouseEvent, panel: int | None = None) -> Position | None:
        """Return the nearest cell of the plot, of a given panel or of the one below the pointer."""
        stack = self._chart.stack
        if stack is None:
            return None
        offset = event.get_content_offset_capture(self._chart)
        number = stack.panel_at(offset.y) if panel is None else min(panel, len(stack.figures) - 1)
        figure = stack.figures[number]
        across = offset.x - (self._chart.content_size.width - figure.plot_width)
        column = min(max(across, 0), figure.plot_width - 1)
        row = min(max(offset.y - stack.tops[number] - 1, 0), figure.plot_height - 1)
        x = figure.x.value(column / max(1, figure.plot_width - 1))
        return Position(number, column, row, x, figure.level(row))
