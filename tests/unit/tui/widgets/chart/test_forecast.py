"""Forecasts of synthetic curves whose end is known."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from tui.widgets.chart.forecast import forecast

END = 4000


def curve(offset: float, slope: float, exponent: float, noise: float, until: int, seed: int = 0):
    chance = random.Random(seed)
    xs = array("d", range(1, until + 1))
    return xs, array("d", (offset + slope * x**-exponent + chance.gauss(0, noise) for x in xs))


@pytest.mark.parametrize("exponent", [0.3, 0.7, 1.2])
def test_the_end_of_a_power_law_is_met_without_noise(exponent: float) -> None:
    found = forecast(*curve(1.5, 6.0, exponent, 0.0, 1000), END)
    assert found is not None
    assert found.middle[-1] == pytest.approx(1.5 + 6.0 * END**-exponent, abs=0.01)
    assert (found.x[0], found.x[-1]) == (1000, END)
    assert (found.low <= found.middle).all()
    assert (found.middle <= found.high).all()


def test_the_band_holds_the_end_of_most_noisy_curves() -> None:
    true = 1.5 + 6.0 * END**-0.6
    held = 0
    for seed in range(40):
        found = forecast(*curve(1.5, 6.0, 0.6, 0.05, 1000, seed), END)
        assert found is not None
        held += found.low[-1] <= true <= found.high[-1]
    assert held >= 34


@pytest.mark.parametrize("seed", range(5))
def test_no_loss_below_zero_is_expected(seed: int) -> None:
    """A straight fall has its best fit at an offset far below zero."""
    chance = random.Random(seed)
    xs = array("d", range(1, 61))
    found = forecast(xs, array("d", (4 - 0.05 * x + chance.gauss(0, 0.1) for x in xs)), 400)
    assert found is not None
    assert (found.low >= 0).all()
    assert (found.middle >= found.low).all()


def test_a_band_is_wider_early_than_late() -> None:
    early, late = (forecast(*curve(1.5, 6.0, 0.6, 0.05, until), END) for until in (400, 3000))
    assert early is not None
    assert late is not None
    assert late.end[1] < early.end[1]


@pytest.mark.parametrize(
    ("xs", "ys"),
    [
        ([], []),
        ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]),
        (range(1, 500), [1.0 + x / 100 for x in range(1, 500)]),
        (range(1, 500), [math.nan] * 499),
        (range(1, 100), [5.0 / x for x in range(1, 100)]),
    ],
)
def test_nothing_is_said_of_few_points_of_rising_ones_and_of_a_far_end(xs, ys) -> None:
    assert forecast(array("d", xs), array("d", ys), END) is None
