"""Linear and logarithmic scales, and ticks at round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.formatting import count, duration

LARGEST = 1e30
"""Numbers beyond this, and scales narrower than its inverse, are not drawn: no loss needs them."""
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_DAY = 86400


@dataclass(frozen=True)
class Scale:
    """An interval of an axis, `low < high`; `log` scales need `low > 0`."""

    low: float
    high: float
    log: bool = False

    def fraction(self, value: float) -> float:
        """Position of a value: 0 at `low`, 1 at `high`, beyond them outside; NaN for a value without a logarithm."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        if not value > 0:
            return math.nan
        return math.log(value / self.low) / math.log(self.high / self.low)

    def value(self, fraction: float) -> float:
        """The inverse of `fraction`."""
        if self.log:
            return self.low * math.exp(fraction * math.log(self.high / self.low))
        return self.low + fraction * (self.high - self.low)


def nice_step(step: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(nice for nice in (power, 2 * power, 5 * power, 10 * power) if nice >= step * (1 - 1e-9))


def fitted(low: float, high: float, *, log: bool = False) -> Scale:
    """A scale that holds low … high with little room to spare and ends at round numbers."""
    if log and low > 0:
        if high < low * 2:
            linear = fitted(low, high)
            return (
                Scale(linear.low, linear.high, log=True)
                if linear.low > 0
                else Scale(low / 2, high * 2, log=True)
            )
        bottom = max(number for number in _round_logs(low) if number <= low * (1 + 1e-9))
        top = min(number for number in _round_logs(high) if number >= high * (1 - 1e-9))
        return Scale(bottom, top, log=True)
    if high - low <= max(1e-9 * max(abs(low), abs(high)), 1 / LARGEST):
        around = max(abs(low) / 2, 1 / LARGEST) if low else 1.0
        low, high = low - around, high + around
    step = nice_step((high - low) / 10)
    return Scale(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)


def still_fits(scale: Scale, low: float, high: float) -> bool:
    """True if a scale still suits low … high, so that a growing chart keeps it."""
    bottom, top = scale.fraction(low), scale.fraction(high)
    return -1e-9 <= bottom <= top <= 1 + 1e-9 and top - bottom >= 0.6


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers in low … high, evenly apart."""
    return _multiples(nice_step((high - low) / max(1, most)), low, high, most)


def time_ticks(low: float, high: float, most: int) -> list[float]:
    """Like `linear_ticks` for seconds, on whole minutes, hours or days where those fit."""
    wanted = (high - low) / max(1, most)
    if wanted < 1:
        return linear_ticks(low, high, most)
    step = next((step for step in _SECONDS if step >= wanted), None)
    return _multiples(step or nice_step(wanted / _DAY) * _DAY, low, high, most)


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Decades, with round numbers between them where there is room; evenly apart within one decade."""
    if high < 10 * low:
        return linear_ticks(low, high, most)
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        ticks = [factor * 10.0**decade for decade in decades for factor in factors]
        ticks = [tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
        if len(ticks) <= most:
            return ticks
    return ticks[:: math.ceil(len(ticks) / max(1, most))]


def value_ticks(scale: Scale, most: int) -> list[float]:
    """Ticks for an axis of measurements."""
    return (log_ticks if scale.log else linear_ticks)(scale.low, scale.high, most)


def value_labels(ticks: list[float]) -> list[str]:
    """Labels for measurements: as many decimals as all need, each its own where they span a decade; 10k, 3G."""
    if ticks and max(map(abs, ticks)) >= 1e4:
        return count_labels(ticks)
    labels = [f"{tick:.5g}" for tick in ticks]
    if any("e" in label for label in labels) or (ticks and ticks[-1] >= 10 * ticks[0] > 0):
        return labels
    decimals = max((len(label.partition(".")[2]) for label in labels), default=0)
    return [f"{tick:.{decimals}f}" if tick else "0" for tick in ticks]


def short_value(value: float, width: int) -> str:
    """Format a measurement in at most `width` cells where that is possible: 0.123, 18.5k, 31e-5."""
    if abs(value) >= 1e4:
        label = count(value, 3)
        if len(label) <= width:
            return label
    for digits in (4, 3):
        label = f"{value:.{digits}g}"
        if len(label) <= width and "e" not in label:
            return label
    # Without a point, two digits of the mantissa have room beside the exponent.
    for digits in (2, 1):
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        whole, power = mantissa.replace(".", ""), int(exponent) - digits + 1
        if digits == 2 and whole.endswith("0"):
            whole, power = whole[:-1], power + 1
        label = f"{whole}e{power}"
        if len(label) <= width:
            break
    return label


def count_labels(ticks: list[float]) -> list[str]:
    """Labels for steps and tokens: 0, 500, 1k."""
    for digits in range(3, 9):
        labels = [count(tick, digits) for tick in ticks]
        if len(set(labels)) == len(labels):
            break
    return labels


def time_labels(ticks: list[float]) -> list[str]:
    """Labels for seconds: 0, 30s, 1m 30s, 2h."""
    return [_without_zeros(duration(tick)) for tick in ticks]


def _without_zeros(label: str) -> str:
    head, _, tail = label.partition(" ")
    if tail and not int(tail[:-1]):
        return head
    return "0" if label == "0.0s" else label.replace(".0s", "s")


def _multiples(step: float, low: float, high: float, most: int) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = [number * step for number in range(first, last + 1)]
    # A step of just the right size can give one tick too many; then every second one is kept.
    return ticks if len(ticks) <= max(2, most) else [tick for tick in ticks if round(tick / step) % 2 == 0]


def _round_logs(value: float) -> list[float]:
    """Round numbers around a value, ascending, below and above it at least one."""
    power = math.floor(math.log10(value))
    return [factor * 10.0**p for p in range(power - 1, power + 2) for factor in (1, 1.5, 2, 3, 4, 5, 6, 8)]
