"""Merges of a byte-pair encoding, as they happen while the run's tokenizer is learned again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.formatting import bar
from engine.sanitize import token_label
from engine.studies.results.merges import Merge
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.timer import Timer
    from textual.widget import Widget

DRAW_SECONDS = 0.5
"""Time between two updates of the list, which sets the traffic over ssh."""
TONES = ("token-1", "token-2")
NUMBER_WIDTH, COUNT_WIDTH, BAR_WIDTH = 9, 12, 12
EXAMPLE_ROWS = 2


class MergesScreen(StudyScreen):
    TITLE_TEXT = "Merges"
    PLACEHOLDER = "An example text; Enter learns the merges again and tokenizes it after each"
    RESULT = Merge
    DEFAULT_CSS = """
    MergesScreen .study--header { color: $text-muted; }
    MergesScreen RowList { height: 1fr; }
    MergesScreen #merges-example { height: 2; margin-top: 1; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._header = TextLines(classes="study--header")
        self._rows = RowList(id="study-rows")
        self._example = TextLines(id="merges-example")
        self._merges: list[Merge] = []
        self._row_cache: list[Row] = []
        self._cut: tuple[str, ...] = ()
        self._draw_later: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield self._header
        yield self._rows
        yield self._example

    def command(self, text: str) -> StudyCommand | None:
        self._merges, self._row_cache, self._cut = [], [], ()
        options = (f"--text={text}",) if text else ()
        return StudyCommand(("study", "merges"), (self.subject.run,), options)

    def show(self, result: Merge) -> None:
        self._merges.append(result)
        self._cut = result.cut or self._cut
        if self._draw_later is None:
            self._draw_later = self.set_timer(DRAW_SECONDS, self._draw_now)

    def ended(self, problem: str) -> None:
        super().ended(problem)
        self._draw_now()

    def facts(self) -> str:
        return f"{len(self._merges):,} merges" if self._merges else ""

    def draw(self) -> None:
        self._row_cache = []
        self._draw_now()

    def _draw_now(self) -> None:
        """Append the new merges. The cursor stays at the end if it is there."""
        if self._draw_later is not None:
            self._draw_later.stop()
            self._draw_later = None
        if not self._merges:
            return
        is_at_end = not self._rows.rows or self._rows.key == self._rows.rows[-1].key
        self._row_cache += [self._row(merge) for merge in self._merges[len(self._row_cache) :]]
        self._rows.set_rows(list(self._row_cache))
        if is_at_end:
            self._rows.action_move_to_end(1)
        last, glyphs = self._merges[-1], glyphs_of(self.app)
        done = last.number / last.of
        self._header.set_lines(
            Line(
                (
                    cell("merge", NUMBER_WIDTH, right=True),
                    cell("pairs", COUNT_WIDTH, right=True),
                    Piece("  new token"),
                ),
                (
                    Piece(bar(done, BAR_WIDTH, glyphs.bar_steps, glyphs.bar_empty), "accent"),
                    Piece(f" {last.number:,} of {last.of:,}"),
                ),
            )
        )
        pieces = tuple(
            Piece(token.replace(" ", glyphs.space), TONES[number % 2])
            for number, token in enumerate(self._cut)
        )
        self._example.set_lines(
            Line((Piece(f"The example is {len(self._cut)} tokens now:", "dim"),)), Line(pieces)
        )

    def _row(self, merge: Merge) -> Row:
        pair = f"{self._label(merge.left)} + {self._label(merge.right)}"
        return Row(
            str(merge.number),
            (
                Line(
                    (
                        cell(f"{merge.number:,}", NUMBER_WIDTH, "dim", right=True),
                        cell(f"{merge.count:,}", COUNT_WIDTH, right=True),
                        Piece("  "),
                        cell(self._label(merge.token), 20, "accent"),
                        Piece(pair, "dim"),
                    )
                ),
            ),
        )

    def _label(self, text: str) -> str:
        glyphs = glyphs_of(self.app)
        return token_label(text, 18, glyphs.space, ascii_signs=glyphs.ascii)
