"""An app that knows its link to the terminal: the bytes that it sends, the time of an answer, and a frugal mode.

The time of an answer is measured with a query that every terminal answers (primary device attributes, `ESC [ c`;
ECMA-48 8.3.24), sent behind the first frame. The terminal answers when it has taken all bytes before the query, so
over ssh the time is that of the way there and back plus that of the frame. tmux and screen answer by themselves,
whatever their client is connected by: inside them every link looks fast, and none can be measured from here.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rich.color import ColorSystem
from textual import events
from textual.screen import UPDATE_PERIOD

from tui.terminal.resilient_app import ResilientApp
from tui.terminal.traffic import Traffic, describe_rate

if TYPE_CHECKING:
    from textual.timer import Timer

OPENING_FRAME_SECONDS = 0.005
"""Shortest time between two frames until the screen is complete."""
FRUGAL_FRAME_SECONDS = 0.5
TYPING_FRAME_SECONDS = 0.1
"""The same for TYPING_SECONDS after a key, whose effect is seen at once."""
TYPING_SECONDS = 0.5
FRUGAL_COLORS = ColorSystem.STANDARD
SLOW_SECONDS = 0.5
"""An answer that takes longer is one of a slow link: the first frame has about 10 kB."""
FIGURE_SECONDS = 1.0


@runtime_checkable
class KnowsTerminal(Protocol):
    """A driver that can ask its terminal and switch its mouse."""

    def ask(self) -> None:
        """Send a query; the app's `terminal_answered` is called from a thread with the seconds until its answer."""

    def use_mouse(self, on: bool) -> None: ...


class LinkApp(ResilientApp):
    def __init__(self) -> None:
        super().__init__()
        self.traffic = Traffic()
        self.frugal = False
        self._all_colors = self.console._color_system
        self._mouse = True
        """True if the user wants the mouse where the link allows it."""
        self._typed_at = -math.inf
        self._figure_timer: Timer | None = None

    @property
    def frame_seconds(self) -> float:
        """Shortest time between two frames."""
        if not self.has_opened:
            return OPENING_FRAME_SECONDS
        if not self.frugal:
            return UPDATE_PERIOD
        is_typing = time.monotonic() - self._typed_at < TYPING_SECONDS
        return TYPING_FRAME_SECONDS if is_typing else FRUGAL_FRAME_SECONDS

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.InputEvent, events.Paste)):
            self._typed_at = time.monotonic()
        await super().on_event(event)

    # Frugal mode

    def set_frugal(self, on: bool) -> None:
        """Send few bytes from now on, or as many as the terminal can use."""
        self.frugal = on
        self.console._color_system = FRUGAL_COLORS if on else self._all_colors
        if isinstance(self._driver, KnowsTerminal):
            self._driver.use_mouse(self._mouse and not on)

    # Time of an answer

    def ask_terminal(self) -> None:
        """Measure the link, behind what was drawn so far."""
        if isinstance(self._driver, KnowsTerminal):
            self._driver.ask()

    def terminal_answered(self, seconds: float) -> None:
        """Called by the driver's thread."""
        if seconds > SLOW_SECONDS and not self.frugal:
            self.call_later(self.link_is_slow, seconds)

    def link_is_slow(self, seconds: float) -> None:
        """Propose the frugal mode."""

    # Traffic

    @property
    def shows_traffic(self) -> bool:
        return self._figure_timer is not None

    def show_traffic(self, on: bool) -> None:
        """Show the rate of bytes to the terminal from now on, or hide it."""
        if self._figure_timer is not None:
            self._figure_timer.stop()
            self._figure_timer = None
        if on:
            self._figure_timer = self.set_interval(FIGURE_SECONDS, self._show_rate)
            self._show_rate()
        else:
            self.show_figure("")

    def _show_rate(self) -> None:
        self.show_figure(describe_rate(self.traffic.bytes_per_second()))

    def show_figure(self, figure: str) -> None:
        """Show the rate at the foot of the screen."""
