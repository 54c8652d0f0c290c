"""Axes: round numbers, everything in view, nothing twice."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.widgets.chart.drawing.scale import (
    Scale,
    count_labels,
    fitted,
    linear_ticks,
    log_ticks,
    nice_step,
    short_value,
    still_fits,
    time_labels,
    time_ticks,
    value_labels,
    value_ticks,
)

numbers = st.floats(-1e9, 1e9)
positive = st.floats(1e-6, 1e9)


@given(st.floats(1e-9, 1e12))
def test_a_nice_step_is_one_two_or_five_and_not_smaller(step: float) -> None:
    nice = nice_step(step)
    digit = nice / 10 ** math.floor(math.log10(nice) + 1e-9)
    assert digit == pytest.approx(1) or digit == pytest.approx(2) or digit == pytest.approx(5)
    assert step * (1 - 1e-6) <= nice <= step * 2.6


@given(numbers, numbers)
def test_a_fitted_scale_holds_all_with_little_room(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1e-3))
    scale = fitted(low, high)
    room = (high - low) * 0.26
    assert low - room <= scale.low <= low + room * 1e-6
    assert high - room * 1e-6 <= scale.high <= high + room
    assert still_fits(scale, low, high)


@given(positive, positive)
def test_a_fitted_log_scale_holds_all(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = fitted(low, high, log=True)
    assert scale.log
    assert 0 < scale.low <= low * (1 + 1e-6)
    assert high * (1 - 1e-6) <= scale.high


@pytest.mark.parametrize("value", [0.0, 3.0, -2.0])
def test_a_constant_lies_in_the_middle(value: float) -> None:
    assert 0.3 < fitted(value, value).fraction(value) < 0.7


@given(positive, st.floats(1.01, 1e6), st.floats(0, 1), st.booleans())
def test_value_is_the_inverse_of_fraction(low: float, ratio: float, fraction: float, log: bool) -> None:
    scale = Scale(low, low * ratio, log)
    assert scale.fraction(scale.value(fraction)) == pytest.approx(fraction, abs=1e-6)


def test_what_has_no_logarithm_has_no_place() -> None:
    assert math.isnan(Scale(1, 10, log=True).fraction(0))
    assert math.isnan(Scale(1, 10, log=True).fraction(math.nan))


@given(positive, st.floats(1.01, 1e6), st.integers(2, 12))
def test_ticks_lie_inside_and_are_few(low: float, ratio: float, most: int) -> None:
    high = low * ratio
    for ticks in (linear_ticks(low, high, most), log_ticks(low, high, most), time_ticks(low, high, most)):
        assert len(ticks) <= most + 1
        assert ticks == sorted(set(ticks))
        assert all(low * (1 - 1e-6) <= tick <= high * (1 + 1e-6) for tick in ticks)


def test_ticks_and_labels() -> None:
    assert value_labels(value_ticks(Scale(0, 3), 6)) == ["0", "1", "2", "3"]
    assert value_labels(value_ticks(Scale(0.01, 30, log=True), 6)) == ["0.01", "0.1", "1", "10"]
    assert value_labels(value_ticks(Scale(0.9, 1.6, log=True), 5)) == ["1.0", "1.2", "1.4", "1.6"]
    assert count_labels(linear_ticks(0, 3000, 7)) == ["0", "500", "1k", "1.5k", "2k", "2.5k", "3k"]
    assert count_labels(linear_ticks(100_000, 101_000, 6)) == [
        "100k",
        "100.2k",
        "100.4k",
        "100.6k",
        "100.8k",
        "101k",
    ]
    assert time_labels(time_ticks(0, 137, 7)) == ["0", "30s", "1m", "1m 30s", "2m"]
    assert time_labels(time_ticks(0, 12_345, 7)) == ["0", "30m", "1h", "1h 30m", "2h", "2h 30m", "3h"]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0.0, "0"),
        (1.2342, "1.234"),
        (-1.2342, "-1.23"),
        (0.12345, "0.123"),
        (18_437, "18.4k"),
        (1.8e12, "1.8T"),
        (0.000312, "31e-5"),
        (0.0002, "2e-4"),
        (1.8e25, "18e24"),
    ],
)
def test_a_value_in_five_cells(value: float, label: str) -> None:
    assert short_value(value, 5) == label


@given(st.floats(-1e30, 1e30))
def test_no_label_loses_its_exponent(value: float) -> None:
    label = short_value(value, 6)
    assert len(label) <= 6 or abs(value) < 1e-99
    if not label[-1].isalpha():
        assert math.isclose(float(label), value, rel_tol=0.34)
