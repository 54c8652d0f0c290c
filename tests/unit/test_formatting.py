"""Numbers as people read them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formatting import UNKNOWN, bar, count, decimal, duration, percent, quantity, rate, size


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (999.6, "1k"),
        (12_345, "12.3k"),
        (999_999, "1M"),
        (3.2e9, "3.2G"),
        (-1234, "-1.23k"),
    ],
)
def test_count(value: float, text: str) -> None:
    assert count(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0s"),
        (9.96, "10s"),
        (59.7, "1m 00s"),
        (185, "3m 05s"),
        (3599.8, "1h 00m"),
        (7620, "2h 07m"),
        (90_000, "1d 01h"),
        (-42, "-42s"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (2.34561, "2.346"),
        (9.99996, "10.00"),
        (0.012341, "0.01234"),
        (123_456, "123456"),
        (1234.4, "1234"),
        (1.2e-7, "1.20e-7"),
        (math.inf, "inf"),
    ],
)
def test_decimal(value: float, text: str) -> None:
    assert decimal(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1e-9, "<0.01%"), (0.0031, "0.31%"), (0.0751, "7.5%"), (0.0996, "10%"), (1, "100%")],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_quantity() -> None:
    assert [quantity(number, "step") for number in (0, 1, 2000)] == ["0 steps", "1 step", "2,000 steps"]


def test_units() -> None:
    assert size(512) == "512 B"
    assert size(3_041_000) == "3.04 MB"
    assert rate(8211) == "8.21k tok/s"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_known(value: float) -> None:
    assert count(value) == size(value) == rate(value) == duration(value) == percent(value) == UNKNOWN


@given(st.floats(0.01, 1e14))
def test_count_is_within_half_a_percent(value: float) -> None:
    number, unit = re.fullmatch(r"([\d.]+)([kMGT]?)", count(value)).groups()  # type: ignore[union-attr]
    power = 1000 ** ("kMGT".index(unit) + 1) if unit else 1
    assert float(number) * power == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    ("fraction", "drawn"),
    [
        (0, "    "),
        (1, "████"),
        (0.5, "██  "),
        (3 / 32, "▍   "),
        (0.0002, "▏   "),
        (1.5, "████"),
        (-1, "    "),
    ],
)
def test_bars_are_exact_to_an_eighth(fraction: float, drawn: str) -> None:
    assert bar(fraction, 4) == drawn


@given(st.floats(-1, 2), st.integers(0, 60), st.sampled_from(["#", "▌█"]))
def test_bars_fill_their_width(fraction: float, width: int, steps: str) -> None:
    assert len(bar(fraction, width, steps, ".")) == width
