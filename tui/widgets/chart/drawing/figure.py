"""A chart as rows of text: legend, axes, curves. A pure function of its inputs.

loss  ━ train 1.234   ● validation 1.456              smooth 3% · log
  4 ┤⣧
    │⠈⠳⣄⡀
  2 ┤   ⠈⠉⠒⠒⠤⠤●
    └┬──────────┬─────────
     0        500     steps
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tui.widgets.chart.curves import extent
from tui.widgets.chart.drawing.axes import plot_rows, x_axis
from tui.widgets.chart.drawing.heights import AXIS_ROWS, LEGEND_ROWS
from tui.widgets.chart.drawing.legend import legend
from tui.widgets.chart.drawing.raster import ASCII_DOTS, BRAILLE, Raster
from tui.widgets.chart.drawing.scale import LARGEST, Scale, fitted, still_fits
from tui.widgets.chart.drawing.text_row import CURSOR, FAINT, GUTTER, InkRun, line_ink, raw_ink
from tui.widgets.glyphs import UNICODE, Glyphs

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tui.widgets.chart.curves import Curve
    from tui.widgets.chart.forecast import Forecast
    from tui.widgets.chart.view import View


@dataclass(frozen=True)
class Figure:
    """The rows of a chart, its scales, and the size of its plot."""

    rows: list[list[InkRun]]
    x: Scale
    y: Scale
    plot_width: int
    plot_height: int

    def row(self, value: float) -> int:
        """Return the row of the plot, from the top, in which a value is; the nearest for values outside."""
        fraction = self.y.fraction(value)
        inside = min(1.0, max(0.0, fraction)) if math.isfinite(fraction) else 0.5
        return min(int((1 - inside) * self.plot_height), self.plot_height - 1)

    def level(self, row: int) -> float:
        """Return the value at the center of a row of the plot."""
        return self.y.value(1 - (row + 0.5) / self.plot_height)


def draw(
    curves: Sequence[Curve],
    view: View,
    width: int,
    height: int,
    *,
    glyphs: Glyphs = UNICODE,
    previous: Figure | None = None,
    x: Scale | None = None,
    has_axis: bool = True,
) -> Figure:
    """Draws all curves, those of validation over those of training.

    Keeps the scales of the previous figure while they fit, so that a new point changes few rows. Panels above each
    other share `x`, and all but the last have no axis of it.
    """
    plot_width = max(1, width - GUTTER)
    plot_height = max(1, height - LEGEND_ROWS - AXIS_ROWS * has_axis)
    x = x or x_scale(curves, view, previous.x if previous else None)
    average = average_width(curves, view)
    y = _y_scale(curves, view, x, average, previous.y if previous else None)
    raster = Raster(plot_width, plot_height, ASCII_DOTS if glyphs.ascii else BRAILLE)
    levels = [(y.fraction(value), label) for value, label in view.levels]
    for at, _ in levels:
        raster.dotted(np.array([0.0, 1.0]), np.array([at, at]), FAINT, 1, 3)
    if view.forecast is not None:
        _draw_forecast(raster, view.forecast, x, y)
    if average:
        for index, curve in enumerate(curves):
            if curve.kind == "train":
                _draw_curve(raster, curve, curve.y, x, y, raw_ink(index))
    for index, curve in enumerate(curves):
        _draw_average(raster, curve, average, x, y, line_ink(index))
    for at, label in levels:
        raster.label(at, FAINT, f" {label}")
    for index, curve in enumerate(curves):
        _draw_marks(raster, curve, view, x, y, line_ink(index), glyphs)
    _draw_crosshair(raster, view, x, y, glyphs)
    rows = [
        legend(curves, view, (x.high - x.low) / plot_width, average, width, glyphs),
        *plot_rows(raster, view, y, glyphs),
        *(x_axis(view, x, plot_width, width, glyphs) if has_axis else ()),
    ]
    return Figure(rows[:height], x, y, plot_width, plot_height)


def x_scale(curves: Sequence[Curve], view: View, previous: Scale | None) -> Scale:
    """Return the visible range of x, or a scale for all points and the planned end."""
    if view.x_range is not None:
        return Scale(*view.x_range)
    low, high = extent(curves, view.x_end)
    if view.x_end is not None and high <= view.x_end and high > low:
        return Scale(low, high)
    if previous is not None and still_fits(previous, low, high) and previous.fraction(low) < 0.05:
        return previous
    scale = fitted(low, high)
    return replace(scale, low=max(scale.low, min(low, 0.0))) if high > low else scale


def average_width(curves: Sequence[Curve], view: View) -> float:
    """Return the width of the moving average in units of x: a fraction of all that is trained and planned."""
    low, high = extent(curves, view.x_end)
    return view.smoothing * (high - low)


def _y_scale(curves: Sequence[Curve], view: View, x: Scale, average: float, previous: Scale | None) -> Scale:
    """Return a scale for all averages and measurements, and for raw values between their 2% quantiles."""
    if view.y_range is not None and (view.y_range[0] > 0 or not view.log):
        return Scale(*view.y_range, log=view.log)
    shown: list[NDArray[np.float64]] = []
    for curve in curves:
        window = curve.window(x.low, x.high)
        shown.append(_drawable(curve.average(average)[window], view.log))
        if curve.kind == "train" and average:
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


def _drawable(values: array[float] | NDArray[np.float64], log: bool) -> NDArray[np.float64]:
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


def _draw_curve(
    raster: Raster,
    curve: Curve,
    values: array[float] | NDArray[np.float64],
    x: Scale,
    y: Scale,
    ink: int,
) -> None:
    window = curve.window(x.low, x.high)
    raster.curve(_fractions(curve.x[window], x), _fractions(values[window], y), ink)


def _draw_average(raster: Raster, curve: Curve, width: float, x: Scale, y: Scale, ink: int) -> None:
    """Draw a line up to where later points will change the average, and dots from there to the newest point."""
    averages, settled = curve.average(width), curve.settled(width)
    if settled == len(curve):
        _draw_curve(raster, curve, averages, x, y, ink)
        return
    window = curve.window(x.low, x.high)
    line = slice(window.start, min(window.stop, settled))
    raster.curve(_fractions(curve.x[line], x), _fractions(averages[line], y), ink)
    rest = slice(max(window.start, settled - 1), window.stop)
    raster.dotted(_fractions(curve.x[rest], x), _fractions(averages[rest], y), ink, 1, 1)


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
        for one_x, one_y in zip(curve.x[window], curve.y[window], strict=True):
            raster.mark(x.fraction(one_x), y.fraction(one_y), ink, glyphs.marker)
    if view.cursor is not None and (index := curve.nearest(view.cursor)) is not None:
        height = min(max(y.fraction(curve.y[index]), 0.0), 1.0)
        raster.mark(x.fraction(curve.x[index]), height, CURSOR, glyphs.marker)


def _draw_crosshair(raster: Raster, view: View, x: Scale, y: Scale, glyphs: Glyphs) -> None:
    """Draw the outline of a box, and the crosshair once it has a height."""
    if view.box is not None:
        across = [x.fraction(at) for at in view.box.x] if view.box.x else [0.0, 1.0]
        up = [y.fraction(at) for at in view.box.y] if view.box.y else [0.0, 1.0]
        raster.outline((across[0], across[1]), (up[0], up[1]), CURSOR, glyphs)
    if view.cursor is not None and view.level is not None:
        raster.mark(x.fraction(view.cursor), y.fraction(view.level), CURSOR, glyphs.cross)
