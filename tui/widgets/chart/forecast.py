"""Forecast of a loss curve: a power law with an offset, fitted to the second half of what has been measured.

L(x) = a + b·x^(-c) with a >= 0, as scaling laws have it (Hestness et al. 2017). For each exponent c of a grid a
and b follow by least squares. The band holds every c whose residuals an F-test at two standard deviations does
not tell from the best one's, and the scatter of the points around the curve. It presumes that training goes on
as it did: a learning rate that falls later lowers the end below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from array import array

    from numpy.typing import NDArray

EXPONENTS = np.arange(0.05, 2.01, 0.05)
BINS, LEAST_BINS = 24, 8
POINTS = 33
"""Number of x at which a forecast is given."""
FARTHEST = 20.0
"""Factor of x beyond which nothing is foretold."""


@dataclass(frozen=True)
class Forecast:
    """Expected values with a band, at ascending x from the newest point to the end."""

    x: NDArray[np.float64]
    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def end(self) -> tuple[float, float]:
        """Expected last value, and half the width of its band."""
        return float(self.middle[-1]), float(self.high[-1] - self.low[-1]) / 2


def forecast(x: array[float], y: array[float], end: float) -> Forecast | None:
    """Return the expected course of raw losses from their last x to `end`.

    None where it cannot be told: with too few points, for a curve that does not fall, or an end too far away.
    """
    if not x or not 0 < x[-1] < end <= x[-1] * FARTHEST:
        return None
    at, means = _binned(np.frombuffer(x), np.frombuffer(y))
    if len(at) < LEAST_BINS:
        return None
    wanted = np.linspace(x[-1], end, POINTS)
    curves, squares = [], []
    for exponent in EXPONENTS:
        falling = at**-exponent
        design = np.column_stack((np.ones_like(at), falling))
        (offset, slope), *_ = np.linalg.lstsq(design, means, rcond=None)
        if offset < 0:
            offset, slope = 0.0, float(falling @ means / (falling @ falling))
        if slope > 0:
            curves.append(offset + slope * wanted**-exponent)
            squares.append(float(np.square(means - offset - slope * falling).sum()))
    if not curves:
        return None
    free = len(at) - 3
    best = int(np.argmin(squares))
    likely = np.array(squares) <= squares[best] * (1 + 4 / free) + 1e-18
    scatter = 2 * (squares[best] / free) ** 0.5
    kept = np.array(curves)[likely]
    return Forecast(
        wanted, curves[best], np.maximum(kept.min(axis=0) - scatter, 0.0), kept.max(axis=0) + scatter
    )


def _binned(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the centers and means of equal parts of the second half, without values that are not finite."""
    first = int(np.searchsorted(x, x[-1] / 2))
    x, y = x[first:], y[first:]
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    parts = min(BINS, len(x))
    if not parts:
        return x, y
    starts = np.arange(parts) * len(x) // parts
    sizes = np.diff(starts, append=len(x))
    return np.add.reduceat(x, starts) / sizes, np.add.reduceat(y, starts) / sizes
