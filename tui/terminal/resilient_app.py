"""An app that does not end by accident: exceptions stay where they occur, and keys act in the order of their typing.

Textual ends the app for any exception in a handler, a timer or a drawing, and has no hook for it: the message pump
in which it occurred has left its loop when `App._handle_exception` is called. So the two methods through which all
handlers and all drawing go are wrapped here, for Textual's own widgets as well as for ours.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from rich.segment import Segment
from textual import events
from textual._context import active_app, active_message_pump
from textual.app import App, ScreenStackError
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from engine.errors import LilmError
from tui.terminal.defects import note_defect

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from textual.driver import Driver
    from textual.geometry import Region

ROUNDS = (2, 6)
"""Least and most rounds of a marker after a key. What handlers send is handled in the second; a new screen, which
becomes the target of the next, has its focus after a third."""
SETTLE_SECONDS = 1.0
"""For a round at most: a marker may be lost, or a widget busy."""
LOST_SECONDS = 0.02
"""So often is looked whether the widget has gone, and the marker with it."""
MOST_WAITING = 64
"""Keys that wait here; more wait in the terminal."""
MOST_FAILURES = 3
"""Defects of one screen over the lab, in FAILURE_SECONDS, before it is closed."""
FAILURE_SECONDS = 2.0


@runtime_checkable
class ShowsTrouble(Protocol):
    """A pane or a screen with room for a sentence about what went wrong in it."""

    def show_trouble(self, sentence: str) -> None: ...


class Settled(Message, verbose=True):
    """A marker that goes the way of the key before it, and so arrives when the key has had its effect."""

    def __init__(self, serial: int) -> None:
        super().__init__()
        self.serial = serial


class ResilientApp(App[None]):
    """Ends when it is asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.defects: deque[Exception] = deque(maxlen=100)
        """The newest exceptions that were no LilmError, for tests."""
        self._waiting: deque[events.Event] = deque()
        self._is_delivering = False
        self._serial = 0
        self._rounds = 0
        self._target: MessagePump | None = None
        self._fallback: TimerHandle | None = None
        self._failures: deque[tuple[float, Screen[Any]]] = deque(maxlen=MOST_FAILURES)

    def get_driver_class(self) -> type[Driver]:
        """Ours, where it would be Textual's for Unix."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return driver
        from tui.terminal.driver import TerminalDriver

        return TerminalDriver

    @property
    def was_asked_to_end(self) -> bool:
        return self._exit

    @property
    def is_ending(self) -> bool:
        """True while screens close for the last time, and messages of threads may still arrive."""
        return self._exit or self._closing

    # Exceptions

    def survive(self, error: Exception, pump: MessagePump | None) -> None:
        """Show what went wrong near where an exception occurred, and continue."""
        if isinstance(error, LilmError):
            sentence = str(error)
        else:
            self.defects.append(error)
            sentence = note_defect(error)
        if self.is_ending:
            return
        try:
            # Actions run in the app's own pump, on behalf of the focus.
            nodes = _upwards(self._input_target() if pump is None or pump is self else pump)
            self._close_if_broken(nodes)
            pane = next((node for node in nodes if isinstance(node, ShowsTrouble) and node.is_running), None)
            if pane is not None:
                pane.show_trouble(sentence)
        except Exception as another:  # noqa: BLE001  (showing the first one failed; the log has both)
            note_defect(another)

    def _close_if_broken(self, nodes: list[MessagePump]) -> None:
        """Closes a screen over the lab that fails again and again: it may be unable to draw or to close itself."""
        screen = next((node for node in nodes if isinstance(node, Screen)), None)
        if screen is None or len(self.screen_stack) < 2 or screen is not self.screen:
            return
        now = time.monotonic()
        self._failures.append((now, screen))
        recent = [
            failed for when, failed in self._failures if now - when < FAILURE_SECONDS and failed is screen
        ]
        if len(recent) == MOST_FAILURES:
            self._failures.clear()
            self.pop_screen()

    def _handle_exception(self, error: Exception) -> None:
        """Textual's way out for whatever is not caught below: timers, idle handlers, layout."""
        if self.is_running or self.is_ending:
            self.survive(error, active_message_pump.get(None))
        else:
            super()._handle_exception(error)

    # Keys, pastes and mouse clicks, one after the other (textual#6605)

    @property
    def has_opened(self) -> bool:
        """True when the first frame is painted and its screen complete; what is typed before waits for it."""
        return True

    async def deliver_early_input(self) -> None:
        """Handle what was typed before the app had opened."""
        await self._deliver()

    @property
    def is_behind(self) -> bool:
        """True while the driver should leave further input in the terminal."""
        return len(self._waiting) > MOST_WAITING

    async def on_event(self, event: events.Event) -> None:
        """Textual gives a letter to an input at once, while other keys travel up to the app. In a burst, as slow ssh
        makes them, they would act out of order, and on screens that are closed already.
        """
        if not isinstance(event, (events.InputEvent, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        last = self._waiting[-1] if self._waiting else None
        if isinstance(event, events.MouseMove) and isinstance(last, events.MouseMove):
            self._waiting.pop()
        self._waiting.append(event)
        await self._deliver()

    async def on_settled(self, message: Settled) -> None:
        if message.serial != self._serial:
            return
        if self._fallback is not None:
            self._fallback.cancel()
        least, most = ROUNDS
        if self._rounds < least or (self._rounds < most and self._target is not self._input_target()):
            self._send_marker()
            return
        self._is_delivering = False
        await self._deliver()

    async def _deliver(self) -> None:
        """The next events, up to one that may have an effect on where those behind it belong."""
        while self._waiting and not self._is_delivering and self.has_opened:
            event = self._waiting.popleft()
            try:
                await super().on_event(event)
            except Exception as error:  # noqa: BLE001  (those that wait must not wait for ever)
                self.survive(error, self)
            if not isinstance(event, events.MouseMove):
                self._is_delivering = True
                self._rounds = 0
                self._send_marker()

    def _send_marker(self) -> None:
        self._rounds += 1
        self._serial += 1
        self._target = self._input_target()
        if self._target is not None and self._target.post_message(Settled(self._serial)):
            self._wait_for_marker(time.monotonic() + SETTLE_SECONDS)
        else:
            self.post_message(Settled(self._serial))

    def _wait_for_marker(self, end: float) -> None:
        target = self._target
        if target is None or target._closing or not target.is_attached or time.monotonic() >= end:
            self.post_message(Settled(self._serial))
            return
        assert self._loop is not None
        self._fallback = self._loop.call_later(LOST_SECONDS, self._wait_for_marker, end)

    def _input_target(self) -> MessagePump | None:
        try:
            return self.focused or self.screen
        except ScreenStackError:
            return None


def _upwards(pump: MessagePump | None) -> list[MessagePump]:
    """A widget and what it is in, up to the app."""
    nodes = []
    while pump is not None:
        nodes.append(pump)
        pump = pump._parent
    return nodes


_dispatch = MessagePump._dispatch_message
_render = Widget.render_lines


async def _dispatch_and_survive(self: MessagePump, message: Message) -> None:
    try:
        await _dispatch(self, message)
    except Exception as error:
        app = active_app.get(None)
        if not isinstance(app, ResilientApp) or not (app.is_running or app.is_ending):
            raise
        app.survive(error, self)


def _render_and_survive(self: Widget, crop: Region) -> list[Strip]:
    try:
        return _render(self, crop)
    except Exception as error:
        app = active_app.get(None)
        if not isinstance(app, ResilientApp):
            raise
        app.survive(error, self)
        return [Strip([Segment("!")]).adjust_cell_length(crop.width)] * crop.height


MessagePump._dispatch_message = _dispatch_and_survive  # type: ignore[method-assign]
Widget.render_lines = _render_and_survive  # type: ignore[method-assign]
