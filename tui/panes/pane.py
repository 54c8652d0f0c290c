"""Base class of panes: a title, which is highlighted while the pane has the focus, and a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.timer import Timer
    from textual.widget import Widget

CHART_TITLE, TALK_TITLE = "3 Loss", "4 Talk"
TROUBLE_SECONDS = 30.0
"""Time that an error message is shown."""
TROUBLE_ROWS = 4
"""Most rows of an error message."""


class Pane(Vertical):
    """Subclasses define `body`."""

    DEFAULT_CSS = """
    Pane { padding: 0 1; }
    Pane > .pane--title { color: $text-muted; text-style: bold; }
    Pane > .pane--title.-here { color: $primary; }
    """

    def __init__(self, title: str, *, id: str) -> None:
        super().__init__(id=id)
        self.heading = title
        """Its key and its name."""
        self._title_line = TextLines(classes="pane--title")
        self._trouble = TextLines()
        self._trouble_ends: Timer | None = None

    def compose(self) -> Iterable[Widget]:
        yield self._title_line
        yield from self.body()
        self.set_title()

    def body(self) -> Iterable[Widget]:
        """Yield the widgets below the title."""
        return ()

    def on_descendant_focus(self) -> None:
        self._title_line.add_class("-here")

    def on_descendant_blur(self) -> None:
        self._title_line.remove_class("-here")

    def set_title(self, *more: Piece, right: tuple[Piece, ...] = ()) -> None:
        """Show the pane's name, followed by what it shows."""
        self._title_line.set_lines(Line((Piece(self.heading), *more), right))

    def show_trouble(self, sentence: str) -> None:
        """Show an error at the foot of the pane for TROUBLE_SECONDS."""
        lines = wrap_paragraphs([Piece(sentence, "bad")], self.size.width - 2)[:TROUBLE_ROWS]
        self._trouble.styles.height = len(lines)
        self._trouble.set_lines(*lines)
        self._trouble.display = True
        if not self._trouble.is_attached:
            self.mount(self._trouble)
        if self._trouble_ends is not None:
            self._trouble_ends.stop()
        self._trouble_ends = self.set_timer(TROUBLE_SECONDS, self._hide_trouble)

    def _hide_trouble(self) -> None:
        self._trouble.display = False

    def enter(self) -> None:
        """Take the focus immediately, so that the next key goes to this pane."""
        self.screen.set_focus(next((widget for widget in self.query("*") if widget.focusable), None))
