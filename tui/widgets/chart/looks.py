"""Zooming and panning: the visible ranges of a chart, and the boxes that undo returns to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.widgets.chart.view import Box, Range

NARROWEST = 1e-4
"""Smallest visible fraction of the whole range of x."""
MOST_LOOKS = 100
ZOOM = 0.5
PAN = 0.25


@dataclass(frozen=True)
class Look:
    """Visible ranges: one of x for all panels, and one of y for each panel that does not show all its values."""

    x: Range | None = None
    """None: the whole run."""
    y: Mapping[int, Range] = field(default_factory=dict)


WHOLE = Look()


class Looks:
    """The current look, whether it follows the newest points, and the looks before each box."""

    def __init__(self) -> None:
        self.now = WHOLE
        self.follows = True
        self._before: deque[tuple[Look, bool]] = deque(maxlen=MOST_LOOKS)

    @property
    def is_whole(self) -> bool:
        return self.now == WHOLE

    def reset(self) -> None:
        """Show everything and forget earlier looks, as they were of other curves."""
        self.now, self.follows = WHOLE, True
        self._before.clear()

    def forget_heights(self) -> None:
        """Show all values of other curves over the same x."""
        self.now = replace(self.now, y={})
        earlier = [(replace(look, y={}), follows) for look, follows in self._before]
        self._before = deque(earlier, maxlen=MOST_LOOKS)

    def zoom(self, direction: int, around: float, shown: Range, whole: Range) -> None:
        """Zoom in (-1) or out (1) along x, around the point at the fraction `around` of the visible range.

        Out of the whole run, the ranges of y become whole, too.
        """
        if self.now.x is None:
            shown = whole
            if direction > 0:
                self.now = WHOLE
        self.look_at(zoomed(shown, whole, ZOOM**-direction, around), whole)

    def pan(self, direction: float, whole: Range) -> None:
        """Move the visible range by a part of its width, if it is not the whole run."""
        if self.now.x is not None:
            self.look_at(panned(self.now.x, whole, direction * PAN), whole)

    def look_at(self, x: Range | None, whole: Range) -> None:
        """Show a range of x; one that reaches the newest point follows it from then on."""
        self.follows = x is None or x[1] >= whole[1]
        self.now = replace(self.now, x=x)

    def enter(self, box: Box, panel: int, whole: Range) -> None:
        """Let a box fill the plot of a panel. `back` returns from it."""
        self._before.append((self.now, self.follows))
        if box.y is not None:
            self.now = replace(self.now, y={**self.now.y, panel: box.y})
        if box.x is not None:
            self.look_at(_widened(box.x, whole), whole)

    def back(self) -> None:
        """Return to the look before the last box; without one, to everything."""
        self.now, self.follows = self._before.pop() if self._before else (WHOLE, True)

    def follow(self, last: float) -> None:
        """Move the visible range to contain the last point, if it follows the newest points."""
        if self.follows and self.now.x is not None:
            self.now = replace(self.now, x=followed(self.now.x, last))


def zoomed(shown: Range, whole: Range, factor: float, around: float) -> Range | None:
    """Return `shown` scaled by `factor` around the point at the fraction `around`; None for the whole range."""
    low, high = shown
    width = (high - low) * factor
    if width >= (whole[1] - whole[0]) * (1 - 1e-9):
        return None
    width = max(width, (whole[1] - whole[0]) * NARROWEST)
    return _within(low + (high - low) * around - width * around, width, whole)


def panned(shown: Range, whole: Range, fraction: float) -> Range:
    """Return `shown` moved by a fraction of its width, within the whole range."""
    low, high = shown
    return _within(low + (high - low) * fraction, high - low, whole)


def followed(shown: Range, last: float) -> Range:
    """Return `shown` moved by quarters to contain the last point, as each move repaints the chart."""
    low, high = shown
    quarter = (high - low) / 4
    moves = max(0.0, -((high - last) // quarter))
    return low + moves * quarter, high + moves * quarter


def _widened(box: Range, whole: Range) -> Range:
    """Return a range of at least NARROWEST around the same center."""
    narrowest = (whole[1] - whole[0]) * NARROWEST
    low, high = box
    spare = max(0.0, narrowest - (high - low)) / 2
    return low - spare, high + spare


def _within(low: float, width: float, whole: Range) -> Range:
    low = min(max(low, whole[0]), max(whole[0], whole[1] - width))
    return low, low + width
