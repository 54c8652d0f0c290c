"""Base class of screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual._time import get_time
from textual.await_complete import AwaitComplete
from textual.reactive import Reactive
from textual.screen import UPDATE_PERIOD, Screen

from tui.terminal.link_app import LinkApp

if TYPE_CHECKING:
    from typing import Self

    from textual import events, messages
    from textual.geometry import Region
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
    _painted_at = 0.0
    """Time of the first painting."""

    @property
    def _update_timer(self) -> Timer:
        """Textual's timer has one period for ever; here it follows the app's."""
        period = self.app.frame_seconds if isinstance(self.app, LinkApp) else UPDATE_PERIOD
        if self._frames is None or self._frames._interval != period:
            if self._frames is not None:
                self._frames.stop()
            self._frames = self.set_interval(period, self._on_timer_update, name="screen_update", pause=True)
        return self._frames

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """Paint a new screen once. Textual paints it a second time, as if it had been covered."""
        if self.stack_updates or not self.is_attached or self._size == self.app.size:
            return
        event.prevent_default()
        self.stack_updates += 1
        self._refresh_layout(self.app.size)
        for widget in (self, *self._compositor.visible_widgets):
            widget._repaint_required = False
        self._painted_at = get_time()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Refresh as Textual does, but for a layout paint only what has another place or size."""
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)

    async def _on_update(self, message: messages.Update) -> None:
        """Ignore what asked to be painted before all was."""
        if message.time < self._painted_at:
            message.prevent_default().stop()

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
