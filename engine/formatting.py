"""Numbers for people: short, with units, the same in the app and on the command line."""

from __future__ import annotations

import math

UNKNOWN = "-"
"""Placeholder of a number that is unknown or not finite."""

_DECIMAL = ("", "k", "M", "G", "T", "P")


BAR_STEPS = "▏▎▍▌▋▊▉█"


def bar(fraction: float, width: int, steps: str = BAR_STEPS, empty: str = " ") -> str:
    """Return a bar of exactly `width` cells, including its empty part. Fractions above 1e-4 are visible.

    `steps`: bars of increasing length within a cell; the last one fills it.
    """
    most = width * len(steps)
    filled = min(most, max(round(fraction * most), 1 if fraction > 1e-4 else 0))
    full, part = divmod(filled, len(steps))
    text = steps[-1] * full + (steps[part - 1] if part else "")
    return text + empty * (width - len(text))


def count(value: float, digits: int = 3) -> str:
    """Format a count to three significant digits: 999, 12.3k, 4M, 1.05G."""
    return _scaled(value, _DECIMAL, digits)


def quantity(number: int, noun: str) -> str:
    """Format a number with its noun: 1 step, 2,000 steps."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def rate(per_second: float, unit: str = "tok") -> str:
    """Something per second: 8.21k tok/s."""
    return UNKNOWN if not math.isfinite(per_second) else f"{count(per_second)} {unit}/s"


def size(number_of_bytes: float) -> str:
    """Bytes in decimal units: 512 B, 3.04 MB."""
    return _scaled(number_of_bytes, tuple(f" {prefix}B" for prefix in _DECIMAL), 3)


def duration(seconds: float) -> str:
    """A span of time by its two largest units: 0.4s, 42s, 3m 05s, 2h 07m, 4d 03h."""
    if not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if not minutes:
        return f"{whole}s"
    if not hours:
        return f"{minutes}m {whole % 60:02}s"
    if not days:
        return f"{hours}h {minutes % 60:02}m"
    return f"{days}d {hours % 24:02}h"


def progress(
    work: str,
    done: int,
    total: int,
    *,
    bytes_per_second: float | None = None,
    seconds_left: float | None = None,
) -> str:
    """Format the progress of work: `reading`, or `tokenizing 40%  21.3 MB/s  12s left`."""
    if not total:
        return work
    parts = [f"{work} {percent(done / total)}"]
    if bytes_per_second:
        parts.append(f"{size(bytes_per_second)}/s")
    if seconds_left:
        parts.append(f"{duration(seconds_left)} left")
    return "  ".join(parts)


def decimal(value: float, digits: int = 4) -> str:
    """A measurement to a number of significant digits, trailing zeros kept: 2.346, 0.01234, 1.2e-07."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e6:
        mantissa, exponent = f"{value:.{max(0, digits - 2)}e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.0f}" if abs(value) >= 10**digits else f"{value:#.{digits}g}".removesuffix(".")


def percent(fraction: float) -> str:
    """A fraction as a percentage: 62%, 7.5%, 0.31%, <0.01%."""
    if not math.isfinite(fraction):
        return UNKNOWN
    if 0 < fraction < 1e-4:
        return "<0.01%"
    if fraction < 0.00995:
        return f"{fraction * 100:.2f}%" if fraction else "0%"
    return f"{fraction * 100:.1f}%" if fraction < 0.0995 else f"{fraction * 100:.0f}%"


def _scaled(value: float, units: tuple[str, ...], digits: int) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    if value < 0:
        return f"-{_scaled(-value, units, digits)}"
    # Rounding comes first, so that 999,999 becomes 1M and not 1000k.
    value = float(f"{value:.{digits - 1}e}")
    power = 0
    while value >= 1000 and power < len(units) - 1:
        value, power = value / 1000, power + 1
    return f"{value:.0f}{units[power]}" if value >= 1000 else f"{value:.{digits}g}{units[power]}"
