"""Lines of text of any number, in a view that scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from tui.widgets.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from tui.widgets.lines import Line


class ScrolledLines(VerticalScroll):
    DEFAULT_CSS = """
    ScrolledLines { height: 1fr; scrollbar-size-vertical: 1; }
    ScrolledLines > TextLines { height: 0; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines = TextLines()

    def compose(self) -> Iterable[Widget]:
        yield self._lines

    @property
    def text(self) -> str:
        return self._lines.text

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines from the first one on."""
        if self._lines.styles.height is None or self._lines.styles.height.value != len(lines):
            self._lines.styles.height = len(lines)
        self._lines.set_lines(*lines)
