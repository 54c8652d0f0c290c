"""The chart widget: what keys and mouse do to the panels of curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys.chart import CURVE_KEYS
from tui.widgets.chart.panel_chart import PanelChart
from tui.widgets.chart.pointing import Pointer

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

SMOOTHINGS = (0.0, 0.01, 0.03, 0.1)
"""Widths of the moving average, as fractions of the run."""


class LossChart(PanelChart, can_focus=True):
    """The chart of the lab."""

    BINDINGS: ClassVar[list[BindingType]] = list(CURVE_KEYS)

    @dataclass
    class TalkHere(Message):
        """Enter was pressed; `x` is the cursor's, None without one."""

        chart: LossChart
        x: float | None

        @property
        def control(self) -> LossChart:
            return self.chart

    def on_mount(self) -> None:
        self._pointer = Pointer(self)

    # Keys

    def action_toggle_log(self) -> None:
        panel = self.panels[self.crosshair.panel]
        panel.log = not panel.log
        self._changed()

    def action_smooth(self) -> None:
        wider = (width for width in SMOOTHINGS if width > self._shared.smoothing)
        self._share(smoothing=next(wider, SMOOTHINGS[0]))

    def action_talk_here(self) -> None:
        self.post_message(self.TalkHere(self, self.crosshair.x))

    def action_toggle_cursor(self) -> None:
        if self.crosshair.x is not None:
            self.crosshair.hide()
        elif self.stack is not None:
            self.crosshair.x = self._nearest(self.stack.x.value(0.5))
        self._changed()

    def action_hide_cursor(self) -> None:
        """Drop the corner of a box, else hide the cursor."""
        if self.crosshair.corner is not None:
            self.crosshair.corner = None
        else:
            self.crosshair.hide()
        self._changed()

    def action_box(self) -> None:
        """Show the crosshair, then set the corner of a box at it, then zoom into the box."""
        if self.crosshair.x is None:
            self.action_toggle_cursor()
        elif (box := self.crosshair.box) is None:
            self.crosshair.set_corner(self.panels[self.crosshair.panel].curves.values())
        else:
            panel = self.crosshair.panel
            self.crosshair.hide()
            self._looks.enter(box, panel, self._whole())
        self._changed()

    def action_back(self) -> None:
        self._looks.back()
        self._changed()

    def action_zoom(self, direction: int) -> None:
        if self.stack is not None:
            around = 1.0 if self._looks.follows else 0.5
            cursor = self.crosshair.x
            self.zoom(direction, around if cursor is None else self.stack.x.fraction(cursor))

    def action_move(self, direction: int) -> None:
        """Move the cursor to the next point at least a column away, and the view with it, or the view alone."""
        if self.stack is None:
            return
        whole = self._whole()
        if self.crosshair.x is None:
            self._looks.pan(direction, whole)
        else:
            self.crosshair.move_across(direction * self.column_width, self._all_curves())
            shown = self._looks.now.x
            if shown is not None and not shown[0] <= (self.crosshair.x or 0.0) <= shown[1]:
                self._looks.pan(direction, whole)
        self._changed()

    def action_raise(self, direction: int) -> None:
        if self.stack is not None:
            self.crosshair.move_up(direction, self.stack, self.panels)
            self._changed()

    def action_whole(self) -> None:
        self._looks.reset()
        self._changed()

    def action_follow(self) -> None:
        self._looks.follows = True
        if self.crosshair.x is not None:
            self.crosshair.x = self._nearest(self._whole()[1])
        self._changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Escape, up and down to the parent unless the cursor is shown."""
        match action:
            case "hide_cursor" | "raise":
                return self.crosshair.x is not None
            case "back":
                return self.is_zoomed
            case _:
                return True

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self._pointer.press(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self and self._pointer.drag(event):
            self._dragged = self._pointer.box
            self._changed()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Zoom into the box that was dragged, or put the cursor where the mouse was clicked."""
        self.release_mouse()
        self._dragged = None
        box, panel = self._pointer.release()
        if box is not None:
            self.crosshair.hide()
            self._looks.enter(box, panel, self._whole())
        elif self.stack is not None and (at := self._pointer.position(event)) is not None:
            self.crosshair.x = self._nearest(at.x)
        self._changed()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.zoom(-1, self._pointer.fraction(event))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.zoom(1, self._pointer.fraction(event))

    def zoom(self, direction: int, around: float) -> None:
        """Zoom in (-1) or out (1) around a fraction of the visible width."""
        if self.stack is not None and self._all_curves():
            x = self.stack.x
            self._looks.zoom(direction, around, (x.low, x.high), self._whole())
            self._changed()
