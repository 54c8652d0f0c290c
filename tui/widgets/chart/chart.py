"""The chart widget: growing curves, zoom, and a cursor that reads values."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.keys.chart import CURVE_KEYS
from tui.widgets.chart.curves import Curve, Kind, extent
from tui.widgets.chart.view import Range, Unit, View, followed, panned, zoomed
from tui.widgets.colors import series_color, themed
from tui.widgets.glyphs import glyphs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from tui.widgets.chart.figure import Figure, InkRun

SMOOTHINGS = (0.0, 0.9, 0.97, 0.99)
FORECAST_EVERY = 0.02
"""Fraction of the run after which its forecast is worked out again."""
_ZOOM = 0.5
_PAN = 0.25
_RAW_FADE = 0.6
"""Fraction by which the color of raw losses is blended into the background."""


class LossChart(Widget, can_focus=True):
    """Named series over steps, tokens or seconds; training losses lie faded behind their moving average.

    A new point repaints only the rows that it changes.
    """

    DEFAULT_CSS = """
    LossChart {
        height: 1fr;
        & > .chart--axis { color: $text-muted; }
        & > .chart--cursor { color: $foreground; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--axis", "chart--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = list(CURVE_KEYS)

    @dataclass
    class TalkHere(Message):
        """Enter was pressed; `x` is the cursor's, None without one."""

        chart: LossChart
        x: float | None

        @property
        def control(self) -> LossChart:
            return self.chart

    class CursorMoved(Message):
        """The cursor is at another x, or hidden."""

        def __init__(self, x: float | None) -> None:
            super().__init__()
            self.x = x

    def __init__(
        self,
        *,
        unit: Unit = "steps",
        title: str = "loss",
        smoothing: float = 0.9,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._curves: dict[str, Curve] = {}
        self._view = View(unit=unit, title=title, smoothing=smoothing)
        self._figure: Figure | None = None
        self._strips: list[Strip] = []
        self._redraw_pending = False
        self._follows = True

    # What is shown

    def set_series(
        self,
        name: str,
        x: Sequence[float],
        y: Sequence[float],
        *,
        kind: Kind = "train",
        color: str | None = None,
    ) -> None:
        """Replace all points of a series; x ascending, y as measured and possibly not finite."""
        if color is None:
            others = tuple(curve.color for curve in self._curves.values() if curve.name != name)
            color = series_color(name, others)
        curve = Curve(name, kind, color, self._view.smoothing)
        curve.extend(x, y)
        self._curves[name] = curve
        self._redraw_soon()

    def append(self, name: str, x: float, y: float, *, kind: Kind = "train") -> None:
        """Append a point. One at an earlier x replaces all points from there on."""
        if name not in self._curves:
            self.set_series(name, (), (), kind=kind)
        self._curves[name].append(x, y)
        self._redraw_soon()

    def clear(self) -> None:
        """Remove all series and marks, and reset the scales."""
        self._curves.clear()
        self._figure = None
        self._show(x_range=None, cursor=None, x_end=None, marks=(), forecast=None)

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Draw signs of one cell on the axis, each at an x. Of several in one column the last is seen."""
        if tuple(marks) != self._view.marks:
            self._show(marks=tuple(marks))

    def set_levels(self, levels: Sequence[tuple[float, str]]) -> None:
        """Draw thin lines with labels at values to which the curves are compared."""
        if tuple(levels) != self._view.levels:
            self._show(levels=tuple(levels))

    def foretell(self, name: str, end: float | None) -> None:
        """Draw the expected course of a series up to `end`; None: none. It is worked out anew at every 2 %."""
        known, curve = self._view.forecast, self._curves.get(name)
        if end is None or curve is None or not curve.x:
            if known is not None:
                self._show(forecast=None)
        elif known is None or known.x[-1] != end or curve.x[-1] - known.x[0] > FORECAST_EVERY * end:
            from tui.widgets.chart.forecast import forecast  # imports numpy

            self._show(forecast=forecast(curve.x, curve.y, end))

    def set_axis(self, unit: Unit, x_end: float | None = None, *, title: str = "loss") -> None:
        """Set the unit of x, the end of the run if it is known, and the short title of y. Set the series again."""
        self._figure = None
        self._show(unit=unit, x_end=x_end, title=title, x_range=None, cursor=None)

    @property
    def view(self) -> View:
        """Visible part of the curves, and their display."""
        return self._view

    # Keys

    def action_toggle_log(self) -> None:
        self._show(log=not self._view.log)

    def action_smooth(self) -> None:
        smoothing = next((beta for beta in SMOOTHINGS if beta > self._view.smoothing), SMOOTHINGS[0])
        for curve in self._curves.values():
            curve.set_smoothing(smoothing)
        self._show(smoothing=smoothing)

    def action_toggle_cursor(self) -> None:
        if self._view.cursor is not None:
            self.action_hide_cursor()
        elif self._figure is not None:
            self._show(cursor=self._nearest(self._figure.x.value(0.5)))

    def action_talk_here(self) -> None:
        self.post_message(self.TalkHere(self, self._view.cursor))

    def action_hide_cursor(self) -> None:
        self._show(cursor=None)

    def action_zoom(self, direction: int) -> None:
        if self._figure is not None:
            cursor = self._view.cursor
            around = 1.0 if self._follows else 0.5
            self._zoom(direction, around if cursor is None else self._figure.x.fraction(cursor))

    def action_move(self, direction: int) -> None:
        if self._figure is None:
            return
        shown = self._figure.x
        if self._view.cursor is not None:
            column = (shown.high - shown.low) / self._figure.plot_width
            self._move_cursor(self._view.cursor, direction * column)
        elif self._view.x_range is not None:
            self._look_at(panned(self._view.x_range, self._whole(), direction * _PAN))

    def action_whole(self) -> None:
        self._look_at(None)

    def action_follow(self) -> None:
        self._follows = True
        if self._view.cursor is not None:
            self._show(cursor=self._nearest(self._whole()[1]))
        self._redraw_soon()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Escape to the parent unless the cursor is shown."""
        return self._view.cursor is not None if action == "hide_cursor" else True

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self._point_at(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._point_at(event)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._zoom(-1, self._fraction_at(event))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._zoom(1, self._fraction_at(event))

    def _point_at(self, event: events.MouseEvent) -> None:
        if self._figure is not None:
            self._show(cursor=self._nearest(self._figure.x.value(self._fraction_at(event))))

    def _fraction_at(self, event: events.MouseEvent) -> float:
        if self._figure is None or self._figure.plot_width < 2:
            return 0.5
        column = event.get_content_offset_capture(self).x - (
            self.content_size.width - self._figure.plot_width
        )
        return min(1.0, max(0.0, column / (self._figure.plot_width - 1)))

    # Looking closer

    def _whole(self) -> Range:
        """Return the range of all points, without the free space at the right."""
        return extent(self._curves.values())

    def _zoom(self, direction: int, around: float) -> None:
        if self._figure is not None and self._curves:
            shown = (self._figure.x.low, self._figure.x.high)
            if self._view.x_range is None:
                shown = self._whole()
            self._look_at(zoomed(shown, self._whole(), _ZOOM**-direction, around))

    def _look_at(self, x_range: Range | None) -> None:
        self._follows = x_range is None or x_range[1] >= self._whole()[1]
        self._show(x_range=x_range)

    def _move_cursor(self, cursor: float, step: float) -> None:
        """Move the cursor to the next point at least a column away, and the view with it."""
        points = [
            curve.x[index]
            for curve in self._curves.values()
            if (index := curve.beyond(cursor + step, forward=step > 0)) is not None
        ]
        if not points:
            return
        target = min(points, key=lambda x: abs(x - cursor))
        x_range = self._view.x_range
        if x_range is not None and not x_range[0] <= target <= x_range[1]:
            self._look_at(panned(x_range, self._whole(), math.copysign(_PAN, step)))
        self._show(cursor=target)

    def _nearest(self, x: float) -> float | None:
        """Return the x of the nearest point of all series."""
        near = [curve.x[index] for curve in self._curves.values() if (index := curve.nearest(x)) is not None]
        return min(near, key=lambda one: abs(one - x), default=None)

    # Drawing

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def on_resize(self) -> None:
        self._redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
        self._redraw_soon()

    def _show(self, **changes: Any) -> None:
        before, self._view = self._view.cursor, replace(self._view, **changes)
        if self._view.cursor != before and self.is_mounted:
            self.post_message(self.CursorMoved(self._view.cursor))
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
        from tui.widgets.chart.figure import draw

        curves = list(self._curves.values())
        if self._follows and self._view.x_range is not None:
            self._view = replace(self._view, x_range=followed(self._view.x_range, extent(curves)[1]))
        before = self._figure
        figure = draw(curves, self._view, width, height, glyphs=glyphs_of(self.app), previous=before)
        self._figure = figure
        styles = self._ink_styles()
        all_new = (
            before is None or len(self._strips) != len(figure.rows) or self._strips[0].cell_length != width
        )
        if all_new:
            self._strips = [self._strip(row, styles) for row in figure.rows]
            self.refresh()
            return
        assert before is not None
        for y, (row, old) in enumerate(zip(figure.rows, before.rows, strict=True)):
            if row != old:
                self._strips[y] = self._strip(row, styles)
                self.refresh(Region(0, y, width, 1))

    @staticmethod
    def _strip(row: list[InkRun], styles: list[Style]) -> Strip:
        return Strip([Segment(text, styles[ink]) for text, ink in row])

    def _ink_styles(self) -> list[Style]:
        """Return the styles of the figure's inks: text, axis, cursor, then two for each series."""
        base = self.rich_style
        background = self.background_colors[1]
        styles = [
            base,
            self.get_component_rich_style("chart--axis"),
            self.get_component_rich_style("chart--cursor"),
        ]
        for curve in self._curves.values():
            color = themed(self, curve.color)
            faded = color.blend(background, _RAW_FADE)
            styles += [base + Style(color=one.rich_color) for one in (faded, color)]
        return styles
