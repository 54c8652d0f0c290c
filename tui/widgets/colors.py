"""Colors of series and probabilities, as variables of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from textual.color import Color

from tui.theme import CHANCES, DARK, SERIES

if TYPE_CHECKING:
    from textual.widget import Widget

PROBABILITY = ((0.5, None), *zip((0.2, 0.05, 0.01, 0.0), reversed(CHANCES), strict=True))
"""Lower bounds and variables. Probable tokens keep the color of text."""


def themed(widget: Widget, variable: str) -> Color:
    """Return the color that a variable has in the app's theme; in a theme that is not ours, that of the dark one."""
    return Color.parse(widget.app.theme_variables.get(variable) or DARK.variables[variable])


def series_color(name: str, taken: tuple[str, ...] = ()) -> str:
    """Return a variable that depends on the name only, unless it is in `taken`."""
    first = crc32(name.encode("utf-8", errors="surrogatepass")) % len(SERIES)
    order = SERIES[first:] + SERIES[:first]
    return next((color for color in order if color not in taken), order[0])


def probability_color(probability: float) -> str | None:
    """Return the variable for a token of this probability; None for the color of text."""
    return next((color for bound, color in PROBABILITY if probability >= bound), PROBABILITY[-1][1])
