"""An input whose line is wrapped to rows, so that it grows with its text."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size
from textual.css.scalar import Scalar
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import Input
from textual.widgets.input import Selection

if TYPE_CHECKING:
    from rich.text import Text
    from textual import events

Span = tuple[int, int]
"""Start and end of a row in the line, in characters."""


def input_rows(line: str, width: int, newline: str) -> list[Span]:
    """Return rows of at most `width` cells that together are the whole line; at least one.

    A row ends after a newline sign, else after the last space that fits, else within a word.
    """
    rows: list[Span] = []
    start = cells = word = 0
    for index, character in enumerate(line):
        size = get_character_cell_size(character)
        while cells + size > width and index > start:
            cut = word if word > start else index
            rows.append((start, cut))
            start, cells = cut, cell_len(line[cut:index])
        cells += size
        if character == " ":
            word = index + 1
        if line.endswith(newline, start, index + 1):
            rows.append((start, index + 1))
            start, cells = index + 1, 0
    return [*rows, (start, len(line))]


class WrappedInput(Input):
    """Its height follows the text, up to the maximum of its styles; then it scrolls to the cursor."""

    _top = 0
    """The first visible row."""

    @property
    def newline(self) -> str:
        """The sign after which a row ends."""
        raise NotImplementedError

    @property
    def rows(self) -> list[Span]:
        # The last column is for the cursor.
        return input_rows(self.value, max(1, self.size.width - 1), self.newline)

    @property
    def content_width(self) -> int:
        """Never wider than the widget, since the rows are wrapped."""
        return self.size.width

    def watch_value(self) -> None:
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Change the height if the number of rows has changed. An automatic height would be laid out at each key."""
        height = len(self.rows)
        if self.size.width and self.styles.height != Scalar.from_number(height):
            self.styles.height = height

    @property
    def cursor_screen_offset(self) -> Offset:
        x, y, _width, _height = self.content_region
        rows = self.rows
        row = self.row_of(rows, self.cursor_position)
        return Offset(x + cell_len(self.value[rows[row][0] : self.cursor_position]), y + row - self._top)

    @staticmethod
    def row_of(rows: list[Span], position: int) -> int:
        """Return the row of a position in the line; at the border of two rows the lower one."""
        return max(0, bisect_right(rows, position, key=lambda row: row[0]) - 1)

    def move_row(self, by: int) -> bool:
        """Move the cursor to another row. Returns False if there is none."""
        rows = self.rows
        row = self.row_of(rows, self.cursor_position)
        if not 0 <= row + by < len(rows):
            return False
        cells = cell_len(self.value[rows[row][0] : self.cursor_position])
        self.cursor_position = self._position(rows, row + by, cells)
        return True

    def _position(self, rows: list[Span], row: int, cells: int) -> int:
        """Return the position at a row and column; beyond the end of a row its last character."""
        start, end = rows[row]
        last = end if row == len(rows) - 1 else max(start, end - 1)
        position = start
        while position < last and (cells := cells - get_character_cell_size(self.value[position])) >= 0:
            position += 1
        return position

    # Mouse

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        event.prevent_default()  # Input's own knows one row
        self.selection = Selection.cursor(self._position_at(event))
        self._selecting = True
        self.capture_mouse()

    async def _on_mouse_move(self, event: events.MouseMove) -> None:
        event.prevent_default()
        if self._selecting:
            self.selection = Selection(self.selection.start, self._position_at(event))

    def _position_at(self, event: events.MouseEvent) -> int:
        offset = event.get_content_offset_capture(self)
        rows = self.rows
        return self._position(rows, max(0, min(self._top + offset.y, len(rows) - 1)), offset.x)

    # Drawing

    def render_line(self, y: int) -> Strip:
        if not self.value:
            return super().render_line(y)
        rows, height, width = self.rows, max(1, self.size.height), self.size.width
        at = self.row_of(rows, self.cursor_position)
        # The cursor is in view, and no row is empty while there are others above.
        self._top = max(0, min(max(self._top, at - height + 1), at, len(rows) - height))
        if self._top + y >= len(rows):
            return Strip.blank(width, self.rich_style)
        start, end = rows[self._top + y]
        text = self._styled()[start : end + (self._top + y == len(rows) - 1)]
        text.no_wrap, text.end = True, ""
        segments = self.app.console.render(text, self.app.console_options.update_width(width))
        return Strip(list(segments)).adjust_cell_length(width, self.rich_style).apply_style(self.rich_style)

    def _styled(self) -> Text:
        """Return the line and a cell for the cursor at its end."""
        text = self._value
        text.plain = text.plain.replace("\t", " ")
        text.pad_right(1)
        if self.has_focus:
            if not self.selection.is_empty:
                start, end = sorted(self.selection)
                text.stylize(self.get_component_rich_style("input--selection"), start, end)
            cursor = self.cursor_position
            text.stylize(self.get_component_rich_style("input--cursor"), cursor, cursor + 1)
        return text
