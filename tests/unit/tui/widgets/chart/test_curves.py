"""Series: their average, their order, what is nearest."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.chart.curves import Curve, extent
from tui.widgets.chart.view import NARROWEST, followed, panned, zoomed


def curve(values: list[float], smoothing: float = 0.9, kind: str = "train") -> Curve:
    made = Curve("loss", kind, "#5fafff", smoothing)  # type: ignore[arg-type]
    made.extend(range(len(values)), values)
    return made


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 0.999))
def test_the_average_is_the_weighted_mean_of_all_so_far(values: list[float], beta: float) -> None:
    weights = beta ** np.arange(len(values))[::-1]
    assert curve(values, beta).last() == pytest.approx(float(np.average(values, weights=weights)), abs=1e-3)


def test_the_average_begins_at_the_first_value_and_keeps_a_constant() -> None:
    assert list(curve([3.0] * 50, 0.99).smooth) == pytest.approx([3.0] * 50)


def test_no_smoothing_is_the_curve_itself_and_validation_is_never_smoothed() -> None:
    assert list(curve([1, 5, 2], 0.0).smooth) == [1, 5, 2]
    assert list(curve([1, 5, 2], 0.9, "validation").smooth) == [1, 5, 2]


def test_what_is_not_finite_is_shown_and_then_forgotten() -> None:
    smooth = curve([2.0, math.nan, math.inf, 2.0]).smooth
    assert math.isnan(smooth[1])
    assert smooth[3] == pytest.approx(2.0)


def test_changing_the_smoothing_is_as_if_it_had_been_so_always() -> None:
    values = [5.0, 3.0, 4.0, 1.0]
    changed = curve(values, 0.9)
    changed.set_smoothing(0.5)
    changed.append(4, 7.0)
    assert list(changed.smooth) == pytest.approx(list(curve([*values, 7.0], 0.5).smooth))


def test_a_resumed_run_replaces_what_it_repeats() -> None:
    resumed = curve([5.0, 4.0, 3.0, 2.0])
    resumed.append(2, 9.0)
    assert list(resumed.x) == [0, 1, 2]
    assert list(resumed.y) == [5.0, 4.0, 9.0]
    assert list(resumed.smooth) == pytest.approx(list(curve([5.0, 4.0, 9.0]).smooth))


def test_places() -> None:
    line = curve([0.0] * 5)
    assert line.nearest(2.4) == 2
    assert line.nearest(2.6) == 3
    assert line.nearest(99) == 4
    assert curve([]).nearest(1) is None
    assert line.beyond(1.5, forward=True) == 2
    assert line.beyond(1.5, forward=False) == 1
    assert line.beyond(4.5, forward=True) is line.beyond(-1, forward=False) is None
    assert line.x[line.window(1.5, 2.5)].tolist() == [1, 2, 3]
    assert line.x[line.window(-9, 9)].tolist() == [0, 1, 2, 3, 4]


def test_extent() -> None:
    assert extent([]) == (0.0, 1.0)
    assert extent([curve([1.0] * 9)]) == (0.0, 8.0)
    assert extent([curve([1.0] * 9)], end=20) == (0.0, 20)
    late = Curve("late", "train", "", 0)
    late.extend([900, 1000], [1, 1])
    assert extent([late]) == (900, 1000)


@given(st.floats(0, 90), st.floats(0.1, 10), st.sampled_from([0.5, 2.0]), st.floats(0, 1))
def test_zooming_keeps_the_place_and_stays_inside(
    low: float, width: float, factor: float, around: float
) -> None:
    whole = (0.0, 100.0)
    shown = zoomed((low, low + width), whole, factor, around)
    assert shown is not None
    assert whole[0] <= shown[0] < shown[1] <= whole[1] + 1e-9
    assert shown[1] - shown[0] == pytest.approx(width * factor)
    if whole[0] < shown[0] and shown[1] < whole[1] - 1e-9:
        assert shown[0] + (shown[1] - shown[0]) * around == pytest.approx(low + width * around)


def test_zooming_ends() -> None:
    assert zoomed((0, 60), (0, 100), 2, 0.5) is None
    low, high = zoomed((50, 50.011), (0, 100), 0.5, 0.5) or (0, 0)
    assert high - low == pytest.approx(100 * NARROWEST)


def test_panning_and_following() -> None:
    assert panned((10, 20), (0, 100), 0.25) == (12.5, 22.5)
    assert panned((95, 100), (0, 100), 1) == (95, 100)
    assert followed((0, 100), 99) == (0, 100)
    assert followed((0, 100), 101) == (25, 125)
    assert followed((0, 100), 260) == (175, 275)
