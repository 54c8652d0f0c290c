"""The texts pane: which texts the next run is trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from engine import formatting
from tui.keys import CORPORA_KEYS
from tui.panes.pane import Pane
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.lab.corpus_list import CorpusItem


class CorporaPane(Pane):
    """Without marks, the text under the cursor is the one that is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = list(CORPORA_KEYS)

    class ChosenChanged(Message):
        """Other texts are chosen."""

    class TrainAsked(Message):
        """Enter: train on the chosen texts."""

    class PreviewAsked(Message):
        """Show how the chosen texts begin."""

    class AddAsked(Message):
        """Choose a file that is not in the list."""

    def __init__(self) -> None:
        super().__init__("1 Texts", id="corpora")
        self._rows = RowList(id="corpora-rows")
        self._items: list[CorpusItem] = []
        self._marked: dict[str, None] = {}

    def body(self) -> Iterable[Widget]:
        yield self._rows

    @property
    def chosen(self) -> tuple[str, ...]:
        """The sources to train on, in the order in which they were marked."""
        if self._marked:
            return tuple(self._marked)
        return (self._rows.key,) if self._rows.key else ()

    def show_items(self, items: list[CorpusItem]) -> None:
        known = {item.source for item in items}
        # A file that was typed in stays in the list until a run makes it one of the used ones.
        self._items = items + [
            item for item in self._items if item.source in self._marked and item.source not in known
        ]
        self._show()

    def add_item(self, item: CorpusItem) -> None:
        """A file of the user's own, chosen at once."""
        if item.source not in {other.source for other in self._items}:
            self._items.append(item)
        self._marked = {item.source: None}
        self._show()
        self._rows.move_to(item.source)

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
        self.post_message(self.TrainAsked())

    def action_preview(self) -> None:
        self.post_message(self.PreviewAsked())

    def action_add(self) -> None:
        self.post_message(self.AddAsked())

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
