"""The runs pane: all runs with their states. The run at the cursor is shown in the other panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys import RUN_KEYS, RUN_LIST_KEYS
from tui.panes.pane import Pane
from tui.panes.run_text import bits_per_byte, progress_word, state_sign
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.lab.run_watcher import WatchedRun

NONE_YET = (
    Line((Piece("None yet.", "dim"),)),
    Line(),
    Line((Piece("Enter on a text trains a", "dim"),)),
    Line((Piece("model on it: three minutes", "dim"),)),
    Line((Piece("on two cores, then talk.", "dim"),)),
)


class RunsPane(Pane):
    BINDINGS: ClassVar[list[BindingType]] = [RUN_LIST_KEYS[0], *RUN_KEYS, *RUN_LIST_KEYS[1:]]

    class Selected(Message):
        """The cursor is on another run."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class MarksChanged(Message):
        """The set of compared runs changed."""

    def __init__(self) -> None:
        super().__init__("2 Runs", id="runs")
        self._rows = RowList(lines_per_row=2, id="runs-rows")
        self._empty = TextLines(*NONE_YET, id="runs-empty")
        self.marked: dict[str, None] = {}

    def body(self) -> Iterable[Widget]:
        yield self._empty
        yield self._rows

    @property
    def selected(self) -> str | None:
        return self._rows.key

    def select(self, name: str) -> None:
        self._rows.move_to(name)

    def show_runs(self, runs: dict[str, WatchedRun], *, has_listed: bool) -> None:
        self.marked = {name: None for name in self.marked if name in runs}
        self._rows.set_rows([self._row(watched) for watched in runs.values()])
        self._empty.display = has_listed and not runs
        self._rows.display = bool(runs)

    def action_mark(self) -> None:
        name = self.selected
        if name is None:
            return
        if name in self.marked:
            del self.marked[name]
        else:
            self.marked[name] = None
        self.post_message(self.MarksChanged())

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.post_message(self.Selected(event.key))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.app.call_later(self.run_action, "screen.talk")

    def _row(self, watched: WatchedRun) -> Row:
        ascii_signs = glyphs_of(self.app).ascii
        sign = state_sign(watched.history.state, ascii_signs=ascii_signs)
        mark = ("*" if ascii_signs else "✓") if watched.name in self.marked else " "
        bpb = bits_per_byte(watched)
        score = (Piece(f"{bpb} bpb", "dim"),) if bpb is not None else ()
        return Row(
            watched.name,
            (
                Line((Piece(f"{sign.text} ", sign.tone), Piece(watched.name)), (Piece(mark, "accent"),)),
                Line(
                    (Piece("  "), Piece(progress_word(watched), sign.tone if sign.tone != "good" else "dim")),
                    score,
                ),
            ),
        )
