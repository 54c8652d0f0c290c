"""Embeddings of a network: the nearest tokens of a word or a sum of words, and a map of the most frequent ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal

from engine.formatting import bar, percent
from engine.sanitize import cell_width, token_label
from engine.studies.drawing.map_labels import place_labels
from engine.studies.results.embeddings import EmbeddingsStudy
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from engine.studies.results.embeddings import Map

NEIGHBORS = 40
LABEL_WIDTH, COSINE_WIDTH, BAR_WIDTH = 14, 6, 6


class EmbeddingsScreen(StudyScreen):
    TITLE_TEXT = "Embeddings"
    PLACEHOLDER = "A word, or a sum such as king - man + woman; Enter finds the nearest tokens"
    RESULT = EmbeddingsStudy
    DEFAULT_CSS = """
    EmbeddingsScreen #embeddings-near { width: 30; display: none; }
    EmbeddingsScreen .study--header { color: $text-muted; }
    EmbeddingsScreen #embeddings-map { height: 1fr; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._header = TextLines(classes="study--header")
        self._rows = RowList(id="embeddings-near")
        self._canvas = TextLines(id="embeddings-map")
        self._result: EmbeddingsStudy | None = None

    def body(self) -> Iterable[Widget]:
        yield self._header
        yield Horizontal(self._rows, self._canvas)

    def command(self, text: str) -> StudyCommand | None:
        near = (f"--near={text}", f"--top={NEIGHBORS}") if text.strip() else ()
        options = (*near, "--map", *self.subject.checkpoint)
        return StudyCommand(("study", "embeddings"), (self.subject.run,), options)

    def show(self, result: EmbeddingsStudy) -> None:
        self._result = result
        self._rows.display = bool(result.near)
        if result.near:
            self._rows.focus()
        self.call_after_refresh(self.draw)

    def facts(self) -> str:
        drawn = self._result.map if self._result is not None else None
        if drawn is None:
            return ""
        x, y = drawn.explained
        return f"map: {percent(x)} and {percent(y)} of the variance"

    def draw(self) -> None:
        if self._result is None:
            return
        self._draw_near(self._result)
        if self._result.map is not None:
            self._draw_map(self._result.map)

    def _draw_near(self, result: EmbeddingsStudy) -> None:
        glyphs = glyphs_of(self.app)
        asked, found = next(iter(result.near.items()), ("", ()))
        about = f"Nearest to {asked}, by cosine" if asked else "The most frequent tokens"
        self._header.set_lines(Line((Piece(about),), (Piece("tokens used alike lie close to each other"),)))
        self._rows.set_rows(
            [
                Row(
                    str(one.id),
                    (
                        Line(
                            (
                                cell(
                                    token_label(
                                        one.text, LABEL_WIDTH - 1, glyphs.space, ascii_signs=glyphs.ascii
                                    ),
                                    LABEL_WIDTH,
                                ),
                                Piece(
                                    bar(max(0.0, one.cosine), BAR_WIDTH, glyphs.bar_steps, glyphs.bar_empty),
                                    "accent",
                                ),
                                cell(f"{one.cosine:.2f}", COSINE_WIDTH, right=True),
                            )
                        ),
                    ),
                )
                for one in found
            ]
        )

    def _draw_map(self, drawn: Map) -> None:
        """Draw the labels; neighbors, which stand out, are placed first."""
        width, rows = self._canvas.size
        if width < LABEL_WIDTH or rows < 1:
            return
        near = {one.id for found in (self._result.near if self._result else {}).values() for one in found}
        first = [point for point in drawn.points if point.id in near]
        placed, _ = place_labels(drawn.points, width, rows, first)
        grid: list[list[Piece]] = [[] for _ in range(rows)]
        ends = [0] * rows
        for label in sorted(placed, key=lambda label: label.column):
            grid[label.row].append(Piece(" " * (label.column - ends[label.row])))
            grid[label.row].append(Piece(label.text, "accent" if label.point.id in near else ""))
            ends[label.row] = label.column + cell_width(label.text)
        self._canvas.set_lines(*(Line(tuple(pieces)) for pieces in grid))
