"""The texts pane: a choice of texts to train on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from engine import formatting
from tui.keys.runs import CORPORA_KEYS
from tui.panes.pane import Pane
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.lab.corpus_item import CorpusItem

NEEDS_TEXT = frozenset({"mark", "train", "race", "preview"})


class CorporaPane(Pane):
    """The chosen texts are the marked ones, or the one at the cursor if none is marked."""

    BINDINGS: ClassVar[list[BindingType]] = list(CORPORA_KEYS)

    class ChosenChanged(Message):
        """The choice of texts changed."""

    class TrainRequested(Message):
        """Train on the chosen texts."""

    class RaceRequested(Message):
        """Let models of each kind race on the chosen texts."""

    class PreviewRequested(Message):
        """Show the beginning of the chosen texts."""

    class AddRequested(Message):
        """Add a file that is not in the list."""

    def __init__(self) -> None:
        super().__init__("1 Texts", id="corpora")
        self._rows = RowList(id="corpora-rows")
        self._items: list[CorpusItem] = []
        self._marked: dict[str, None] = {}

    def body(self) -> Iterable[Widget]:
        yield self._rows

    @property
    def chosen(self) -> tuple[str, ...]:
        """The texts to train on, in the order in which they were marked."""
        if self._marked:
            return tuple(self._marked)
        return (self._rows.key,) if self._rows.key else ()

    @property
    def selected(self) -> str | None:
        """The text at the cursor."""
        return self._rows.key

    @property
    def is_at_start(self) -> bool:
        """True if the cursor is on the first text."""
        return bool(self._items) and self.selected == self._items[0].source

    def select(self, source: str) -> bool:
        """Move the cursor to a text. Returns False if it is not listed."""
        self._rows.move_to(source)
        return self.selected == source

    def show_items(self, items: list[CorpusItem]) -> None:
        known = {item.source for item in items}
        # An added file stays in the list until a run has used it.
        self._items = items + [
            item for item in self._items if item.source in self._marked and item.source not in known
        ]
        self._show()

    def add_item(self, item: CorpusItem) -> None:
        """Add a file and choose it."""
        if item.source not in {other.source for other in self._items}:
            self._items.append(item)
        self._marked = {item.source: None}
        self._show()
        self._rows.move_to(item.source)

    def obstacle(self, action: str) -> str:
        """Return why an action on texts cannot act now; empty if it can."""
        return "No text is listed yet." if action in NEEDS_TEXT and not self.chosen else ""

    def action_mark(self) -> None:
        source = self._rows.key
        if source is None:
            return
        if source in self._marked:
            del self._marked[source]
        else:
            self._marked[source] = None
        self._show()

    def action_train(self) -> None:
        self.post_message(self.TrainRequested())

    def action_race(self) -> None:
        self.post_message(self.RaceRequested())

    def action_preview(self) -> None:
        self.post_message(self.PreviewRequested())

    def action_add(self) -> None:
        self.post_message(self.AddRequested())

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.post_message(self.ChosenChanged())

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_train()

    def _show(self) -> None:
        mark = "*" if glyphs_of(self.app).ascii else "✓"
        rows = []
        for item in self._items:
            is_marked = item.source in self._marked
            name = item.source.rstrip("/").rpartition("/")[2] or item.source
            size = formatting.size(item.bytes) if item.bytes is not None else "missing"
            sign = Piece(f"{mark} " if is_marked else "  ", "accent")
            rows.append(Row(item.source, (Line((sign, Piece(name)), (Piece(size, "dim"),)),)))
        self._rows.set_rows(rows)
        self.post_message(self.ChosenChanged())
        count = len(self._marked)
        self.set_title(right=(Piece(f"{count} chosen", "dim"),) if count > 1 else ())
