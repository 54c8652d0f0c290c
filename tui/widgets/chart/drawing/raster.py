"""Curves as text: a grid of dots, several in each character cell.

Independent of screens and colors: a cell has an ink, a small number that the caller gives a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tui.widgets.glyphs import Glyphs

NO_INK = -1
_FAR = 1e6


@dataclass(frozen=True)
class Dots:
    """Characters of a cell's dots."""

    weights: NDArray[np.intp]
    """Value that each dot adds to the character's code, shape (dot rows, dot columns)."""
    characters: str


# The order of the dots is that of Unicode's braille block, U+2800 … U+28FF.
BRAILLE = Dots(
    np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]),
    " " + "".join(map(chr, range(0x2801, 0x2900))),
)
ASCII_DOTS = Dots(np.array([[1], [2]]), " '.:")


class Raster:
    """A grid of `height` × `width` cells. Later drawings cover the cells that they touch."""

    def __init__(self, width: int, height: int, dots: Dots = BRAILLE) -> None:
        self.width, self.height = width, height
        self._dots = dots
        self._codes = np.zeros((height, width), dtype=np.intp)
        self._inks = np.full((height, width), NO_INK, dtype=np.intp)
        self._marks: dict[tuple[int, int], str] = {}

    def curve(self, x: NDArray[np.float64], y: NDArray[np.float64], ink: int) -> None:
        """Connect points by lines; 0 … 1 is the width and height of the grid, from its lower left corner.

        `x` ascends. Points that are not finite leave a gap; lines reach in from points outside the grid.
        Of many points in one column of dots the whole extent is drawn.
        """
        if not (self.width and self.height):
            return
        dot_rows, dot_columns = self._dots.weights.shape
        rows, columns = self.height * dot_rows, self.width * dot_columns
        across = x * (columns - 1)
        # Values far outside are clipped to avoid overflow.
        down = (1 - np.where(np.isfinite(y), np.clip(y, -_FAR, _FAR), np.nan)) * (rows - 1)
        top, bottom = _extents(across, down, columns)
        row = np.arange(rows)[:, None]
        filled = (row >= top) & (row <= bottom)
        cells = filled.reshape(self.height, dot_rows, self.width, dot_columns)
        codes = np.einsum("hrwc,rc->hw", cells.astype(np.intp), self._dots.weights)
        touched = codes > 0
        self._codes[touched] = codes[touched]
        self._inks[touched] = ink

    def mark(self, x: float, y: float, ink: int, character: str) -> None:
        """Put a character over the cell of a point; points outside are ignored."""
        if 0 <= x <= 1 and 0 <= y <= 1:
            column, row = self.cell(x, y)
            self._marks[row, column] = character
            self._inks[row, column] = ink

    def dotted(self, x: NDArray[np.float64], y: NDArray[np.float64], ink: int, on: int, off: int) -> None:
        """Connect points by a line of `on` columns of dots and as many as `off` without."""
        columns = self.width * self._dots.weights.shape[1]
        if columns < 2 or not len(x):
            return
        column = np.arange(columns)
        across = column / (columns - 1)
        there = (column % (on + off) < on) & (across >= x[0]) & (across <= x[-1])
        self.curve(across, np.where(there, np.interp(across, x, y), np.nan), ink)

    def label(self, y: float, ink: int, text: str) -> None:
        """Write a text in the row of a height, as far to the right as nothing is in another ink or written there."""
        if not 0 <= y <= 1:
            return
        row = self.cell(1.0, y)[1]
        for start in range(self.width - len(text), -1, -1):
            columns = range(start, start + len(text))
            is_free = np.isin(self._inks[row, start : columns.stop], (NO_INK, ink)).all()
            if is_free and not any((row, column) in self._marks for column in columns):
                self._marks.update(((row, column), sign) for column, sign in zip(columns, text, strict=True))
                self._inks[row, start : columns.stop] = ink
                return

    def outline(self, x: tuple[float, float], y: tuple[float, float], ink: int, glyphs: Glyphs) -> None:
        """Draw the outline of a rectangle, cut at the edges of the grid."""
        left, bottom = self.cell(*(min(1.0, max(0.0, low)) for low, _ in (x, y)))
        right, top = self.cell(*(min(1.0, max(0.0, high)) for _, high in (x, y)))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                on_side, on_edge = column in (left, right), row in (top, bottom)
                if on_side or on_edge:
                    sign = (
                        glyphs.cross
                        if on_side and on_edge
                        else glyphs.vertical
                        if on_side
                        else glyphs.horizontal
                    )
                    self._marks[row, column] = sign
                    self._inks[row, column] = ink

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Return column and row of the cell of a point within the grid."""
        dot_rows, dot_columns = self._dots.weights.shape
        column = round(x * (self.width * dot_columns - 1)) // dot_columns
        row = round((1 - y) * (self.height * dot_rows - 1)) // dot_rows
        return column, row

    def rows(self) -> list[list[tuple[str, int]]]:
        """Return each row from the top as runs of text of one ink.

        Blank cells join the run before them, since every run costs bytes; only leading blanks have NO_INK.
        """
        return [
            [("".join(text for text, _ in run), ink) for ink, run in groupby(self._cells(row), itemgetter(1))]
            for row in range(self.height)
        ]

    def _cells(self, row: int) -> Iterator[tuple[str, int]]:
        ink = NO_INK
        for column, (code, own_ink) in enumerate(
            zip(self._codes[row].tolist(), self._inks[row].tolist(), strict=True)
        ):
            ink = ink if own_ink == NO_INK else own_ink
            yield self._marks.get((row, column)) or self._dots.characters[code], ink

    def __str__(self) -> str:
        return "\n".join("".join(text for text, _ in row).rstrip() for row in self.rows())


def _extents(
    across: NDArray[np.float64], down: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a polyline's first and last dot row in each column, shape (columns,); first > last in empty ones."""
    top, bottom = np.full(columns, np.inf), np.full(columns, -np.inf)
    finite = np.isfinite(across) & np.isfinite(down)
    gaps = across[~finite & np.isfinite(across)]
    across, down = across[finite], down[finite]
    if not across.size:
        return top, bottom

    # A column reaches up to, not including, the height of the next one, so that slopes are one dot thick.
    heights = np.rint(np.interp(np.arange(columns + 1), across, down))
    left, right = heights[:-1], heights[1:]
    right = right - np.sign(right - left)
    column = np.arange(columns)
    crossed = (column >= np.rint(across[0])) & (column <= np.rint(across[-1]))
    top[crossed] = np.minimum(left, right)[crossed]
    bottom[crossed] = np.maximum(left, right)[crossed]

    column = np.rint(across)
    within = (column >= 0) & (column < columns)
    column, height = column[within].astype(np.intp), np.rint(down[within])
    if column.size:
        first = np.flatnonzero(np.diff(column, prepend=-1))
        occupied = column[first]
        top[occupied] = np.minimum(top[occupied], np.minimum.reduceat(height, first))
        bottom[occupied] = np.maximum(bottom[occupied], np.maximum.reduceat(height, first))

    if gaps.size:
        gap = np.rint(gaps)
        alone = np.setdiff1d(gap[(gap >= 0) & (gap < columns)].astype(np.intp), column)
        top[alone], bottom[alone] = np.inf, -np.inf
    return top, bottom
