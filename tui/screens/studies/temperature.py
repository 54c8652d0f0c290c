"""Effect of temperature: the distribution, entropy and texts at the temperature of the cursor, and greedy loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal

from engine.formatting import bar, percent
from engine.sanitize import token_label, visible
from engine.studies.drawing.temperature_report import greedy_line
from engine.studies.results.temperature import AtTemperature, TemperatureStudy
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs
from tui.widgets.row_list import Row, RowList
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

TEMPERATURES = "0:2:0.2"
TEXTS, TOKENS = 3, 24
"""At each temperature, and of each text after the prompt."""
SEED = 1
NUMBER_WIDTH, LABEL_WIDTH, PERCENT_WIDTH = 6, 13, 7


class TemperatureScreen(StudyScreen):
    TITLE_TEXT = "Temperature"
    PLACEHOLDER = "A prompt; Enter measures the distribution after it at each temperature"
    RESULT = TemperatureStudy
    DEFAULT_CSS = """
    TemperatureScreen .study--header { color: $text-muted; }
    TemperatureScreen #temperature-top { height: 12; }
    TemperatureScreen #temperature-left { width: 1fr; }
    TemperatureScreen #temperature-tokens { width: 1fr; height: 12; padding-left: 2; }
    TemperatureScreen ScrolledLines { margin-top: 1; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._rows = RowList(id="temperature-left")
        self._header = TextLines(classes="study--header")
        self._tokens = TextLines(id="temperature-tokens")
        self._texts = ScrolledLines()
        self._study: TemperatureStudy | None = None

    def body(self) -> Iterable[Widget]:
        yield self._header
        yield Horizontal(self._rows, self._tokens, id="temperature-top")
        yield self._texts

    def command(self, text: str) -> StudyCommand | None:
        prompt = (f"--prompt={text}",) if text else ()
        options = (
            f"--temperatures={TEMPERATURES}",
            f"--runs={TEXTS}",
            f"--tokens={TOKENS}",
            f"--seed={SEED}",
        )
        return StudyCommand(
            ("study", "temperature"), (self.subject.run,), (*prompt, *options, *self.subject.checkpoint)
        )

    def show(self, result: TemperatureStudy) -> None:
        is_first, self._study = self._study is None, result
        self.draw()
        if is_first:
            self._rows.move_to("1")

    def facts(self) -> str:
        if self._study is None:
            return ""
        return f"limit ln {self._study.possible_tokens:,} = {self._study.next_token_limit:.2f} nats"

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._draw_chosen()

    def draw(self) -> None:
        study = self._study
        if study is None:
            return
        glyphs = glyphs_of(self.app)
        width = self.room // 2 - 3 * NUMBER_WIDTH - 2
        self._header.set_lines(
            Line(
                (
                    cell("T", NUMBER_WIDTH - 1),
                    cell("entropy in nats", width + NUMBER_WIDTH),
                    cell("words", NUMBER_WIDTH + 1, right=True),
                )
            )
        )
        self._rows.set_rows(
            [
                Row(
                    f"{at.temperature:g}",
                    (
                        Line(
                            (
                                cell(f"{at.temperature:g}", NUMBER_WIDTH - 1, "strong"),
                                Piece(
                                    bar(
                                        at.next_token_entropy / (study.next_token_limit or 1.0),
                                        width,
                                        glyphs.bar_steps,
                                        glyphs.bar_empty,
                                    ),
                                    "accent",
                                ),
                                Piece(glyphs.vertical, "dim"),
                                cell(f"{at.next_token_entropy:.2f}", NUMBER_WIDTH, right=True),
                                cell(f"{at.word_entropy:.2f}", NUMBER_WIDTH, "dim", right=True),
                            )
                        ),
                    ),
                )
                for at in study.temperatures
            ]
        )
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        """Draw the distribution and the texts at the temperature of the cursor."""
        study = self._study
        if study is None:
            return
        chosen = next((at for at in study.temperatures if f"{at.temperature:g}" == self._rows.key), None)
        if chosen is not None:
            self._tokens.set_lines(*self._distribution(chosen, study))
            paragraphs = [*self._written(chosen), *self._greedy(study)]
            self._texts.set_lines(wrap_paragraphs(paragraphs, self.room))

    def _distribution(self, at: AtTemperature, study: TemperatureStudy) -> Iterable[Line]:
        glyphs = glyphs_of(self.app)
        width = max(4, self._tokens.size.width - LABEL_WIDTH - PERCENT_WIDTH)
        at_one = next((other for other in study.temperatures if other.temperature == 1), at)
        yield Line(
            (
                Piece(f"Next token at T = {at.temperature:g}", "strong"),
                Piece(f"  {glyphs.vertical} at T = 1", "dim"),
            )
        )
        for token, one in zip(at.next_tokens, at_one.next_tokens, strict=True):
            label = token_label(token.text, LABEL_WIDTH - 1, glyphs.space, ascii_signs=glyphs.ascii)
            drawn = bar(token.prob, width, glyphs.bar_steps, glyphs.bar_empty)
            mark = min(width - 1, round(one.prob * width))
            yield Line(
                (
                    cell(label, LABEL_WIDTH),
                    Piece(drawn[:mark], "accent"),
                    Piece(glyphs.vertical, "dim"),
                    Piece(drawn[mark + 1 :], "accent"),
                    cell(percent(token.prob), PERCENT_WIDTH, right=True),
                )
            )

    def _written(self, at: AtTemperature) -> Iterable[Piece]:
        yield Piece(f"Texts at T = {at.temperature:g}", "strong")
        for number, text in enumerate(at.texts, 1):
            yield Piece(f"{number}  {visible(text).replace(chr(10), glyphs_of(self.app).newline)}")

    def _greedy(self, study: TemperatureStudy) -> Iterable[Piece]:
        yield Piece("Greedy text", "strong")
        for text in study.greedy:
            yield Piece(greedy_line(text))
