"""A list with a cursor that repaints only changed rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from tui.keys.everywhere import LIST_KEYS
from tui.widgets.lines import Line, lay_out, tone_of

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip


@dataclass(frozen=True)
class Row:
    key: str
    lines: tuple[Line, ...]


class RowList(ScrollView, can_focus=True):
    """Rows of equal height. The cursor stays on its row when other rows are added or removed."""

    BINDINGS: ClassVar[list[BindingType]] = list(LIST_KEYS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor"}
    DEFAULT_CSS = """
    RowList { overflow-x: hidden; scrollbar-size-vertical: 1; }
    RowList > .row-list--cursor { background: $block-cursor-blurred-background; }
    RowList:focus > .row-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    """

    class Moved(Message):
        """The cursor moved to another row."""

        def __init__(self, rows: RowList, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> RowList:
            return self.rows

    class Chosen(Moved):
        """A row was chosen by a double click."""

    def __init__(self, lines_per_row: int = 1, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._height = lines_per_row
        self._rows: list[Row] = []
        self._cursor = 0
        self._shows_cursor = True
        """False after rows were scrolled until the cursor left the view."""

    @property
    def rows(self) -> list[Row]:
        return self._rows

    @property
    def key(self) -> str | None:
        """Key of the row at the cursor."""
        return self._rows[self._cursor].key if self._rows else None

    def set_rows(self, rows: list[Row]) -> None:
        """Show these rows, repainting only changed ones."""
        old, key = self._rows, self.key
        self._rows = rows
        keys = [row.key for row in rows]
        cursor = keys.index(key) if key in keys else min(self._cursor, max(0, len(rows) - 1))
        moved, self._cursor = cursor != self._cursor, cursor
        if len(rows) != len(old) or moved:
            self.virtual_size = Size(self.size.width, len(rows) * self._height)
            self.refresh()
        else:
            for index, (before, now) in enumerate(zip(old, rows, strict=True)):
                for part in range(self._height):
                    if before.key != now.key or before.lines[part] != now.lines[part]:
                        self.refresh_line(index * self._height + part)
        if rows and self.key != key:
            self._show_cursor()
            self.post_message(self.Moved(self, rows[cursor].key))

    def move_to(self, key: str) -> None:
        """Move the cursor to a row, if there is one of this key."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                self._move(index)

    def action_move(self, by: int) -> None:
        self._move(self._cursor + by)

    def action_move_page(self, direction: int) -> None:
        self._move(self._cursor + direction * max(1, self.size.height // self._height - 1))

    def action_move_to_end(self, end: int) -> None:
        self._move(0 if end < 0 else len(self._rows) - 1)

    def action_choose(self) -> None:
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))

    def on_click(self, event: events.Click) -> None:
        index = (event.y + self.scroll_offset.y) // self._height
        if index < len(self._rows):
            self._move(index)
            if event.chain == 2:
                self.action_choose()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) * self._height)
        if self._shows_cursor:
            self._show_cursor()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        top = self._cursor * self._height
        self._shows_cursor = new_value <= top and top + self._height <= new_value + self.size.height

    def _move(self, index: int) -> None:
        index = max(0, min(index, len(self._rows) - 1))
        if not self._rows or index == self._cursor:
            return
        before, self._cursor = self._cursor, index
        self._refresh_row(before)
        self._refresh_row(index)
        self._show_cursor()
        self.post_message(self.Moved(self, self._rows[index].key))

    def _refresh_row(self, index: int) -> None:
        self.refresh_lines(index * self._height, self._height)

    def _show_cursor(self) -> None:
        self._shows_cursor = True
        self.scroll_to_region(
            Region(0, self._cursor * self._height, 1, self._height), animate=False, force=True
        )

    def render_line(self, y: int) -> Strip:
        index, part = divmod(y + self.scroll_offset.y, self._height)
        content = self._rows[index].lines[part] if index < len(self._rows) else Line()
        on_cursor = index == self._cursor and index < len(self._rows)
        base = self.get_component_rich_style("row-list--cursor") if on_cursor else self.rich_style
        # On the background of the focus only its own color of text can be read.
        tone = partial(_without_tone, base) if on_cursor and self.has_focus else partial(tone_of, self)
        return lay_out(content, self.scrollable_content_region.width, base, tone)


def _without_tone(base: Style, _name: str) -> Style:
    return base
