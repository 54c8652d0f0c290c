"""What all screens have in common: they close once, and take no size but the terminal's."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.screen import Screen

if TYPE_CHECKING:
    from textual import events

Answer = TypeVar("Answer")


class BaseScreen(Screen[Answer]):
    @property
    def is_on_top(self) -> bool:
        return bool(self.app.screen_stack) and self.app.screen is self

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Closes this screen. Textual closes whichever is on top, and raises ScreenStackError where that is the last;
        two keys or clicks that come at once may both ask for it.
        """
        return super().dismiss(result) if self.is_on_top else AwaitComplete()

    async def _on_resize(self, event: events.Resize) -> None:
        """Textual answers a new size with a message of the same size to the screen itself. Two sizes that are under
        way at once would replace one another for ever.
        """
        if event.size != self.app.size:
            event.prevent_default()


class Palette(CommandPalette, BaseScreen[None]):
    """Textual's list of commands."""
