"""The list of studies for a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.keys.everywhere import BACK_KEYS
from tui.keys.studies import STUDY_LIST_KEYS
from tui.lab.host import host_of
from tui.screens.base import BaseScreen
from tui.screens.studies.registry import STUDIES
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.screens.studies.subject import Subject

GAP = "  "


class StudyListScreen(BaseScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*STUDY_LIST_KEYS, *BACK_KEYS]
    DEFAULT_CSS = """
    StudyListScreen { background: $background; color: $foreground; }
    StudyListScreen > #study-list-title { height: 2; padding: 0 1; background: $panel; }
    StudyListScreen > RowList { height: 1fr; padding: 1 1 0 1; }
    """

    def __init__(self, subject: Subject, first: str = "") -> None:
        """`first`: name of a study that is opened at once."""
        super().__init__()
        self._subject = subject
        self._first = first
        self._rows = RowList(lines_per_row=2, id="study-list")
        self._title = TextLines(id="study-list-title")
        self._keys = KeyLine()

    def compose(self) -> Iterable[Widget]:
        yield self._title
        yield self._rows
        yield self._keys

    def on_mount(self) -> None:
        host_of(self).lab.studies.start()
        step = "" if self._subject.step is None else f", step {self._subject.step}"
        self._title.set_lines(
            Line((Piece(f"Studies{GAP}", "strong"), Piece(f"{self._subject.run}{step}", "dim"))),
            Line((Piece("Each shows the results of a lilm command, which F2 copies.", "dim"),)),
        )
        self._rows.set_rows(
            [
                Row(
                    entry.name,
                    (
                        Line((Piece(entry.title, "strong"),)),
                        Line((Piece(GAP), Piece(entry.description, "dim"))),
                    ),
                )
                for entry in STUDIES
            ]
        )
        self._rows.focus()
        if self._first:
            self._rows.move_to(self._first)
            self.action_open()

    def on_unmount(self) -> None:
        host_of(self).lab.studies.close()

    def show_trouble(self, sentence: str) -> None:
        self._keys.show_note(sentence)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the study at the cursor."""
        entry = next((entry for entry in STUDIES if entry.name == self._rows.key), None)
        if entry is not None and self.is_on_top:
            self.app.push_screen(entry.open(self._subject))

    def action_step_out(self) -> None:
        self.dismiss()
