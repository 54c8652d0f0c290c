"""Axes of a chart: the gutter of values on the left of each plot row, and the axis of x below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.chart.drawing.raster import NO_INK, Raster
from tui.widgets.chart.drawing.scale import (
    Scale,
    count_labels,
    linear_ticks,
    short_value,
    time_labels,
    time_ticks,
    value_labels,
    value_ticks,
)
from tui.widgets.chart.drawing.text_row import CURSOR, FAINT, GUTTER, PLAIN, InkRun, TextRow

if TYPE_CHECKING:
    from tui.widgets.chart.view import View
    from tui.widgets.glyphs import Glyphs

_LABEL = GUTTER - 2
"""Cells for the label of a value."""


def plot_rows(raster: Raster, view: View, y: Scale, glyphs: Glyphs) -> list[list[InkRun]]:
    """Return the rows of the plot with ticks at round values, and the value at the crosshair's row."""
    ticks = value_ticks(y, max(2, raster.height // 3))
    labels = {
        raster.cell(0.0, min(1.0, max(0.0, y.fraction(tick))))[1]: (
            label if len(label) <= _LABEL else short_value(tick, _LABEL)
        )
        for tick, label in zip(ticks, value_labels(ticks), strict=True)
    }
    level = None
    if view.level is not None and 0 <= (height := y.fraction(view.level)) <= 1:
        level = raster.cell(0.0, height)[1]
        labels[level] = short_value(view.level, _LABEL)
    rows: list[list[InkRun]] = []
    for number, runs in enumerate(raster.rows()):
        label = labels.get(number)
        axis = glyphs.vertical if label is None else glyphs.tick_left
        edge = f"{(label or '')[:_LABEL]:>{_LABEL}} {axis}"
        ink = CURSOR if number == level else FAINT
        rows.append([(edge, ink), *((text, PLAIN if own == NO_INK else own) for text, own in runs)])
    return rows


def x_axis(view: View, x: Scale, plot_width: int, width: int, glyphs: Glyphs) -> list[list[InkRun]]:
    """Return the axis with its marks and the cursor, and the row of labels below it."""
    most = max(2, plot_width // 9)
    if view.unit == "seconds":
        ticks = time_ticks(x.low, x.high, most)
        labels = time_labels(ticks)
    else:
        ticks = linear_ticks(x.low, x.high, most)
        labels = count_labels(ticks)
    columns = [round(x.fraction(tick) * (plot_width - 1)) for tick in ticks]
    axis = [glyphs.horizontal] * plot_width
    for column in columns:
        axis[column] = glyphs.tick_below
    for at, sign in view.marks:
        if 0 <= (column := round(x.fraction(at) * (plot_width - 1))) < plot_width:
            axis[column] = sign
    line = TextRow(width)
    line.pad_to(GUTTER - 1)
    line.add(glyphs.corner, FAINT)
    pointer = None if view.cursor is None else round(x.fraction(view.cursor) * (plot_width - 1))
    if pointer is not None and 0 <= pointer < plot_width:
        line.add("".join(axis[:pointer]), FAINT)
        line.add(glyphs.pointer, CURSOR)
        line.add("".join(axis[pointer + 1 :]), FAINT)
    else:
        line.add("".join(axis), FAINT)

    unit = "time" if view.unit == "seconds" else view.unit
    below = TextRow(width)
    room = width - len(unit) - 1
    for column, label in zip(columns, labels, strict=True):
        start = GUTTER + column - len(label) // 2
        if start > below.used and start + len(label) < room:
            below.pad_to(start)
            below.add(label, FAINT)
    below.pad_to(width - len(unit))
    below.add(unit, FAINT)
    return [line.finish(), below.finish()]
