"""Curves as text, compared with pictures drawn by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.chart.drawing.raster import ASCII_DOTS, BRAILLE, NO_INK, Dots, Raster


def drawn(x: list[float], y: list[float], *, width: int = 6, height: int = 3, dots: Dots = BRAILLE) -> str:
    raster = Raster(width, height, dots)
    raster.curve(np.array(x), np.array(y), 0)
    return str(raster)


def test_a_diagonal_is_one_dot_thin() -> None:
    assert drawn([0, 1], [0, 1], width=2, height=1) == "⡠⠊"
    assert drawn([0, 1], [1, 0], width=2, height=1) == "⠑⢄"
    assert drawn([0, 1], [0, 1], width=4, height=2, dots=ASCII_DOTS) == "  .'\n.'"


def test_level_and_steep_lines() -> None:
    assert drawn([0, 1], [0, 0], width=3, height=1) == "⣀⣀⣀"
    assert drawn([0, 0.5, 0.5, 1], [0, 0, 1, 1], width=3, height=1, dots=ASCII_DOTS) == ".:'"


def test_one_point_is_one_dot() -> None:
    assert drawn([0.5], [0.5], width=3, height=3, dots=ASCII_DOTS).split() in (["."], ["'"])


def test_lines_come_in_from_outside() -> None:
    assert drawn([-10, 10], [0.5, 0.5], width=3, height=1, dots=ASCII_DOTS) in ("...", "'''")
    assert drawn([-2, -1], [0.5, 0.5]) == drawn([2, 3], [0.5, 0.5]) == "\n\n"


def test_what_is_not_finite_leaves_a_gap() -> None:
    level = [0.0] * 5
    whole = drawn([0, 0.25, 0.5, 0.75, 1], level, width=5, height=1, dots=ASCII_DOTS)
    assert whole == "....."
    for bad in (math.nan, math.inf, -math.inf):
        broken = [0.0, 0.0, bad, 0.0, 0.0]
        assert drawn([0, 0.25, 0.5, 0.75, 1], broken, width=5, height=1, dots=ASCII_DOTS) == ".. .."
    assert drawn([0, 1], [math.nan, math.nan]) == drawn([], []) == "\n\n"


def test_later_curves_cover_the_cells_they_touch() -> None:
    raster = Raster(2, 2, ASCII_DOTS)
    raster.curve(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0]), 1)
    assert str(raster) == "::\n::"
    raster.curve(np.array([0.0, 1.0]), np.array([0.0, 0.0]), 2)
    assert raster.rows() == [[("::", 1)], [("..", 2)]]


def test_marks_stand_over_curves_and_stay_inside() -> None:
    raster = Raster(3, 1, ASCII_DOTS)
    raster.curve(np.array([0.0, 1.0]), np.array([0.0, 0.0]), 1)
    raster.mark(1.0, 0.0, 2, "o")
    raster.mark(1.1, 0.0, 2, "o")
    raster.mark(0.5, math.nan, 2, "o")
    assert raster.rows() == [[("..", 1), ("o", 2)]]


def test_blank_cells_go_with_the_run_before() -> None:
    raster = Raster(4, 1, ASCII_DOTS)
    raster.mark(0.4, 0, 5, "o")
    assert raster.rows() == [[(" ", NO_INK), ("o  ", 5)]]


@given(
    st.lists(st.tuples(st.floats(-2, 3), st.floats(allow_nan=True, allow_infinity=True)), max_size=40),
    st.integers(1, 30),
    st.integers(1, 12),
    st.booleans(),
)
def test_any_curve_fills_the_grid_and_nothing_else(
    points: list[tuple[float, float]], width: int, height: int, ascii_only: bool
) -> None:
    raster = Raster(width, height, ASCII_DOTS if ascii_only else BRAILLE)
    points.sort(key=lambda point: point[0])
    raster.curve(np.array([x for x, _ in points]), np.array([y for _, y in points]), 0)
    assert [sum(len(text) for text, _ in row) for row in raster.rows()] == [width] * height


@given(st.integers(0, 2**32 - 1))
def test_thousands_of_points_show_every_extreme(seed: int) -> None:
    """Each point lies in a cell that is drawn: no peak is lost to the width of the screen."""
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.random(3000)), rng.random(3000) ** 8
    raster = Raster(20, 8)
    raster.curve(x, y, 0)
    rows = str(raster).split("\n")
    for column, row in {raster.cell(float(a), float(b)) for a, b in zip(x, y, strict=True)}:
        assert rows[row][column] != " "


def test_an_empty_grid_takes_anything() -> None:
    raster = Raster(0, 0)
    raster.curve(np.array([0.0]), np.array([0.0]), 0)
    assert raster.rows() == []


@pytest.mark.parametrize("dots", [BRAILLE, ASCII_DOTS])
def test_dots_have_a_character_each(dots: Dots) -> None:
    assert len(dots.characters) == 2**dots.weights.size == dots.weights.sum() + 1


def test_a_label_stands_left_of_what_is_drawn_and_of_another_label() -> None:
    raster = Raster(20, 1)
    raster.mark(1.0, 0.5, 3, "x")
    raster.label(0.5, 1, " one")
    raster.label(0.5, 1, " two")
    assert "".join(text for text, _ in raster.rows()[0]) == "            two onex"
