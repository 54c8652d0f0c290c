"""Origin of a text: the spans that stand verbatim in the run's training text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.formatting import percent, quantity
from engine.sanitize import cell_width, single_line, visible
from engine.studies.results.origin import OriginStudy, Span
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.widget import Widget

SHORTEST = 5
"""Fewest tokens of a span that counts as copied."""
NUMBER_WIDTH = 8
TONES = ("accent", "good", "warm")
"""Of spans, in turn."""


class OriginScreen(StudyScreen):
    TITLE_TEXT = "Origin"
    PLACEHOLDER = "A text, such as one that the model wrote; Enter searches the training text"
    RESULT = OriginStudy
    DEFAULT_CSS = """
    OriginScreen #origin-text { height: 1fr; }
    OriginScreen .study--header { color: $text-muted; height: 2; margin-top: 1; }
    OriginScreen RowList { height: 1fr; }
    OriginScreen #origin-context { height: 2; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._copied = ScrolledLines(id="origin-text")
        self._header = TextLines(classes="study--header")
        self._rows = RowList(id="study-rows")
        self._around = TextLines(id="origin-context")
        self._text = ""
        self._study: OriginStudy | None = None

    def body(self) -> Iterable[Widget]:
        yield self._copied
        yield self._header
        yield self._rows
        yield self._around

    def enter_body(self) -> None:
        self.set_focus(self._rows)

    def command(self, text: str) -> StudyCommand | None:
        text = text or (self.subject.text if not self.has_result else "")
        if not text:
            return None
        self._text = text
        return StudyCommand(("study", "origin"), (self.subject.run, text), (f"--shortest={SHORTEST}",))

    def show(self, result: OriginStudy) -> None:
        self._study = result
        self.draw()
        self._rows.action_move_to_end(-1)

    def facts(self) -> str:
        if self._study is None:
            return ""
        return f"{percent(self._study.copied)} of {quantity(self._study.tokens, 'token')} copied"

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._draw_context()

    def draw(self) -> None:
        study = self._study
        if study is None:
            return
        width = self.room
        self._copied.set_lines(list(self._marked(study, width)))
        seen = "  ".join(f"{one.order}: {percent(one.seen / one.of)}" for one in study.ngrams if one.of)
        self._header.set_lines(
            Line((Piece(f"n-grams seen  {seen}"),)),
            Line((cell("times", NUMBER_WIDTH), cell("tokens", NUMBER_WIDTH), Piece("span"))),
        )
        self._rows.set_rows(
            [
                Row(
                    str(number),
                    (
                        Line(
                            (
                                cell(f"{span.occurrences:,}", NUMBER_WIDTH),
                                cell(str(span.tokens), NUMBER_WIDTH),
                                Piece(span.text.strip(), TONES[number % len(TONES)]),
                            )
                        ),
                    ),
                )
                for number, span in enumerate(study.spans)
            ]
        )
        self._draw_context()

    def _draw_context(self) -> None:
        """Show the training text around the first occurrence of the span at the cursor."""
        if self._study is None or self._rows.key is None:
            none = f"No span of {SHORTEST} tokens or more stands in the training text."
            self._around.set_lines(Line(), Line((Piece(none, "dim"),)))
            return
        span = self._study.spans[int(self._rows.key)]
        room = max(8, (self.size.width - 4 - cell_width(single_line(span.text, self.size.width // 2))) // 2)
        before = single_line(span.before[-room:], room)
        self._around.set_lines(
            Line((Piece(f"First in document {span.document:,} of the training text:", "dim"),)),
            Line(
                (
                    Piece(before, "dim"),
                    Piece(single_line(span.text, self.size.width // 2), "strong"),
                    Piece(single_line(span.behind, room), "dim"),
                )
            ),
        )

    def _marked(self, study: OriginStudy, width: int) -> Iterator[Line]:
        """Yield the text in lines of at most `width` characters, its spans in their colors."""
        tones = tones_of(self._text, study.spans)
        start = 0
        while start < len(self._text):
            end = line_end(self._text, start, width)
            pieces: list[Piece] = []
            for at in range(start, end):
                if self._text[at] == "\n":
                    continue
                character = visible(self._text[at])
                if pieces and pieces[-1].tone == tones[at]:
                    pieces[-1] = Piece(pieces[-1].text + character, tones[at])
                else:
                    pieces.append(Piece(character, tones[at]))
            yield Line(tuple(pieces))
            start = end


def tones_of(text: str, spans: tuple[Span, ...]) -> list[str]:
    """Return the tone of each character. A span that the tokenizer has changed, as in case, is not marked."""
    tones = ["dim"] * len(text)
    searched = 0
    for number, span in enumerate(spans):
        wanted = span.text.strip()
        at = text.find(wanted, searched)
        if wanted and at >= 0:
            tones[at : at + len(wanted)] = [TONES[number % len(TONES)]] * len(wanted)
            searched = at + 1
    return tones


def line_end(text: str, start: int, width: int) -> int:
    """Return the end of the line that begins at `start`: after a newline, else after the last blank that fits."""
    end, cells = start, 0
    while end < len(text) and text[end] != "\n":
        cells += cell_width(visible(text[end]))
        if cells > width:
            blank = text.rfind(" ", start, end) + 1
            return blank if blank > start else max(end, start + 1)
        end += 1
    return min(end + 1, len(text))
