"""Painting of a chart: rows with inks become strips with styles, and only changed rows are painted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tui.widgets.colors import themed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from tui.widgets.chart.drawing.stack import Stack
    from tui.widgets.chart.drawing.text_row import InkRun
    from tui.widgets.chart.panel import Panel

COMPONENTS = ("chart--axis", "chart--cursor")
_RAW_FADE = 0.6
"""Fraction by which the color of raw values is blended into the background."""


class Painter:
    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._rows: list[tuple[int, list[InkRun]]] = []
        self._strips: list[Strip] = []

    def line(self, y: int) -> Strip:
        """Return a row of the chart; a blank one where nothing is drawn."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self._widget.size.width, self._widget.rich_style)

    def forget(self) -> None:
        """Paint all rows at the next time, as their colors have changed."""
        self._strips.clear()

    def paint(self, stack: Stack, panels: Sequence[Panel]) -> None:
        """Paint the rows that differ from those of the last time."""
        width = self._widget.size.width
        rows, before = stack.rows, self._rows
        styles = [self._styles(panel) for panel in panels]
        self._rows = rows
        if len(self._strips) != len(rows) or self._strips[0].cell_length != width:
            self._strips = [self._strip(row, styles[panel]) for panel, row in rows]
            self._widget.refresh()
            return
        for y, (row, old) in enumerate(zip(rows, before, strict=True)):
            if row != old:
                self._strips[y] = self._strip(row[1], styles[row[0]])
                self._widget.refresh(Region(0, y, width, 1))

    @staticmethod
    def _strip(row: list[InkRun], styles: list[Style]) -> Strip:
        return Strip([Segment(text, styles[ink]) for text, ink in row])

    def _styles(self, panel: Panel) -> list[Style]:
        """Return the styles of a panel's inks: text, axis, cursor, then two for each series."""
        base, background = self._widget.rich_style, self._widget.background_colors[1]
        styles = [base, *(self._widget.get_component_rich_style(name) for name in COMPONENTS)]
        for curve in panel.curves.values():
            color = themed(self._widget, curve.color)
            faded = color.blend(background, _RAW_FADE)
            styles += [base + Style(color=one.rich_color) for one in (faded, color)]
        return styles
