"""Base class of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.await_complete import AwaitComplete
from textual.reactive import Reactive
from textual.screen import UPDATE_PERIOD, Screen

from tui.terminal.link_app import LinkApp

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

Answer = TypeVar("Answer")


class BaseScreen(Screen[Answer]):
    """Closes at most once, ignores resize messages that do not match the terminal, and repaints only what a moved
    focus changes.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Textual repaints the whole screen when the focus moves: 12 kB for a Tab at 120x40. The widgets that lose and
    get the focus refresh themselves.
    """

    _frames: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        """Textual's timer has one period for ever; here it follows the app's."""
        period = self.app.frame_seconds if isinstance(self.app, LinkApp) else UPDATE_PERIOD
        if self._frames is None or self._frames._interval != period:
            if self._frames is not None:
                self._frames.stop()
            self._frames = self.set_interval(period, self._on_timer_update, name="screen_update", pause=True)
        return self._frames

    @property
    def is_on_top(self) -> bool:
        return bool(self.app.screen_stack) and self.app.screen is self

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close this screen if it is on top, since two keys in one read may both close it. Textual's method closes
        whichever screen is on top, and raises ScreenStackError for the last one.
        """
        return super().dismiss(result) if self.is_on_top else AwaitComplete()

    async def _on_resize(self, event: events.Resize) -> None:
        """Ignore outdated sizes. Textual posts each size to the screen again, so that two different sizes in the
        queue would alternate forever.
        """
        if event.size != self.app.size:
            event.prevent_default()
