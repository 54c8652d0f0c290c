"""A part of the lab's screen: a title line, which glows while the pane has the focus, and what is under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from tui.widgets.lines import Line, Piece, TextLines, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.timer import Timer
    from textual.widget import Widget

TROUBLE_SECONDS = 30.0
"""A sentence about what went wrong stands so long, in at most TROUBLE_ROWS."""
TROUBLE_ROWS = 4


class Pane(Vertical):
    """Subclasses give `body` and say which widget takes the focus."""

    DEFAULT_CSS = """
    Pane { padding: 0 1; }
    Pane > .pane--title { color: $text-muted; text-style: bold; }
    Pane > .pane--title.-here { color: $primary; }
    """

    def __init__(self, title: str, *, id: str) -> None:
        super().__init__(id=id)
        self._title = title
        self._title_line = TextLines(classes="pane--title")
        self._trouble = TextLines()
        self._trouble.display = False
        self._trouble_ends: Timer | None = None

    def compose(self) -> Iterable[Widget]:
        yield self._title_line
        yield from self.body()
        yield self._trouble
        self.set_title()

    def body(self) -> Iterable[Widget]:
        """What stands under the title."""
        return ()

    def on_descendant_focus(self) -> None:
        self._title_line.add_class("-here")

    def on_descendant_blur(self) -> None:
        self._title_line.remove_class("-here")

    def set_title(self, *more: Piece, right: tuple[Piece, ...] = ()) -> None:
        """The pane's name, then what is shown in it."""
        self._title_line.set_lines(Line((Piece(self._title), *more), right))

    def show_trouble(self, sentence: str) -> None:
        """Says at the foot of the pane what went wrong in it, for a while."""
        lines = wrap([Piece(sentence, "bad")], self.size.width - 2)[:TROUBLE_ROWS]
        self._trouble.styles.height = len(lines)
        self._trouble.set_lines(*lines)
        self._trouble.display = True
        if self._trouble_ends is not None:
            self._trouble_ends.stop()
        self._trouble_ends = self.set_timer(TROUBLE_SECONDS, self._hide_trouble)

    def _hide_trouble(self) -> None:
        self._trouble.display = False

    @property
    def title_text(self) -> str:
        return self._title_line.text

    def enter(self) -> None:
        """Takes the focus, at once: what is typed next must not reach the pane before."""
        self.screen.set_focus(next((widget for widget in self.query("*") if widget.focusable), None))
