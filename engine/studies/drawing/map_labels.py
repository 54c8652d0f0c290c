"""Positions of the labels of a map of embeddings on a grid of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.sanitize import cell_width, single_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.studies.results.embeddings import Point

LONGEST_LABEL = 14


class Label(NamedTuple):
    """A point's label on the map, in cells from the upper left corner."""

    row: int
    column: int
    text: str
    point: Point


def place_labels(
    points: Sequence[Point], width: int, rows: int, first: Sequence[Point] = ()
) -> tuple[list[Label], list[Point]]:
    """Return labels that do not overlap, and the points without room for one.

    Those of `first` are placed before the others.
    """
    taken = [[False] * width for _ in range(rows)]
    placed, left_out = [], []
    for point in (*first, *(point for point in points if point not in first)):
        label = _place(taken, point, points)
        if label is None:
            left_out.append(point)
        else:
            placed.append(label)
    return placed, left_out


def label_of(point: Point) -> str:
    """Return a token's text on one line, with visible white space."""
    return single_line(point.text.strip() or repr(point.text)[1:-1], LONGEST_LABEL).replace(" ", "␣")


def _place(taken: list[list[bool]], point: Point, points: Sequence[Point]) -> Label | None:
    """Take free cells around a point for its label; None where there are none."""
    label, rows, width = label_of(point), len(taken), len(taken[0])
    column, row = (
        round((value - low) / max(1e-12, high - low) * size)
        for value, low, high, size in (
            (point.x, min(p.x for p in points), max(p.x for p in points), width - 1),
            (-point.y, min(-p.y for p in points), max(-p.y for p in points), rows - 1),
        )
    )
    size = cell_width(label)
    for at_row in (row, row - 1, row + 1):
        for at in (column - size // 2, column - size, column + 1):
            start = min(max(0, at), max(0, width - size))
            if 0 <= at_row < rows and not any(taken[at_row][max(0, start - 1) : start + size + 1]):
                taken[at_row][start : start + size] = [True] * min(size, width - start)
                return Label(at_row, start, label, point)
    return None
