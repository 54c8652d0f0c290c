"""Legend of a chart: names of curves with their values, and options of the view."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.formatting import count, duration
from engine.sanitize import cell_width, single_line, visible
from tui.widgets.chart.drawing.text_row import CURSOR, FAINT, GUTTER, InkRun, TextRow, line_ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.widgets.chart.curves import Curve
    from tui.widgets.chart.forecast import Forecast
    from tui.widgets.chart.view import Unit, View
    from tui.widgets.glyphs import Glyphs

_NAME_WIDTH, _LEAST_NAME = 24, 4
"""Most and least cells for the name of a curve."""
_SHORT_NAME = 5
"""Cells for each name, such as train, below which the expected end leaves the options out."""
_FEW, _TELLING_NAME = 2, 7
"""Curves beyond which names are those of runs, of which so many cells tell one from another."""
_LEFT_OUT_WIDTH = 8
"""Cells of the count of curves that the legend has no room for."""
_BESIDE_NAME = 5
"""Cells of a curve's sign and of the blanks around its name and value."""


def legend(
    curves: Sequence[Curve], view: View, column: float, average: float, width: int, glyphs: Glyphs
) -> list[InkRun]:
    """Return names with last values or those at the cursor, and at the right the options of the view.

    `column` and `average`: widths of a column of the plot and of the moving average in units of x. Names are
    shortened so that all curves have room; options that have none are left out, and of many curves the last ones,
    which are counted.
    """
    notes = [f"smooth {view.smoothing:.0%}"] if view.smoothing else []
    notes += ["log"] if view.log else []
    notes += ["zoomed"] if view.x_range is not None or view.y_range is not None else []
    right = f" {glyphs.between} ".join(notes)
    line = TextRow(width)
    line.add(f"{view.title:>{GUTTER - 2}}  ", FAINT)
    if view.cursor is not None:
        line.add(f"{x_value(view.cursor, view.unit)}  ", CURSOR)
    values = [_value_text(curve, view, column, average) for curve in curves]
    if glyphs.ascii:
        values = [value.replace("°", "") for value in values]
    end = _end_text(view, glyphs)
    left_out, are_many = 0, len(curves) > _FEW
    if are_many:
        room = width - line.used
        needed = [
            min(_TELLING_NAME, cell_width(curve.name)) + len(value) + _BESIDE_NAME
            for curve, value in zip(curves, values, strict=True)
        ]
        if sum(needed) + len(right) > room:
            right = right.replace("smooth", "sm").replace(f" {glyphs.between} ", " ")
        if sum(needed) + len(right) > room:
            right = ""
        while len(needed) > 1 and sum(needed) + (left_out and _LEFT_OUT_WIDTH) > room:
            left_out += 1
            needed.pop()
        curves, values = curves[: len(needed)], values[: len(needed)]
        right = f"+{left_out} more" if left_out else right
    if values and end:
        names = sum(min(_NAME_WIDTH, cell_width(curve.name)) for curve in curves)
        full = line.used + len(right) + names + sum(len(value) + _BESIDE_NAME for value in values)
        values[0] += f", at the end {end}" if full + len(end) + 13 <= width else f" {glyphs.arrow} {end}"
    if line.used + len(right) + sum(len(value) + _BESIDE_NAME + _LEAST_NAME for value in values) > width:
        right = right.replace("smooth", "sm").replace(f" {glyphs.between} ", " ")
    room = width - line.used - len(right) - sum(len(value) + _BESIDE_NAME for value in values)
    if end and room < _SHORT_NAME * len(curves):
        room, right = room + len(right), ""
    name_width = min(_NAME_WIDTH, max(_LEAST_NAME, room // max(1, len(curves))))
    spare = room - sum(min(name_width, cell_width(curve.name)) for curve in curves)
    for index, (curve, value) in enumerate(zip(curves, values, strict=True)):
        sign = glyphs.marker if curve.kind == "validation" else glyphs.line
        wanted = cell_width(curve.name)
        given = min(_NAME_WIDTH, wanted, name_width + max(0, spare))
        spare -= max(0, given - name_width)
        line.add("  " if index else "")
        line.add(f"{sign} ", line_ink(index))
        name = _in_the_middle(curve.name, given, glyphs) if are_many else curve.name
        line.add(single_line(name, given, ascii_signs=glyphs.ascii) + " ", FAINT)
        line.add(value)
    if line.used + 2 + len(right) <= width:
        line.pad_to(width - len(right))
        line.add(right, FAINT)
    return line.finish()


def _in_the_middle(name: str, width: int, glyphs: Glyphs) -> str:
    """Shorten a name in its middle, as names of runs often differ in their ends alone."""
    shown = visible(name, ascii_signs=glyphs.ascii)
    ellipsis = "..." if glyphs.ascii else "…"
    kept = width - len(ellipsis)
    # Of wide characters, the middle of the text cannot be told by its length.
    if len(shown) <= width or kept < 2 or cell_width(shown) != len(shown):
        return name
    return f"{shown[: kept // 3]}{ellipsis}{shown[len(shown) - kept + kept // 3 :]}"


def x_value(x: float, unit: Unit) -> str:
    """Format an x of the horizontal axis."""
    if unit == "seconds":
        return duration(x)
    return f"step {x:.0f}" if unit == "steps" else f"{count(x, 6)} tokens"


def end_value(forecast: Forecast, glyphs: Glyphs) -> str:
    """Format the expected last value with half the width of its band, in one or two digits: `1.23±0.02`."""
    middle, half = forecast.end
    if not (math.isfinite(middle) and math.isfinite(half)):
        return ""
    digits = min(4, max(0, -math.floor(math.log10(half / 2)))) if half > 0 else 4
    return f"{middle:.{digits}f}{glyphs.plus_minus}{half:.{digits}f}"


def _end_text(view: View, glyphs: Glyphs) -> str:
    return end_value(view.forecast, glyphs) if view.forecast is not None and view.cursor is None else ""


def _value_text(curve: Curve, view: View, column: float, average: float) -> str:
    """Return the newest average, or the value measured nearest to the cursor, with its x where that is another."""
    if view.cursor is None:
        return view.format(float(curve.average(average)[-1])) if len(curve) else "-"
    index = curve.nearest(view.cursor)
    if index is None:
        return "-"
    x, measured = curve.x[index], view.format(curve.y[index])
    return measured if abs(x - view.cursor) <= column / 2 else f"{measured} at {_short(x, view.unit)}"


def _short(x: float, unit: Unit) -> str:
    return duration(x) if unit == "seconds" else f"{x:.0f}" if unit == "steps" else count(x, 3)
