"""Scrolling of a line-API widget that follows its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events

_WHEEL_ROWS = 3
_SCROLL_AHEAD = 4
"""When the end leaves the view, the view scrolls by a fraction of one in this many of its rows at once, as each
scroll repaints all of them."""


class FollowingView(Widget):
    """Rows of which the widget shows a window, starting at `top`.

    The view follows the end while it is at the end. Scrolling up stops that; scrolling back to the end resumes it.
    """

    top = 0
    """The first visible row."""
    follows = True
    """True if new rows scroll into view."""

    @property
    def rows(self) -> int:
        """Number of rows; for subclasses to define."""
        raise NotImplementedError

    @property
    def last_top(self) -> int:
        """The highest possible `top`."""
        return max(0, self.rows - self.size.height)

    def rows_changed(self, first_changed: int) -> None:
        """Repaint the rows from `first_changed` on, and scroll if the view follows the end."""
        height = self.size.height
        if not height:
            return
        if self.follows and self.last_top > self.top:
            self.top = self.last_top + min(height // _SCROLL_AHEAD, height - 1)
            self.refresh()
            return
        bottom = self.top + height - 1
        # Rows below the view change the number of hidden rows, which is shown in its last row.
        first = first_changed if self.follows else min(first_changed, bottom)
        self.refresh_rows(first, min(bottom, self.rows - 1))

    def refresh_rows(self, first: int, last: int) -> None:
        for row in range(max(first, self.top), min(last, self.top + self.size.height - 1) + 1):
            self.refresh(Region(0, row - self.top, self.size.width, 1))

    def scroll_to_row(self, top: int) -> None:
        last = self.last_top
        top = max(0, min(top, last))
        self.follows = top == last
        if top != self.top:
            self.top = top
            self.refresh()

    def action_scroll(self, rows: int) -> None:
        self.scroll_to_row(min(self.top, self.last_top) + rows)

    def action_page(self, pages: int) -> None:
        self.action_scroll(pages * max(1, self.size.height - 2))

    def action_start(self) -> None:
        self.scroll_to_row(0)

    def action_end(self) -> None:
        self.scroll_to_row(self.last_top)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll(_WHEEL_ROWS)
