"""The moving average, compared with means of windows that are cut out one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.chart.smoothing import moving_average


def averaged(values: list[float], width: float, x: list[float] | None = None) -> list[float]:
    at = np.arange(len(values), dtype=float) if x is None else np.array(x)
    return list(moving_average(at, np.array(values), width))


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.floats(-1e6, 1e6)),
        min_size=1,
        max_size=40,
        unique_by=lambda p: p[0],
    ),
    st.floats(0, 600),
)
def test_each_average_is_the_mean_of_the_values_around_it(
    points: list[tuple[int, float]], width: float
) -> None:
    points = sorted(points)
    first = points[0][0]
    for (x, _), found in zip(
        points, averaged([y for _, y in points], width, [x for x, _ in points]), strict=True
    ):
        half = min(width / 2, x - first)
        around = [value for other, value in points if abs(other - x) <= half]
        assert found == pytest.approx(float(np.mean(around)), abs=1e-3)


def test_it_begins_at_the_first_value_and_keeps_a_constant() -> None:
    assert averaged([9.0, 1.0, 1.0, 1.0], 4)[0] == 9.0
    assert averaged([3.0] * 50, 11) == pytest.approx([3.0] * 50)


def test_a_straight_line_stays_where_the_window_is_whole_and_is_late_by_a_quarter_of_it_at_the_newest_point() -> (
    None
):
    line = [100.0 - x for x in range(101)]
    found = averaged(line, 20)
    assert found[:91] == pytest.approx(line[:91])
    assert found[-1] - line[-1] == pytest.approx(20 / 4)


def test_what_is_not_finite_is_shown_and_left_out_of_other_means() -> None:
    found = averaged([2.0, math.nan, math.inf, 2.0], 4)
    assert math.isnan(found[1])
    assert found[2] == math.inf
    assert found[3] == 2.0
    assert all(map(math.isnan, averaged([math.nan, math.nan], 3)))


def test_one_value_of_another_size_spoils_no_other_average() -> None:
    values = [2.0] * 100
    values[50] = 1e25
    found = averaged(values, 10)
    assert found[:45] == pytest.approx([2.0] * 45)
    assert found[56:] == pytest.approx([2.0] * 44)
