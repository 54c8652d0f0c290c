"""Lines of styled text that redraw only themselves: no layout, no markup, nothing that a terminal would obey."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from engine.sanitize import cell_width, single_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

TONES = ("dim", "strong", "accent", "good", "warm", "bad")
"""What a piece of text may look like beside plain; app.tcss gives them their colors."""
TONE_CLASSES = frozenset(f"tone--{tone}" for tone in TONES)


class Piece(NamedTuple):
    text: str
    tone: str = ""


class Line(NamedTuple):
    """Pieces from the left, shortened where they must be, and pieces at the right end."""

    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()


def line(left: str = "", right: str = "", *, tone: str = "") -> Line:
    """The common case: one piece, perhaps another at the right."""
    return Line((Piece(left, tone),) if left else (), (Piece(right, "dim"),) if right else ())


def wrap(paragraphs: Sequence[Piece], width: int) -> list[Line]:
    """Whole words on lines of `width` cells; a paragraph keeps its indent and its tone. Nothing before layout."""
    lines: list[Line] = []
    if width <= 0:
        return lines
    for text, tone in paragraphs:
        text = visible(text)
        indent = " " * (len(text) - len(text.lstrip()))
        wrapped = textwrap.wrap(text.strip(), max(8, width - len(indent)))
        lines += [Line((Piece(indent + part, tone),)) for part in wrapped or [""]]
    return lines


def lay_out(content: Line, width: int, base: Style, tone: Callable[[str], Style]) -> Strip:
    """A strip of exactly `width` cells. What stands at the right comes first when there is little room."""
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
    """The color of a tone, for a widget that has TONE_CLASSES among its component classes."""
    return widget.get_component_rich_style(f"tone--{name}", partial=True)


class TextLines(Widget):
    """A few lines of text. Setting them redraws only those that changed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(TONE_CLASSES)
    DEFAULT_CSS = "TextLines { height: 1; width: 1fr; }"

    def __init__(self, *lines: Line, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = lines

    def set_lines(self, *lines: Line) -> None:
        """Shows these lines; how many fit is up to the widget's height."""
        old, self._lines = self._lines, lines
        for y in range(max(len(old), len(lines))):
            if old[y : y + 1] != lines[y : y + 1] and y < self.size.height:
                self.refresh(Region(0, y, self.size.width, 1))

    @property
    def text(self) -> str:
        """What it says, for tests and screen readers."""
        return "\n".join("".join(piece.text for piece in (*item.left, *item.right)) for item in self._lines)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        content = self._lines[y] if y < len(self._lines) else Line()
        return lay_out(content, self.size.width, self.rich_style, partial(tone_of, self))
