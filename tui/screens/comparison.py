"""Runs beside each other: settings that differ, the ends of their curves, and samples of one prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from engine.sanitize import cell_width, single_line, visible
from tui.keys.everywhere import BACK_KEYS
from tui.screens.base import BaseScreen
from tui.widgets.glyphs import glyphs_of
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from engine.runs.listing.comparison import Cell, Comparison
    from tui.lab.run_watcher import WatchedRun

LONGEST_NAME = 24
"""Cells of the first column."""
LEAST_CELLS = 8
GAP = 3
"""Cells between two columns."""
BEST = "bits per byte"
"""Row whose lowest value is marked, as it compares any models."""


class ComparisonScreen(BaseScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = list(BACK_KEYS)
    DEFAULT_CSS = """
    ComparisonScreen { background: $background; color: $foreground; }
    ComparisonScreen > #comparison-title { height: 1; padding: 0 1; background: $panel; }
    ComparisonScreen > VerticalScroll { padding: 1 1 0 1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, runs: Sequence[WatchedRun], color_of: Callable[[str], str]) -> None:
        super().__init__()
        self._runs = runs
        self._color_of = color_of
        self._text = TextLines(id="comparison-text")
        self._keys = KeyLine()

    def compose(self) -> Iterable[Widget]:
        title = f"  {len(self._runs)} runs, the newest figures"
        yield TextLines(Line((Piece("Comparison", "strong"), Piece(title, "dim"))), id="comparison-title")
        with VerticalScroll():
            yield self._text
        yield self._keys

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def show_note(self, note: str) -> None:
        self._keys.show_note(note)

    def show_trouble(self, sentence: str) -> None:
        self.show_note(sentence)

    def action_step_out(self) -> None:
        self.dismiss()

    def _show(self) -> None:
        from engine.runs.listing.comparison import compare

        lines = comparison_lines(
            compare(self._runs),
            self._text.size.width,
            [Piece(glyphs_of(self.app).marker, self._color_of(watched.name)) for watched in self._runs],
        )
        self._text.styles.height = len(lines)
        self._text.set_lines(*lines)


def comparison_lines(compared: Comparison, width: int, swatches: Sequence[Piece]) -> list[Line]:
    """Return the tables and the samples of a comparison for a width in cells."""
    first = min(LONGEST_NAME, max(map(cell_width, (*compared.settings, *compared.ends)), default=0)) + 2
    texts = (cell.text for cells in (*compared.settings.values(), *compared.ends.values()) for cell in cells)
    widest = max(map(cell_width, (*texts, *(f"  {name}" for name in compared.names))), default=0) + GAP
    each = max(LEAST_CELLS, min(widest, (width - first) // max(1, len(compared.names))))
    heads = [
        piece
        for name, swatch in zip(compared.names, swatches, strict=True)
        for piece in (swatch, Piece(_cut(f" {name}", each - 1), "strong"))
    ]

    def row(name: str, cells: Sequence[Cell]) -> Line:
        known = [cell.value for cell in cells if cell.value is not None]
        best = min(known) if name == BEST and len(known) > 1 else None
        tones = ["good" if best is not None and cell.value == best else "" for cell in cells]
        pieces = [Piece(_cut(cell.text, each), tone) for cell, tone in zip(cells, tones, strict=True)]
        return Line((Piece(_cut(name, first), "dim"), *pieces))

    lines = [Line((Piece(" " * first), *heads)), Line()]
    if not compared.settings:
        lines.append(Line((Piece("No setting differs.", "dim"),)))
    lines += [row(name, cells) for name, cells in compared.settings.items()]
    lines.append(Line())
    lines += [row(name, cells) for name, cells in compared.ends.items()]
    if compared.prompt is not None:
        prompt = single_line(compared.prompt.strip(), width // 2) or "an empty prompt"
        lines += [Line(), Line((Piece(f"Samples of {prompt}", "accent"),))]
    for name, swatch, sample in zip(compared.names, swatches, compared.samples, strict=False):
        lines += [
            Line(),
            Line((swatch, Piece(f" {name}", "strong"), Piece(f"  step {sample.step:,}", "dim"))),
        ]
        text = " ".join(visible(sample.prompt + sample.completion).split())
        lines += wrap_paragraphs([Piece(text)], width)
    return lines


def _cut(text: str, width: int) -> str:
    """Return visible text of exactly `width` cells, the last of which is blank."""
    shown = single_line(text, width - 1)
    return shown + " " * (width - cell_width(shown))
