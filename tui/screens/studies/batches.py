"""Batch of a training step: its windows as ids and as text, and the examples that the window at the cursor holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from engine.formatting import quantity
from engine.sanitize import cell_width, token_label
from engine.studies.results.batches import BatchStudy
from tui.keys.studies import BATCH_KEYS
from tui.lab.host import host_of
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.columns import cell
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.row_list import Row, RowList
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from engine.studies.results.batches import Example

EXAMPLES = 100
"""Of the window at the cursor."""
NUMBER_WIDTH, TARGET_WIDTH, ID_WIDTH = 8, 18, 8
GAP = "  "


class WindowRows(RowList):
    """Rows of windows. Left and right show the batch of another step."""

    BINDINGS: ClassVar[list[BindingType]] = list(BATCH_KEYS)


class BatchesScreen(StudyScreen):
    TITLE_TEXT = "Batches"
    PLACEHOLDER = "A step, from 0; Enter shows what the network learns from in it"
    RESULT = BatchStudy
    DEFAULT_CSS = """
    BatchesScreen .study--header { color: $text-muted; }
    BatchesScreen WindowRows { height: 1fr; }
    BatchesScreen #batches-about { margin-top: 1; height: 2; }
    BatchesScreen ScrolledLines { height: 1fr; }
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._header = TextLines(classes="study--header")
        self._rows = WindowRows(id="study-rows")
        self._about = TextLines(id="batches-about", classes="study--header")
        self._examples = ScrolledLines(id="batches-examples")
        self._study: BatchStudy | None = None
        self._asked = 0
        """Index of the window whose examples are shown or computed."""

    def body(self) -> Iterable[Widget]:
        yield self._header
        yield self._rows
        yield self._about
        yield self._examples

    def command(self, text: str) -> StudyCommand | None:
        self._asked = 0
        return self._batch(text.strip() or "0")

    def _batch(self, step: object) -> StudyCommand:
        options = (f"--batch={step}", f"--window={self._asked + 1}", f"--examples={EXAMPLES}")
        return StudyCommand(("study", "batches"), (self.subject.run,), options)

    def action_turn(self, by: int) -> None:
        if self._study is not None and self._study.step + by >= 0:
            self.ask(self._batch(self._study.step + by))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Compute the examples of the window, as soon as those of another one have come."""
        event.stop()
        window = int(event.key)
        if self._study is not None and window != self._asked:
            self._asked = window
            command = self._batch(self._study.step)
            self.began(command)
            host_of(self).lab.studies.run_next(command, self)

    def show(self, result: BatchStudy) -> None:
        is_another = self._study is None or self._study.step != result.step
        self._study = result
        self.draw()
        if is_another:
            self._rows.move_to(str(result.window))

    def facts(self) -> str:
        study = self._study
        if study is None:
            return ""
        windows = quantity(len(study.inputs), "window")
        return f"step {study.step:,}: {windows} of {quantity(len(study.inputs[0]), 'token')}"

    def draw(self) -> None:
        if self._study is None:
            return
        ids_width = self.room // 3
        self._header.set_lines(
            Line((cell("window", NUMBER_WIDTH), cell("ids", ids_width), Piece(f"{GAP}text")))
        )
        self._rows.set_rows(
            [
                Row(
                    str(number),
                    (
                        Line(
                            (
                                cell(f"{number + 1:,}", NUMBER_WIDTH, "dim"),
                                cell(" ".join(map(str, ids[:ids_width])), ids_width, "dim"),
                                Piece(GAP + text),
                            )
                        ),
                    ),
                )
                for number, (ids, text) in enumerate(zip(self._study.inputs, self._study.texts, strict=True))
            ]
        )
        self._draw_examples(self._study)

    def _draw_examples(self, study: BatchStudy) -> None:
        width = self.room - TARGET_WIDTH - ID_WIDTH - len(GAP)
        all_targets = sum(target is not None for target in study.targets[study.window])
        count = quantity(all_targets, "example")
        shown = "" if len(study.examples) == all_targets else f", of which {len(study.examples)} are shown"
        self._about.set_lines(
            Line((Piece(f"Window {study.window + 1} is {count}{shown}", "strong"),)),
            Line(
                (
                    cell("context", width),
                    Piece(GAP),
                    cell("token to predict", TARGET_WIDTH),
                    cell("id", ID_WIDTH, right=True),
                )
            ),
        )
        self._examples.set_lines([self._example(example, width) for example in study.examples])

    def _example(self, example: Example, width: int) -> Line:
        """Return the end of a context that fits, and its target."""
        glyphs = glyphs_of(self.app)
        labels: list[str] = []
        used = 0
        for token in reversed(example.context):
            label = self._label(token)
            used += cell_width(label)
            if used > width - 1:
                labels.append("<" if glyphs.ascii else "…")
                break
            labels.append(label)
        return Line(
            (
                cell("".join(reversed(labels)), width),
                Piece(GAP),
                cell(self._label(example.target), TARGET_WIDTH, "accent"),
                cell(str(example.target_id), ID_WIDTH, "dim", right=True),
            )
        )

    def _label(self, text: str) -> str:
        glyphs = glyphs_of(self.app)
        return token_label(text, space=glyphs.space, ascii_signs=glyphs.ascii)
