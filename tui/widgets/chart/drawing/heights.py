"""Rows of a chart's panels, without what draws them."""

from __future__ import annotations

AXIS_ROWS = 2
"""Rows of the axis of x and of its labels."""
LEGEND_ROWS = 1
LOWEST_PLOT = 3
"""Fewest plot rows of each of two panels."""
UPPER = 0.6
"""Fraction of the plot rows that the upper of two panels has."""


def least_height(panels: int) -> int:
    """Return the fewest rows in which so many panels are drawn."""
    return AXIS_ROWS + panels * (LEGEND_ROWS + LOWEST_PLOT)


def panel_heights(panels: int, height: int) -> list[int]:
    """Return the rows of one or two panels; of one where there is no room for two."""
    if panels < 2 or height < least_height(panels):
        return [height]
    plots = height - AXIS_ROWS - 2 * LEGEND_ROWS
    upper = LEGEND_ROWS + max(LOWEST_PLOT, min(plots - LOWEST_PLOT, round(plots * UPPER)))
    return [upper, height - upper]
