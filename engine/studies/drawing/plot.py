"""Small plots in plain text, for reports on a terminal or in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Curve:
    label: str
    mark: str
    """One character."""
    values: Sequence[float]
    """One for each x."""
    limit: float | None = None
    """Limit, drawn as a horizontal line."""
    limit_label: str = ""


def line_plot(xs: Sequence[float], curves: Sequence[Curve], *, width: int = 64, height: int = 12) -> str:
    """Plot curves over the same ascending xs, from 0 up to the highest value or limit, with a legend below.

    The first curves are drawn over the later ones.
    """
    heights = [value for curve in curves for value in curve.values]
    heights += [curve.limit for curve in curves if curve.limit is not None]
    top = max(heights, default=0.0) or 1.0
    span = (xs[-1] - xs[0]) or 1.0
    grid = [[" "] * width for _ in range(height)]

    def row(value: float) -> int:
        return height - 1 - round(value / top * (height - 1))

    for curve in reversed(curves):
        if curve.limit is not None:
            grid[row(curve.limit)] = ["╌"] * width
    for curve in reversed(curves):
        for x, value in zip(xs, curve.values, strict=True):
            grid[row(value)][round((x - xs[0]) / span * (width - 1))] = curve.mark

    labels = {0: f"{top:.2f}", height - 1: "0"}
    margin = max(map(len, labels.values()))
    lines = [f"{labels.get(y, ''):>{margin}} │{''.join(cells).rstrip()}" for y, cells in enumerate(grid)]
    first, last = f"{xs[0]:g}", f"{xs[-1]:g}"
    lines.append(f"{'':{margin}} └{'─' * width}")
    lines.append(f"{'':{margin}}  {first}{last:>{max(0, width - len(first))}}")
    for curve in curves:
        limit = f"; ╌ at {curve.limit:.2f}: {curve.limit_label}" if curve.limit is not None else ""
        lines.append(f"{'':{margin}}  {curve.mark} {curve.label}{limit}")
    return "\n".join(lines)
