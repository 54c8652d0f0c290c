"""Series of points, and their averages."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["train", "validation"]


class Curve:
    """A named series, x ascending, with the moving average of training values."""

    def __init__(self, name: str, kind: Kind, color: str) -> None:
        self.name, self.kind, self.color = name, kind, color
        self.x, self.y = array("d"), array("d")
        self._averages: tuple[float, NDArray[np.float64]] | None = None
        """Averages of all points, and their width."""

    def __len__(self) -> int:
        return len(self.x)

    def append(self, x: float, y: float) -> None:
        """Append a point. One at an earlier x replaces all from there on, as after resuming a run."""
        if self.x and x <= self.x[-1]:
            keep = bisect_left(self.x, x)
            del self.x[keep:], self.y[keep:]
        self.x.append(x)
        self.y.append(y)
        self._averages = None

    def extend(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Append points, all at once where their x ascends."""
        xs, ys = array("d", x), array("d", y)
        if len(xs) == len(ys) and all(before < after for before, after in pairwise((*self.x[-1:], *xs))):
            self.x.extend(xs)
            self.y.extend(ys)
            self._averages = None
            return
        for one_x, one_y in zip(xs, ys, strict=True):
            self.append(one_x, one_y)

    def average(self, width: float) -> NDArray[np.float64]:
        """Return the moving average over `width` in units of x at all points; held-out values are not averaged."""
        import numpy as np  # the first frame does without it

        if self._averages is None or self._averages[0] != width:
            from tui.widgets.chart.smoothing import moving_average

            y = np.array(self.y)
            averages = (
                y if self.kind == "validation" or not width else moving_average(np.array(self.x), y, width)
            )
            self._averages = (width, averages)
        return self._averages[1]

    def settled(self, width: float) -> int:
        """Return the number of points whose average no later point will change."""
        if self.kind == "validation" or not width or not self.x:
            return len(self.x)
        return bisect_right(self.x, self.x[-1] - width / 2)

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


def extent(curves: Iterable[Curve], end: float | None = None) -> tuple[float, float]:
    """Return the lowest and highest x of all curves, extended to `end`, the expected end of the run."""
    filled = [curve for curve in curves if curve.x]
    low = min((curve.x[0] for curve in filled), default=0.0)
    high = max([curve.x[-1] for curve in filled] + ([] if end is None else [end]), default=1.0)
    # Runs begin at step zero, one, or the first report: the axis begins at zero for all of them.
    return (min(0.0, low) if low <= 0.1 * high else low), high
