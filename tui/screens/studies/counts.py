"""Counts of n-grams in a run's training text, and the loop of always taking the most frequent next token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from engine.formatting import bar, percent, quantity
from engine.sanitize import token_label
from engine.studies.results.counts import CountStudy
from tui.keys.studies import ORDER_KEYS
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs
from tui.widgets.row_list import Row, RowList
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

ROWS = 200
LONGEST_NGRAM = 6
WALKED = 40
"""Tokens shown of the greedy text."""
COUNT_WIDTH, PERCENT_WIDTH, LEAST_BAR = 11, 7, 8


class NgramRows(RowList):
    """Rows of n-grams. Left and right change their order."""

    BINDINGS: ClassVar[list[BindingType]] = list(ORDER_KEYS)


class CountsScreen(StudyScreen):
    TITLE_TEXT = "Counts"
    PLACEHOLDER = "A text; Enter counts what follows it, empty: all n-grams"
    RESULT = CountStudy
    DEFAULT_CSS = """
    CountsScreen NgramRows { height: 1fr; }
    CountsScreen .study--header { color: $text-muted; }
    CountsScreen ScrolledLines { height: 5; margin-top: 1; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._header = TextLines(classes="study--header")
        self._rows = NgramRows(id="study-rows")
        self._walk = ScrolledLines()
        self._order = 2
        self._beginning = ""
        self._study: CountStudy | None = None

    def body(self) -> Iterable[Widget]:
        yield self._header
        yield self._rows
        yield self._walk

    def command(self, text: str) -> StudyCommand | None:
        self._beginning = text
        if text:
            self._order = max(2, self._order)
        context = (f"--context={text}",) if text else ()
        options = (f"--order={self._order}", f"--top={ROWS}", *context)
        return StudyCommand(("study", "counts"), (self.subject.run,), options)

    def action_turn(self, by: int) -> None:
        order = max(2 if self._beginning else 1, min(self._order + by, LONGEST_NGRAM))
        if order != self._order:
            self._order = order
            if (command := self.command(self._beginning)) is not None:
                self.ask(command)

    def show(self, result: CountStudy) -> None:
        self._study = result
        self.draw()
        self._rows.action_move_to_end(-1)

    def facts(self) -> str:
        if self._study is None:
            return ""
        return f"{quantity(self._study.distinct, self._noun)} in {quantity(self._study.tokens, 'token')}"

    @property
    def _noun(self) -> str:
        order = self._study.order if self._study is not None else self._order
        return {1: "different token", 2: "different pair"}.get(order, f"different {order}-gram")

    def draw(self) -> None:
        study = self._study
        if study is None:
            return
        width = self.room
        text_width = max(16, width // 2 - COUNT_WIDTH)
        bar_width = max(LEAST_BAR, width - text_width - COUNT_WIDTH - PERCENT_WIDTH - 4)
        glyphs = glyphs_of(self.app)
        self._header.set_lines(
            Line(
                (
                    cell({1: "token", 2: "pair"}.get(study.order, f"{study.order}-gram"), text_width),
                    cell("count", COUNT_WIDTH, right=True),
                    cell("of those with this beginning", bar_width + PERCENT_WIDTH + 2, right=True),
                )
            )
        )
        arrow = " > " if glyphs.ascii else " → "
        self._rows.set_rows(
            [
                Row(
                    str(number),
                    (
                        Line(
                            (
                                cell(arrow.join(map(self._label, ngram.tokens)), text_width),
                                cell(f"{ngram.count:,}", COUNT_WIDTH, "strong", right=True),
                                Piece("  "),
                                Piece(
                                    bar(ngram.probability, bar_width, glyphs.bar_steps, glyphs.bar_empty),
                                    "accent",
                                ),
                                cell(percent(ngram.probability), PERCENT_WIDTH, right=True),
                                Piece(" *" if ngram.in_loop else "", "warm"),
                            )
                        ),
                    ),
                )
                for number, ngram in enumerate(study.ngrams)
            ]
        )
        self._walk.set_lines(wrap_paragraphs(list(self._greedy(study)), width))

    def _greedy(self, study: CountStudy) -> Iterable[Piece]:
        walk, more = study.walk[:WALKED], len(study.walk) - WALKED
        yield Piece(f"Always the most frequent next token: {''.join(walk)}{' ...' if more > 0 else ''}")
        if study.loop:
            loop = " ".join(map(self._label, study.loop[:WALKED]))
            yield Piece(f"It repeats (*) every {quantity(len(study.loop), 'token')}: {loop}", "warm")
        elif study.walk:
            yield Piece("It ends, without a loop.", "dim")

    def _label(self, text: str) -> str:
        glyphs = glyphs_of(self.app)
        return token_label(text.removeprefix(" ") or " ", space=glyphs.space, ascii_signs=glyphs.ascii)
