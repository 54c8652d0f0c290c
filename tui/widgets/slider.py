"""A one-row slider for a number, for keyboard and mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from engine.sanitize import cell_width
from tui.keys.everywhere import SLIDER_KEYS
from tui.widgets.glyphs import glyphs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.binding import BindingType


class Slider(Widget, can_focus=True):
    """A float between `low` and `high`, in whole steps from `low`."""

    DEFAULT_CSS = """
    Slider {
        height: 1;
        & > .slider--done { color: $primary; }
        & > .slider--left { color: $text-disabled; }
        & > .slider--knob { color: $primary; }
        &:focus > .slider--knob { color: $warning; text-style: bold; }
        &:focus > .slider--done { color: $warning; }
        & > .slider--label { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"slider--done", "slider--left", "slider--knob", "slider--label"}
    BINDINGS: ClassVar[list[BindingType]] = list(SLIDER_KEYS)

    value: reactive[float] = reactive(0.0)

    @dataclass
    class Changed(Message):
        """The value changed, by the user or the program."""

        slider: Slider
        value: float

        @property
        def control(self) -> Slider:
            return self.slider

    def __init__(
        self,
        low: float,
        high: float,
        step: float,
        value: float,
        *,
        label: str = "",
        format_value: Callable[[float], str] = "{:.2f}".format,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.low, self.high, self.step = low, high, step
        self._label = label
        self._format = format_value
        self.set_reactive(Slider.value, self.validate_value(value))

    def validate_value(self, value: float) -> float:
        """Return the nearest step within the bounds."""
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        # Rounding to ten digits removes errors of binary fractions, as in 0.1 + 0.2.
        return min(self.high, round(self.low + steps * self.step, 10))

    def watch_value(self, value: float) -> None:
        self.post_message(self.Changed(self, value))

    def action_slide(self, steps: int) -> None:
        self.value += steps * self.step

    def action_lowest(self) -> None:
        self.value = self.low

    def action_highest(self) -> None:
        self.value = self.high

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self._point_at(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._point_at(event)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _point_at(self, event: events.MouseEvent) -> None:
        start, length = self._track()
        column = event.get_content_offset_capture(self).x - start
        self.value = self.low + (self.high - self.low) * column / max(1, length - 1)

    def _track(self) -> tuple[int, int]:
        """Return the first column of the track and its length."""
        start = cell_width(self._label) + 1 if self._label else 0
        return start, max(1, self.size.width - start - 1 - self._value_width())

    def _value_width(self) -> int:
        return max(cell_width(self._format(value)) for value in (self.low, self.high))

    def render_line(self, y: int) -> Strip:
        glyphs = glyphs_of(self.app)
        _, length = self._track()
        knob = round((self.value - self.low) / (self.high - self.low) * (length - 1))
        parts = [
            (self._label + " " if self._label else "", "slider--label"),
            (glyphs.track_done * knob, "slider--done"),
            (glyphs.knob, "slider--knob"),
            (glyphs.track_left * (length - 1 - knob), "slider--left"),
        ]
        segments = [Segment(text, self.get_component_rich_style(part)) for text, part in parts if text]
        segments.append(Segment(f" {self._format(self.value):>{self._value_width()}}", self.rich_style))
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)
