"""One line of tabs, of which the one in front is marked and a click opens another, with text at its right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from engine.sanitize import cell_width
from tui.widgets.lines import Line, Piece, TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events

GAPS = 2
"""Cells before and behind the text."""


class TabLine(TextLines):
    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._ends: dict[str, int] = {}
        """The column behind each tab, in their order."""
        self._tabs: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    def show_tabs(self, names: Iterable[tuple[str, str]], front: str, *, short: bool = False) -> None:
        """Show tabs by their names; with `short`, only the first character of those behind."""
        pieces, end = [], 0
        for tab, name in names:
            text = f" {name[:1] if short and tab != front else name} "
            end += cell_width(text)
            self._ends[tab] = end
            pieces.append(Piece(text, "front" if tab == front else "dim"))
        self._tabs = tuple(pieces)
        self.set_lines(Line(self._tabs, self._right))

    def show_right(self, *pieces: Piece) -> None:
        """Show text at the right end of the line."""
        self._right = (*pieces, Piece(" ")) if pieces else ()
        self.set_lines(Line(self._tabs, self._right))

    def room(self, width: int) -> int:
        """Return the cells that a line of `width` cells has for text beside the tabs."""
        return width - max(self._ends.values(), default=0) - GAPS

    def on_click(self, event: events.Click) -> None:
        clicked = next((tab for tab, end in self._ends.items() if event.x < end), None)
        if clicked is not None:
            self.post_message(self.Chosen(clicked))
