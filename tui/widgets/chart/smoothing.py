"""The moving average of a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.widgets.chart.drawing.scale import LARGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTLIER = 1e6
"""Factor of the median from which values are summed apart, as the others are lost in their rounding."""


def moving_average(x: NDArray[np.float64], y: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Return for each x the mean of the values within half of `width` on both sides; x ascends.

    The window narrows toward the first point to stay centered, so that the average begins at the first value. At
    the newest point its right half does not exist yet: the mean there is of the left half alone, a quarter of
    `width` late on a straight line. `Curve.settled` leaves these points out. Values that cannot be drawn stay as
    they are, and are left out of the means of others.
    """
    usable = np.abs(y) < LARGEST
    if not usable.any():
        return y.copy()
    bound = OUTLIER * max(float(np.median(np.abs(y[usable]))), 1 / LARGEST)
    usual = usable & (np.abs(y) <= bound)
    half = np.minimum(width / 2, x - x[0])
    first, end = np.searchsorted(x, x - half, "left"), np.searchsorted(x, x + half, "right")

    def windows(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.concatenate(([0.0], np.cumsum(values)))
        found: NDArray[np.float64] = sums[end] - sums[first]
        return found

    total = windows(np.where(usual, y, 0.0)) + windows(np.where(usable & ~usual, y, 0.0))
    return np.where(usable, total / np.maximum(1, windows(usable.astype(np.float64))), y)
