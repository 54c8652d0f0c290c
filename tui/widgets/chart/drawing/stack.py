"""Panels of a chart one above the other: each has its legend and its axis of y, and all share one axis of x."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.widgets.chart.drawing.figure import Figure, draw, x_scale
from tui.widgets.chart.drawing.heights import panel_heights
from tui.widgets.glyphs import UNICODE, Glyphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.widgets.chart.curves import Curve
    from tui.widgets.chart.drawing.scale import Scale
    from tui.widgets.chart.drawing.text_row import InkRun
    from tui.widgets.chart.view import View


@dataclass(frozen=True)
class Stack:
    """Figures from the top to the bottom, and the row in which each begins."""

    figures: list[Figure]
    tops: list[int] = field(default_factory=list)

    @property
    def x(self) -> Scale:
        """The axis that all panels share."""
        return self.figures[0].x

    @property
    def rows(self) -> list[tuple[int, list[InkRun]]]:
        """Rows from the top, each with the number of its panel, which gives its inks a meaning."""
        return [(panel, row) for panel, figure in enumerate(self.figures) for row in figure.rows]

    def panel_at(self, row: int) -> int:
        """Return the number of the panel that a row belongs to."""
        return max((panel for panel, top in enumerate(self.tops) if top <= row), default=0)


def draw_stack(
    panels: Sequence[tuple[Sequence[Curve], View]],
    width: int,
    height: int,
    *,
    glyphs: Glyphs = UNICODE,
    previous: Stack | None = None,
) -> Stack:
    """Draw one or two panels, each its curves and its view; where there is no room for two, the first alone."""
    heights = panel_heights(len(panels), height)
    panels = panels[: len(heights)]
    before = previous.figures if previous is not None else []
    all_curves = [curve for curves, _ in panels for curve in curves]
    x = x_scale(all_curves, panels[0][1], before[0].x if before else None)
    figures = [
        draw(
            curves,
            view,
            width,
            rows,
            glyphs=glyphs,
            previous=before[number] if number < len(before) else None,
            x=x,
            has_axis=number == len(panels) - 1,
        )
        for number, ((curves, view), rows) in enumerate(zip(panels, heights, strict=True))
    ]
    return Stack(figures, [sum(heights[:number]) for number in range(len(figures))])
