"""A table of a text's tokens with any number of columns, and details of the token at the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from engine.formatting import quantity
from engine.sanitize import token_label
from tui.keys.studies import COLUMN_KEYS
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

TOKEN_WIDTH, LEAST_WIDTH, PERCENT_WIDTH = 14, 15, 5
LIKELY, POSSIBLE = 0.5, 0.1
"""Probabilities or weights from which a cell stands out, and is not dim."""


@dataclass(frozen=True)
class Entry:
    """A token and its probability or weight."""

    text: str
    value: float


@dataclass(frozen=True)
class Column:
    title: str
    subtitle: str
    rows: tuple[tuple[Entry, ...], ...]
    """For each token of the text the entries, the largest first. The first is in the table, others below."""
    notes: tuple[tuple[str, ...], ...] = ()
    """For each token further lines below the table."""


class TokenRows(RowList):
    """Rows of tokens. Left and right move over the columns."""

    BINDINGS: ClassVar[list[BindingType]] = list(COLUMN_KEYS)


class TokenTableScreen(StudyScreen):
    """Subclasses define `columns_of` and the number of entries."""

    ENTRIES = 4
    """Of each column; the first is in the table."""
    NOTES = 0
    """Further lines below the table."""
    TITLES: tuple[str, str] = "", "token"
    """Of the first column."""
    DEFAULT_CSS = """
    TokenTableScreen .study--header { height: 2; color: $text-muted; }
    TokenTableScreen TokenRows { height: 1fr; }
    TokenTableScreen .study--details { margin-top: 1; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._header = TextLines(classes="study--header")
        self._rows = TokenRows(id="study-rows")
        self._details = TextLines(classes="study--details")
        self._details.styles.height = self.ENTRIES - 1 + self.NOTES
        self._tokens: tuple[str, ...] = ()
        self._columns: Sequence[Column] = ()
        self._first = 0
        """Index of the first column that is shown."""

    def columns_of(self, result: Any) -> Sequence[Column]:
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        yield self._header
        yield self._rows
        yield self._details

    def show(self, result: Any) -> None:
        self._tokens, self._columns, self._first = result.tokens, self.columns_of(result), 0
        self.draw()
        self._rows.action_move_to_end(1)

    def facts(self) -> str:
        if not self._tokens:
            return ""
        columns = f"columns {self._first + 1} to {self._first + len(self._shown)} of {len(self._columns)}"
        return f"{quantity(len(self._tokens), 'token')}, {columns}"

    def action_turn(self, by: int) -> None:
        """Show the next columns, as many as fit, or the ones before."""
        room = len(self._columns) - self._room
        first = max(0, min(self._first + by * self._room, room))
        if first != self._first:
            self._first = first
            self.draw()
            self.show_title()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._draw_details()

    @property
    def _room(self) -> int:
        """Number of columns that fit."""
        return max(1, (self.size.width - 2 - TOKEN_WIDTH) // LEAST_WIDTH)

    @property
    def _shown(self) -> Sequence[Column]:
        return self._columns[self._first : self._first + self._room]

    @property
    def _width(self) -> int:
        """Cells of a column, with the gap after it."""
        return (self.room - TOKEN_WIDTH) // max(1, len(self._shown))

    def draw(self) -> None:
        if not self._columns:
            return
        width, shown = self._width, self._shown
        first, second = self.TITLES
        self._header.set_lines(
            Line((cell(first, TOKEN_WIDTH), *(cell(column.title, width, "strong") for column in shown))),
            Line((cell(second, TOKEN_WIDTH), *(cell(column.subtitle, width) for column in shown))),
        )
        self._rows.set_rows(
            [
                Row(
                    str(number),
                    (
                        Line(
                            (
                                cell(self._label(token, TOKEN_WIDTH - 1), TOKEN_WIDTH, "strong"),
                                *(
                                    piece
                                    for column in shown
                                    for piece in self._entry(column.rows[number][:1], width)
                                ),
                            )
                        ),
                    ),
                )
                for number, token in enumerate(self._tokens)
            ]
        )
        self._draw_details()

    def _draw_details(self) -> None:
        number = int(self._rows.key or 0)
        if number >= len(self._tokens):
            return
        width = self._width
        lines = []
        for rank in range(1, self.ENTRIES):
            name = "then" if rank == 1 else ""
            pieces = [
                piece
                for column in self._shown
                for piece in self._entry(column.rows[number][rank : rank + 1], width)
            ]
            lines.append(Line((cell(name, TOKEN_WIDTH, "dim"), *pieces)))
        for note in range(self.NOTES):
            cells = [
                cell(column.notes[number][note] if column.notes else "", width, "dim")
                for column in self._shown
            ]
            lines.append(Line((cell("", TOKEN_WIDTH), *cells)))
        self._details.set_lines(*lines)

    def _entry(self, entries: Sequence[Entry], width: int) -> tuple[Piece, ...]:
        """Return a token with its percentage, in exactly `width` cells."""
        if not entries:
            return (cell("", width),)
        entry = entries[0]
        tone = "accent" if entry.value >= LIKELY else "" if entry.value >= POSSIBLE else "dim"
        label_width = min(width - PERCENT_WIDTH - 1, LEAST_WIDTH + 6)
        label = cell(self._label(entry.text, label_width - 1), label_width, tone)
        number = cell(f"{entry.value * 100:.0f}%", PERCENT_WIDTH, tone, right=True)
        return label, number, cell("", width - label_width - PERCENT_WIDTH)

    def _label(self, text: str, width: int) -> str:
        glyphs = glyphs_of(self.app)
        return token_label(text, width, glyphs.space, ascii_signs=glyphs.ascii)
