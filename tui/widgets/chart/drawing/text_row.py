"""A row of a chart as runs of text, each with an ink: a number to which the widget gives a style."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.sanitize import cell_width, single_line

InkRun = tuple[str, int]
"""Text and its ink."""

PLAIN, FAINT, CURSOR = 0, 1, 2
_FIRST_CURVE = 3
GUTTER = 7
"""Cells for the labels of the vertical axis and the axis itself."""


def raw_ink(curve: int) -> int:
    return _FIRST_CURVE + 2 * curve


def line_ink(curve: int) -> int:
    return _FIRST_CURVE + 2 * curve + 1


@dataclass
class TextRow:
    """One row, filled from the left."""

    width: int
    runs: list[InkRun] = field(default_factory=list)
    used: int = 0

    def add(self, text: str, ink: int = PLAIN) -> None:
        text = single_line(text, self.width - self.used)
        if text:
            self.runs.append((text, ink))
            self.used += cell_width(text)

    def pad_to(self, column: int) -> None:
        if column > self.used:
            self.add(" " * (column - self.used))

    def finish(self) -> list[InkRun]:
        self.pad_to(self.width)
        return self.runs
