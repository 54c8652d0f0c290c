"""Lines of styled text that repaint only themselves, without layout, markup or control characters."""

from __future__ import annotations

import textwrap
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from engine.sanitize import cell_width, single_line, visible
from tui.theme import SERIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Tone(NamedTuple):
    """Style of a piece of text: variables of the theme, or nothing for the widget's own colors."""

    color: str = ""
    background: str = ""
    bold: bool = False


TONES = {
    "dim": Tone("text-muted"),
    "strong": Tone(bold=True),
    "accent": Tone("accent"),
    "good": Tone("success"),
    "warm": Tone("warning"),
    "bad": Tone("error"),
    "front": Tone(background="block-cursor-blurred-background", bold=True),
    "token-1": Tone(background="boost"),
    "token-2": Tone("accent", "surface"),
    **{series: Tone(series) for series in SERIES},
}
"""Tones by name. They are no component classes: Textual would compute the styles of each, in each widget, whenever
the focus moves and before the first frame."""


INDENT = 2
"""Cells before a key."""


class Piece(NamedTuple):
    """Text in one of the TONES, or plain."""

    text: str
    tone: str = ""


class Line(NamedTuple):
    """Pieces from the left, shortened if necessary, and pieces at the right end."""

    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()


def wrap_paragraphs(paragraphs: Sequence[Piece], width: int) -> list[Line]:
    """Wrap paragraphs to `width` cells, keeping indent and tone. Returns no lines for a width of 0."""
    lines: list[Line] = []
    if width <= 0:
        return lines
    for text, tone in paragraphs:
        text = visible(text)
        indent = " " * (len(text) - len(text.lstrip()))
        wrapped = textwrap.wrap(text.strip(), max(8, width - len(indent)))
        lines += [Line((Piece(indent + part, tone),)) for part in wrapped or [""]]
    return lines


def beside_key(key: str, text: str, column: int, width: int) -> list[Line]:
    """Return a key and, from `column` on, what it does, wrapped to `width` cells."""
    column = max(column, cell_width(key) + INDENT + 1)
    first, *rest = wrap_paragraphs([Piece(text)], max(10, width - column)) or [Line()]
    margin = " " * column
    start = f"{' ' * INDENT}{key}"
    filled = Piece(start + margin[cell_width(start) :], "strong")
    return [Line((filled, *first.left)), *(Line((Piece(margin), *line.left)) for line in rest)]


def lay_out(content: Line, width: int, base: Style, tone: Callable[[str], Style]) -> Strip:
    """Return a strip of exactly `width` cells. The right pieces have priority if there is little room."""
    right = _fit(content.right, width)
    room = width - sum(cell_width(piece.text) for piece in right)
    left = _fit(content.left, room - 1 if right else room)
    gap = room - sum(cell_width(piece.text) for piece in left)
    pieces = (*left, Piece(" " * gap), *right)
    return Strip(
        [Segment(text, base + tone(name) if name else base) for text, name in pieces if text], width
    ).simplify()


def _fit(pieces: tuple[Piece, ...], room: int) -> list[Piece]:
    fitted: list[Piece] = []
    for piece in pieces:
        text = single_line(piece.text, max(0, room))
        room -= cell_width(text)
        fitted.append(Piece(text, piece.tone))
    return fitted


def tone_of(widget: Widget, name: str) -> Style:
    """Return the style of a tone in the app's theme."""
    color, background, bold = TONES[name]
    variables = widget.app.theme_variables
    return _style(variables.get(color), variables.get(background), bold)


@lru_cache
def _style(color: str | None, background: str | None, bold: bool) -> Style:
    return Style(color=color, bgcolor=background, bold=bold or None)


class TextLines(Widget):
    """Lines of text. Setting them repaints only those that changed."""

    DEFAULT_CSS = "TextLines { height: 1; width: 1fr; }"

    def __init__(self, *lines: Line, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = lines

    def set_lines(self, *lines: Line) -> None:
        """Show these lines, as many as the widget's height allows."""
        old, self._lines = self._lines, lines
        for y in range(max(len(old), len(lines))):
            if old[y : y + 1] != lines[y : y + 1] and y < self.size.height:
                self.refresh(Region(0, y, self.size.width, 1))

    @property
    def text(self) -> str:
        """The text, for tests and screen readers."""
        return "\n".join("".join(piece.text for piece in (*item.left, *item.right)) for item in self._lines)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        content = self._lines[y] if y < len(self._lines) else Line()
        return lay_out(content, self.size.width, self.rich_style, partial(tone_of, self))
