"""Series of points and their moving average."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["train", "validation"]


class Curve:
    """A named series, x ascending, with its moving average.

    The average m ← βm + (1 - β)y starts at zero and is divided by 1 - βᵗ, the total weight of its t terms, as in
    Adam (Kingma & Ba 2015, section 3), so that it begins at the first value.
    """

    def __init__(self, name: str, kind: Kind, color: str, smoothing: float) -> None:
        self.name, self.kind, self.color = name, kind, color
        self.x, self.y, self.smooth = array("d"), array("d"), array("d")
        self._smoothing = smoothing
        self._restart()

    def __len__(self) -> int:
        return len(self.x)

    def append(self, x: float, y: float) -> None:
        """Append a point. One at an earlier x replaces all from there on, as after resuming a run."""
        if self.x and x <= self.x[-1]:
            keep = bisect_left(self.x, x)
            del self.x[keep:], self.y[keep:]
            self._smooth_again()
        self.x.append(x)
        self.y.append(y)
        self._smooth(y)

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        for one_x, one_y in zip(x, y, strict=True):
            self.append(one_x, one_y)

    def set_smoothing(self, smoothing: float) -> None:
        """Set β, 0 ≤ β < 1; 0 is the raw curve."""
        if smoothing != self._smoothing:
            self._smoothing = smoothing
            self._smooth_again()

    def last(self) -> float:
        """Return the newest smoothed value; NaN if there is none."""
        return self.smooth[-1] if self.smooth else math.nan

    def nearest(self, x: float) -> int | None:
        """Return the index of the nearest point."""
        if not self.x:
            return None
        right = bisect_left(self.x, x)
        around = (index for index in (right - 1, right) if 0 <= index < len(self.x))
        return min(around, key=lambda index: abs(self.x[index] - x))

    def beyond(self, x: float, *, forward: bool) -> int | None:
        """Return the index of the first point at or after x, or of the last one at or before it."""
        index = bisect_left(self.x, x) if forward else bisect_right(self.x, x) - 1
        return index if 0 <= index < len(self.x) else None

    def window(self, low: float, high: float) -> slice:
        """Return the points in low … high and one more on each side, so that lines reach the borders."""
        first = bisect_left(self.x, low)
        return slice(max(0, first - 1), bisect_left(self.x, high, lo=first) + 1)

    def _restart(self) -> None:
        self._moment, self._weight = 0.0, 0.0
        del self.smooth[:]

    def _smooth_again(self) -> None:
        self._restart()
        for y in self.y:
            self._smooth(y)

    def _smooth(self, y: float) -> None:
        # The weights of the terms sum to 1 - βᵗ. Values that are not finite are left out of the average.
        if self.kind == "validation" or not math.isfinite(y):
            self.smooth.append(y)
            return
        beta = self._smoothing
        self._moment = beta * self._moment + (1 - beta) * y
        self._weight = beta * self._weight + (1 - beta)
        self.smooth.append(self._moment / self._weight)


def extent(curves: Iterable[Curve], end: float | None = None) -> tuple[float, float]:
    """Return the lowest and highest x of all curves, extended to `end`, the expected end of the run."""
    filled = [curve for curve in curves if curve.x]
    low = min((curve.x[0] for curve in filled), default=0.0)
    high = max([curve.x[-1] for curve in filled] + ([] if end is None else [end]), default=1.0)
    # Runs begin at step zero, one, or the first report: the axis begins at zero for all of them.
    return (min(0.0, low) if low <= 0.1 * high else low), high
