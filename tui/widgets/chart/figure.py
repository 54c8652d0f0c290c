"""A chart as rows of text: legend, axes, curves. A pure function of its inputs.

loss  ━ train 1.234   ● validation 1.456          log · smoothing 0.97
  4 ┤⣧
    │⠈⠳⣄⡀
  2 ┤   ⠈⠉⠒⠒⠤⠤●
    └┬──────────┬─────────
     0        500     steps
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.formatting import count, decimal, duration
from engine.sanitize import cell_width, single_line
from tui.widgets.chart.curves import extent
from tui.widgets.chart.raster import ASCII_DOTS, BRAILLE, NO_INK, Raster
from tui.widgets.chart.scale import (
    LARGEST,
    Scale,
    count_labels,
    fitted,
    linear_ticks,
    still_fits,
    time_labels,
    time_ticks,
    value_labels,
    value_ticks,
)
from tui.widgets.glyphs import UNICODE, Glyphs

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.widgets.chart.curves import Curve
    from tui.widgets.chart.forecast import Forecast
    from tui.widgets.chart.view import Unit, View

InkRun = tuple[str, int]
"""Text and its ink."""

PLAIN, FAINT, CURSOR = 0, 1, 2
_FIRST_CURVE = 3
GUTTER = 7
"""Cells for the labels of the vertical axis and the axis itself."""
_MARGIN_BELOW = 2
_NAME_WIDTH, _LEAST_NAME = 24, 4
"""Most and least cells for the name of a curve."""


def raw_ink(curve: int) -> int:
    return _FIRST_CURVE + 2 * curve


def line_ink(curve: int) -> int:
    return _FIRST_CURVE + 2 * curve + 1


@dataclass(frozen=True)
class Figure:
    """The rows of a chart, its scales, and the size of its plot."""

    rows: list[list[InkRun]]
    x: Scale
    y: Scale
    plot_width: int
    plot_height: int


@dataclass
class _Line:
    """One row, filled from the left."""

    width: int
    runs: list[InkRun] = field(default_factory=list)
    used: int = 0

    def add(self, text: str, ink: int = PLAIN) -> None:
        text = single_line(text, self.width - self.used)
        if text:
            self.runs.append((text, ink))
            self.used += cell_width(text)

    def pad_to(self, column: int) -> None:
        if column > self.used:
            self.add(" " * (column - self.used))

    def finish(self) -> list[InkRun]:
        self.pad_to(self.width)
        return self.runs


def draw(
    curves: Sequence[Curve],
    view: View,
    width: int,
    height: int,
    *,
    glyphs: Glyphs = UNICODE,
    previous: Figure | None = None,
) -> Figure:
    """Draws all curves, those of validation over those of training.

    Keeps the scales of the previous figure while they fit, so that a new point changes few rows.
    """
    plot_width, plot_height = max(1, width - GUTTER), max(1, height - 1 - _MARGIN_BELOW)
    x = _x_scale(curves, view, previous.x if previous else None)
    y = _y_scale(curves, view, x, previous.y if previous else None)
    raster = Raster(plot_width, plot_height, ASCII_DOTS if glyphs.ascii else BRAILLE)
    levels = [(y.fraction(value), label) for value, label in view.levels]
    for at, _ in levels:
        raster.dotted(np.array([0.0, 1.0]), np.array([at, at]), FAINT, 1, 3)
    if view.forecast is not None:
        _draw_forecast(raster, view.forecast, x, y)
    for raw in (True, False):
        for index, curve in enumerate(curves):
            if raw and (curve.kind == "validation" or not view.smoothing):
                continue
            _draw_curve(raster, curve, x, y, raw_ink(index) if raw else line_ink(index), raw)
    for at, label in levels:
        raster.label(at, FAINT, f" {label}")
    for index, curve in enumerate(curves):
        _draw_marks(raster, curve, view, x, y, line_ink(index), glyphs)
    rows = [
        _legend(curves, view, (x.high - x.low) / plot_width, width, glyphs),
        *_plot_rows(raster, view, y, plot_height, glyphs),
        *_x_axis(view, x, plot_width, width, glyphs),
    ]
    return Figure(rows[:height], x, y, plot_width, plot_height)


def _x_scale(curves: Sequence[Curve], view: View, previous: Scale | None) -> Scale:
    if view.x_range is not None:
        return Scale(*view.x_range)
    low, high = extent(curves, view.x_end)
    if view.x_end is not None and high <= view.x_end and high > low:
        return Scale(low, high)
    if previous is not None and still_fits(previous, low, high) and previous.fraction(low) < 0.05:
        return previous
    scale = fitted(low, high)
    return replace(scale, low=max(scale.low, min(low, 0.0))) if high > low else scale


def _y_scale(curves: Sequence[Curve], view: View, x: Scale, previous: Scale | None) -> Scale:
    """Return a scale for all averages and measurements, and for raw values between their 2% quantiles."""
    shown: list[NDArray[np.float64]] = []
    for curve in curves:
        window = curve.window(x.low, x.high)
        shown.append(_drawable(curve.smooth[window], view.log))
        if curve.kind == "train" and view.smoothing:
            raw = _drawable(curve.y[window], view.log)
            shown.append(np.quantile(raw, [0.02, 0.98]) if raw.size else raw)
    if view.forecast is not None:
        shown.append(view.forecast.middle[view.forecast.x <= x.high])
    values = np.concatenate(shown) if shown else np.empty(0)
    if not values.size:
        return Scale(1.0, 10.0, log=True) if view.log else Scale(0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if previous is not None and previous.log == view.log and still_fits(previous, low, high):
        return previous
    return fitted(low, high, log=view.log)


def _drawable(values: array[float], log: bool) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = np.array(values)
    return numbers[(np.abs(numbers) < LARGEST) & ((numbers > 1 / LARGEST) | (not log))]


def _fractions(values: array[float] | NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """`Scale.fraction` of many values at once; NaN for what cannot be drawn."""
    numbers = np.array(values)
    numbers[~(np.abs(numbers) < LARGEST)] = np.nan
    if not scale.log:
        return (numbers - scale.low) / (scale.high - scale.low)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(numbers / scale.low) / math.log(scale.high / scale.low)
    return np.where(numbers > 0, logs, np.nan)


def _draw_curve(raster: Raster, curve: Curve, x: Scale, y: Scale, ink: int, raw: bool) -> None:
    window = curve.window(x.low, x.high)
    heights = curve.y if raw else curve.smooth
    raster.curve(_fractions(curve.x[window], x), _fractions(heights[window], y), ink)


def _draw_forecast(raster: Raster, forecast: Forecast, x: Scale, y: Scale) -> None:
    """Draw the expected values as dashes, and dots around their band."""
    across = _fractions(forecast.x, x)
    for edge in (forecast.low, forecast.high):
        raster.dotted(across, _fractions(edge, y), raw_ink(0), 1, 3)
    raster.dotted(across, _fractions(forecast.middle, y), line_ink(0), 4, 4)


def _draw_marks(
    raster: Raster, curve: Curve, view: View, x: Scale, y: Scale, ink: int, glyphs: Glyphs
) -> None:
    """Draw markers on measurements, if they leave the line between them visible, and at the cursor."""
    window = curve.window(x.low, x.high)
    if curve.kind == "validation" and len(curve.x[window]) * 3 <= raster.width:
        for one_x, one_y in zip(curve.x[window], curve.smooth[window], strict=True):
            raster.mark(x.fraction(one_x), y.fraction(one_y), ink, glyphs.marker)
    if view.cursor is not None and (index := curve.nearest(view.cursor)) is not None:
        height = min(max(y.fraction(curve.y[index]), 0.0), 1.0)
        raster.mark(x.fraction(curve.x[index]), height, CURSOR, glyphs.marker)


def _plot_rows(raster: Raster, view: View, y: Scale, height: int, glyphs: Glyphs) -> list[list[InkRun]]:
    ticks = value_ticks(y, max(2, height // 3))
    labels = {
        raster.cell(0.0, min(1.0, max(0.0, y.fraction(tick))))[1]: label
        for tick, label in zip(ticks, value_labels(ticks), strict=True)
    }
    rows: list[list[InkRun]] = []
    for number, runs in enumerate(raster.rows()):
        label = labels.get(number)
        axis = glyphs.vertical if label is None else glyphs.tick_left
        edge = f"{(label or '')[: GUTTER - 2]:>{GUTTER - 2}} {axis}"
        rows.append([(edge, FAINT), *((text, PLAIN if ink == NO_INK else ink) for text, ink in runs)])
    return rows


def _x_axis(view: View, x: Scale, plot_width: int, width: int, glyphs: Glyphs) -> list[list[InkRun]]:
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
    line = _Line(width)
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
    below = _Line(width)
    room = width - len(unit) - 1
    for column, label in zip(columns, labels, strict=True):
        start = GUTTER + column - len(label) // 2
        if start > below.used and start + len(label) < room:
            below.pad_to(start)
            below.add(label, FAINT)
    below.pad_to(width - len(unit))
    below.add(unit, FAINT)
    return [line.finish(), below.finish()]


def _legend(curves: Sequence[Curve], view: View, column: float, width: int, glyphs: Glyphs) -> list[InkRun]:
    """Return names with last values or those at the cursor, and at the right the options of the view.

    `column`: width of a column of the plot in units of x. Names are shortened so that all curves have room.
    """
    notes = [f"smooth {view.smoothing:g}"] if view.smoothing else []
    notes += ["log"] if view.log else []
    right = f" {glyphs.between} ".join(notes)
    line = _Line(width)
    line.add(f"{view.title:>{GUTTER - 2}}"[: GUTTER - 2] + "  ", FAINT)
    if view.cursor is not None:
        line.add(f"{x_value(view.cursor, view.unit)}  ", CURSOR)
    values = [_value_text(curve, view, column) for curve in curves]
    if line.used + len(right) + sum(len(value) + 5 + _LEAST_NAME for value in values) > width:
        right = right.replace("smooth", "sm").replace(f" {glyphs.between} ", " ")
    room = width - line.used - len(right) - sum(len(value) + 5 for value in values)
    name_width = min(_NAME_WIDTH, max(_LEAST_NAME, room // max(1, len(curves))))
    spare = room - sum(min(name_width, cell_width(curve.name)) for curve in curves)
    for index, (curve, value) in enumerate(zip(curves, values, strict=True)):
        sign = glyphs.marker if curve.kind == "validation" else glyphs.line
        wanted = cell_width(curve.name)
        given = min(_NAME_WIDTH, wanted, name_width + max(0, spare))
        spare -= max(0, given - name_width)
        line.add(f"{sign} ", line_ink(index))
        line.add(single_line(curve.name, given, ascii_signs=glyphs.ascii) + " ", FAINT)
        line.add(f"{value}  ")
    if line.used + len(right) <= width:
        line.pad_to(width - len(right))
        line.add(right, FAINT)
    return line.finish()


def x_value(x: float, unit: Unit) -> str:
    """Format an x of the horizontal axis."""
    if unit == "seconds":
        return duration(x)
    return f"step {x:.0f}" if unit == "steps" else f"{count(x, 6)} tokens"


def _value_text(curve: Curve, view: View, column: float) -> str:
    """Return the newest average, or the value measured nearest to the cursor, with its x where that is another."""
    if view.cursor is None:
        value = curve.last()
        return "-" if math.isnan(value) and not len(curve) else decimal(value)
    index = curve.nearest(view.cursor)
    if index is None:
        return "-"
    x, measured = curve.x[index], decimal(curve.y[index])
    return measured if abs(x - view.cursor) <= column / 2 else f"{measured} at {_short(x, view.unit)}"


def _short(x: float, unit: Unit) -> str:
    return duration(x) if unit == "seconds" else f"{x:.0f}" if unit == "steps" else count(x, 3)
