"""Panels of growing curves: their series, their views, and their drawing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.widget import Widget

from tui.widgets.chart.crosshair import Crosshair
from tui.widgets.chart.curves import extent
from tui.widgets.chart.drawing.heights import least_height
from tui.widgets.chart.looks import Looks
from tui.widgets.chart.painting import COMPONENTS, Painter
from tui.widgets.chart.panel import Panel
from tui.widgets.chart.view import View
from tui.widgets.glyphs import glyphs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from tui.widgets.chart.curves import Curve, Kind
    from tui.widgets.chart.drawing.stack import Stack
    from tui.widgets.chart.view import Box, Range, Unit


class PanelChart(Widget):
    """Named series over steps, tokens or seconds; training losses lie faded behind their moving average.

    A new point repaints only the rows that it changes.
    """

    DEFAULT_CSS = """
    PanelChart {
        height: 1fr;
        & > .chart--axis { color: $text-muted; }
        & > .chart--cursor { color: $foreground; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)

    class CursorMoved(Message):
        """The cursor is at another x or hidden, or the corner of a box is set or dropped."""

    def __init__(
        self, *, unit: Unit = "steps", title: str = "loss", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.panels = [Panel(title)]
        """From the top; the first one is always there."""
        self.crosshair = Crosshair()
        self.stack: Stack | None = None
        """The panels as they were drawn last; those without room are left out."""
        self._shared = View(unit=unit)
        self._looks = Looks()
        self._dragged: Box | None = None
        """Box that the mouse drags."""
        self._painter = Painter(self)
        self._redraw_pending = False
        self._announced: object = None

    # What is shown

    def set_series(
        self,
        name: str,
        x: Sequence[float],
        y: Sequence[float],
        *,
        kind: Kind = "train",
        color: str | None = None,
        panel: int = 0,
    ) -> None:
        """Replace all points of a series; x ascending, y as measured and possibly not finite."""
        self.panels[panel].set_series(name, kind, color, x, y)
        self._changed()

    def append(self, name: str, x: float, y: float, *, kind: Kind = "train", panel: int = 0) -> None:
        """Append a point. One at an earlier x replaces all points from there on."""
        self.panels[panel].append(name, kind, x, y)
        self._changed()

    def clear(self) -> None:
        """Remove all series and marks, and show all of what comes next."""
        for panel in self.panels:
            panel.clear()
        self._share(x_end=None, marks=())
        self._start_again()

    def set_panels(self, *panels: Panel) -> None:
        """Draw these panels, from the top. The visible range of x, the cursor and logarithmic scales stay."""
        for panel, before in zip(panels, self.panels, strict=False):
            panel.log = before.log
        self.panels = list(panels)
        self.stack = None
        self._looks.forget_heights()
        self.crosshair.y = self.crosshair.corner = None
        self.crosshair.panel = 0
        self._changed()

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Draw signs of one cell on the axis, each at an x. Of several in one column the last is seen."""
        if tuple(marks) != self._shared.marks:
            self._share(marks=tuple(marks))

    def set_levels(self, levels: Sequence[tuple[float, str]]) -> None:
        """Draw thin lines with labels at values to which the curves of the first panel are compared."""
        if tuple(levels) != self.panels[0].levels:
            self.panels[0].levels = tuple(levels)
            self._changed()

    def foretell(self, name: str, end: float | None) -> None:
        """Draw the expected course of a series of the first panel up to `end`; None: none."""
        if self.panels[0].foretell(name, end):
            self._changed()

    def set_axis(self, unit: Unit, x_end: float | None = None) -> None:
        """Set the unit of x, and the end of the run if it is known. Set the series again for another unit."""
        self._share(unit=unit, x_end=x_end)
        self._start_again()

    @property
    def curves(self) -> dict[str, Curve]:
        """Curves of the first panel, by name."""
        return self.panels[0].curves

    @property
    def view(self) -> View:
        """Visible part of the first panel's curves, and their display."""
        return self._view(0)

    @property
    def column_width(self) -> float:
        """Width of a column of the plot in units of x."""
        if self.stack is None:
            return 0.0
        return (self.stack.x.high - self.stack.x.low) / self.stack.figures[0].plot_width

    @property
    def rows_for_all(self) -> int:
        """Fewest rows in which all panels are drawn."""
        return least_height(len(self.panels))

    @property
    def is_zoomed(self) -> bool:
        return not self._looks.is_whole

    # Looking closer

    def _all_curves(self) -> list[Curve]:
        return [curve for panel in self.panels for curve in panel.curves.values()]

    def _whole(self) -> Range:
        """Return the range of all points, without the free space at the right."""
        return extent(self._all_curves())

    def _nearest(self, x: float) -> float | None:
        """Return the x of the nearest point of all series."""
        near = [curve.x[at] for curve in self._all_curves() if (at := curve.nearest(x)) is not None]
        return min(near, key=lambda one: abs(one - x), default=None)

    def _start_again(self) -> None:
        """Show all of what comes next, on new scales."""
        self.stack = None
        self._looks.reset()
        self.crosshair.hide()
        self._changed()

    def _share(self, **changes: object) -> None:
        self._shared = replace(self._shared, **changes)  # type: ignore[arg-type]
        self._changed()

    # Drawing

    def render_line(self, y: int) -> Strip:
        return self._painter.line(y)

    def on_resize(self) -> None:
        self._redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget()
        self._redraw_soon()

    def _view(self, number: int) -> View:
        return self.panels[number].view(self._shared, number, self._looks, self.crosshair, self._dragged)

    def _changed(self) -> None:
        """Draw what changed, and announce where the cursor is."""
        now = (self.crosshair.x, self.crosshair.corner)
        if now != self._announced and self.is_mounted:
            self._announced = now
            self.post_message(self.CursorMoved())
        self._redraw_soon()

    def _redraw_soon(self) -> None:
        """Draw once for many points that arrive together."""
        if not self._redraw_pending and self.is_mounted:
            self._redraw_pending = True
            self.call_next(self._redraw)

    def _redraw(self) -> None:
        self._redraw_pending = False
        width, height = self.size
        if not (width and height):
            return
        # Imports numpy, which the first frame does without.
        from tui.widgets.chart.drawing.stack import draw_stack

        self._looks.follow(self._whole()[1])
        panels = [
            (list(panel.curves.values()), self._view(number)) for number, panel in enumerate(self.panels)
        ]
        self.stack = draw_stack(panels, width, height, glyphs=glyphs_of(self.app), previous=self.stack)
        self._painter.paint(self.stack, self.panels)
