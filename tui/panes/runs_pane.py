"""The runs pane: all runs with their states. The run at the cursor is shown in the other panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys.runs import RUN_KEYS, RUN_LIST_KEYS
from tui.memory import remember, remembered
from tui.panes.pane import Pane
from tui.panes.run_text import figure_of, progress_word, state_sign, tags_first
from tui.widgets.colors import series_color
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
NO_MATCH = (
    Line((Piece("No run matches.", "dim"),)),
    Line(),
    Line((Piece("/ changes the filter.", "dim"),)),
)

NEEDS_RUNS = frozenset({"mark", "mark_all", "filter", "next_order"})


class RunsPane(Pane):
    BINDINGS: ClassVar[list[BindingType]] = [RUN_LIST_KEYS[0], *RUN_KEYS, *RUN_LIST_KEYS[1:]]

    class Selected(Message):
        """The cursor is on another run."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class MarksChanged(Message):
        """The set of compared runs changed."""

    class FilterRequested(Message):
        """The user wants to list other runs."""

    class ListChanged(Message):
        """The filter or the order changed."""

    def __init__(self) -> None:
        super().__init__("2 Runs", id="runs")
        self._rows = RowList(lines_per_row=2, id="runs-rows")
        self._empty = TextLines(*NONE_YET, id="runs-empty")
        self._empty.display = False
        self.marked: dict[str, None] = {}
        self.filter = ""
        """Words that listed runs match; empty: all runs."""
        self._known: dict[str, WatchedRun] = {}
        self._order = ""
        """One of ORDERS; empty before the first listing."""
        self._colors: dict[str, str] = {}

    def body(self) -> Iterable[Widget]:
        yield self._empty
        yield self._rows

    @property
    def selected(self) -> str | None:
        return self._rows.key

    @property
    def chosen(self) -> tuple[str, ...]:
        """The compared runs if the cursor is on one of them, else the run at the cursor."""
        if self.selected is None:
            return ()
        return tuple(self.marked) if self.selected in self.marked else (self.selected,)

    def select(self, name: str) -> None:
        """Select a run. A filter that hides it ends."""
        if self.filter and all(row.key != name for row in self._rows.rows):
            self.set_filter("")
        self._rows.move_to(name)

    def set_filter(self, words: str) -> None:
        self.filter = words
        self.show_runs(self._known, has_listed=True)
        self.post_message(self.ListChanged())

    def color_of(self, name: str) -> str:
        """Return the variable of a run's color, which it keeps while the app is open."""
        if name not in self._colors:
            shown = [self._colors[other] for other in (*self.marked, self.selected) if other in self._colors]
            self._colors[name] = series_color(name, tuple(shown))
        return self._colors[name]

    def show_runs(self, runs: dict[str, WatchedRun], *, has_listed: bool) -> None:
        self._known = runs
        self.marked = {name: None for name in self.marked if name in runs}
        listed = self.listed(runs)
        self._rows.set_rows([self._row(watched) for watched in listed])
        self._empty.set_lines(*(NO_MATCH if runs else NONE_YET))
        self._empty.display = has_listed and not listed
        self._rows.display = bool(runs)  # an empty list keeps the focus, and with it the key of the filter
        if self.filter:
            self.set_title(
                Piece(f"  {self.filter}", "accent"), right=(Piece(f"{len(listed)}/{len(runs)}", "dim"),)
            )
        else:
            order = f"by {self._order.replace('-', ' ')}" if self._order != "newest" else ""
            self.set_title(right=(Piece(order, "dim"),))

    def listed(self, runs: dict[str, WatchedRun]) -> list[WatchedRun]:
        """Return the runs that match the filter, in order."""
        # Records import msgspec, which the app's first frame does not need.
        from engine.runs.listing.selection import NEWEST, ORDERS, matches, ordered

        if not self._order:
            order = remembered().get("order")
            self._order = order if order in ORDERS else NEWEST
        words = self.filter.split()
        return ordered((watched for watched in runs.values() if matches(watched, words)), self._order)

    def obstacle(self, action: str) -> str:
        """Return why an action on the list cannot act now; empty if it can."""
        return "There is no run yet." if action in NEEDS_RUNS and not self._known else ""

    def action_filter(self) -> None:
        self.post_message(self.FilterRequested())

    def action_next_order(self) -> None:
        from engine.runs.listing.selection import ORDERS

        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        remember(order=self._order)
        self.show_runs(self._known, has_listed=True)

    def action_mark_all(self) -> None:
        names = [row.key for row in self._rows.rows]
        self.marked = {} if self.marked.keys() >= set(names) else dict.fromkeys((*self.marked, *names))
        self.post_message(self.MarksChanged())

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
        glyphs = glyphs_of(self.app)
        sign = state_sign(watched.history.state, ascii_signs=glyphs.ascii)
        is_compared = watched.name in self.marked or (self.marked and watched.name == self.selected)
        swatch = Piece(glyphs.marker, self.color_of(watched.name)) if is_compared else Piece(" ")
        figure = figure_of(watched, self._order)
        note = (Piece(f"  {tags_first(watched.note)}", "dim"),) if watched.note else ()
        score = (Piece(figure, "dim"),) if figure else ()
        return Row(
            watched.name,
            (
                Line((Piece(f"{sign.text} ", sign.tone), Piece(watched.name), *note), (swatch,)),
                Line(
                    (Piece("  "), Piece(progress_word(watched), sign.tone if sign.tone != "good" else "dim")),
                    score,
                ),
            ),
        )
