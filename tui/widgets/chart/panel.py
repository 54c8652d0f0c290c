"""A panel of a chart: curves on one axis of y, and what is drawn beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.formatting import decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.widgets.chart.crosshair import Crosshair
    from tui.widgets.chart.curves import Curve, Kind
    from tui.widgets.chart.forecast import Forecast
    from tui.widgets.chart.looks import Looks
    from tui.widgets.chart.view import Box, View

FORECAST_EVERY = 0.02
"""Fraction of the run after which its forecast is worked out again."""


@dataclass
class Panel:
    title: str = "loss"
    format: Callable[[float], str] = decimal
    """Text of a value in the legend."""
    log: bool = False
    curves: dict[str, Curve] = field(default_factory=dict)
    """By name, in the order in which they are drawn."""
    levels: tuple[tuple[float, str], ...] = ()
    forecast: Forecast | None = None

    def clear(self) -> None:
        """Remove the curves, and the forecast of them."""
        self.curves.clear()
        self.forecast = None

    def set_series(
        self, name: str, kind: Kind, color: str | None, x: Sequence[float], y: Sequence[float]
    ) -> None:
        """Replace all points of a series; x ascending, y as measured and possibly not finite."""
        from tui.widgets.chart.curves import Curve
        from tui.widgets.colors import series_color

        if color is None:
            color = series_color(
                name, tuple(curve.color for curve in self.curves.values() if curve.name != name)
            )
        self.curves[name] = curve = Curve(name, kind, color)
        curve.extend(x, y)

    def append(self, name: str, kind: Kind, x: float, y: float) -> None:
        """Append a point. One at an earlier x replaces all points from there on."""
        if name not in self.curves:
            self.set_series(name, kind, None, (), ())
        self.curves[name].append(x, y)

    def foretell(self, name: str, end: float | None) -> bool:
        """Work out the expected course of a series up to `end`, every 2 % anew; None: none. Return if it changed."""
        known, curve = self.forecast, self.curves.get(name)
        if end is None or curve is None or not curve.x:
            self.forecast = None
            return known is not None
        if known is not None and known.x[-1] == end and curve.x[-1] - known.x[0] <= FORECAST_EVERY * end:
            return False
        from tui.widgets.chart.forecast import forecast  # imports numpy

        self.forecast = forecast(curve.x, curve.y, end)
        return True

    def view(
        self, shared: View, number: int, looks: Looks, crosshair: Crosshair, dragged: Box | None
    ) -> View:
        """Return the view of the panel of a number: what all panels share, and what this one has of its own."""
        is_aimed = crosshair.panel == number
        return replace(
            shared,
            log=self.log,
            title=self.title,
            format=self.format,
            levels=self.levels,
            forecast=self.forecast,
            x_range=looks.now.x,
            y_range=looks.now.y.get(number),
            cursor=crosshair.x,
            level=crosshair.y if is_aimed else None,
            box=(dragged or crosshair.box) if is_aimed else None,
        )
