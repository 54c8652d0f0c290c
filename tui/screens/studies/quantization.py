"""Weights in fp32, bf16, int8 and int4: size, decoding speed, and what the rounding changes, format by format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.formatting import bar, decimal, percent, quantity, size
from engine.studies.results.quantization import QuantizationStudy
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

    from engine.studies.results.quantization import AtWeights

NAME_WIDTH, NUMBER_WIDTH, RATIO_WIDTH = 6, 12, 9
BITS = {
    "fp32": "32 bits a weight",
    "bf16": "16 bits",
    "int8": "8 bits, a scale a row",
    "int4": "4 bits, a scale every 32",
}


class QuantizationScreen(StudyScreen):
    TITLE_TEXT = "Quantization"
    PLACEHOLDER = "A file, folder or corpus; Enter scores it, empty: the held-out text"
    RESULT = QuantizationStudy
    DEFAULT_CSS = """
    QuantizationScreen ScrolledLines { height: 1fr; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._view = ScrolledLines(id="quantization")
        self._study: QuantizationStudy | None = None

    def body(self) -> Iterable[Widget]:
        yield self._view

    def command(self, text: str) -> StudyCommand | None:
        files = (text.strip(),) if text.strip() else ()
        options = self.subject.checkpoint
        return StudyCommand(("study", "quantization"), (self.subject.run, *files), options)

    def show(self, result: QuantizationStudy) -> None:
        self._study = result
        self.draw()

    def facts(self) -> str:
        return f"loss of {quantity(self._study.scored, 'token')}" if self._study is not None else ""

    def draw(self) -> None:
        if self._study is not None:
            self._view.set_lines(list(self._lines(self._study)))

    def _lines(self, study: QuantizationStudy) -> Iterator[Line]:
        plain = study.formats[0]
        fastest = max(at.tokens_per_second for at in study.formats)
        yield self._heading("Size", "of fp32", "rounded weights")
        for at in study.formats:
            ratio = at.bytes / plain.bytes
            yield self._row(at, size(at.bytes), f"{ratio:.2f}", ratio, note=BITS[at.weights])
        yield Line()
        yield self._heading("Tokens a second", "of fp32", "decoding one text")
        for at in study.formats:
            ratio = at.tokens_per_second / plain.tokens_per_second
            speed = at.tokens_per_second / fastest
            yield self._row(at, f"{at.tokens_per_second:,.0f}", f"{ratio:.2f}", speed)
        yield Line()
        yield self._heading("Loss, nats a token", "more", f"changed of {study.decoded:,} greedy tokens")
        for at in study.formats:
            more = f"{round(at.loss - plain.loss, 4) + 0.0:+.4f}"  # no -0.0000
            fraction = at.changed / study.decoded
            note = f"{at.changed:,}, {percent(fraction)}"
            yield self._row(at, decimal(at.loss), more, fraction, tone="warm", note=note)

    def _heading(self, text: str, ratio: str, about: str) -> Line:
        return Line(
            (
                cell(text, NAME_WIDTH + NUMBER_WIDTH, "strong"),
                cell(ratio, RATIO_WIDTH, "dim", right=True),
                Piece(f"  {about}", "dim"),
            )
        )

    def _row(
        self, at: AtWeights, number: str, ratio: str, fraction: float, *, tone: str = "accent", note: str = ""
    ) -> Line:
        """Return a format's number, its ratio or difference to fp32, and a bar."""
        glyphs = glyphs_of(self.app)
        width = max(8, self.room - NAME_WIDTH - NUMBER_WIDTH - RATIO_WIDTH - 12) // 2
        return Line(
            (
                cell(at.weights, NAME_WIDTH, "strong"),
                cell(number, NUMBER_WIDTH, right=True),
                cell(ratio, RATIO_WIDTH, "dim", right=True),
                Piece("  "),
                Piece(bar(fraction, width, glyphs.bar_steps, glyphs.bar_empty), tone),
                Piece(f"  {note}" if note else "", "dim"),
            )
        )
