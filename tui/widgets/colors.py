"""Colors for series and probabilities.

All are in the 6×6×6 cube of the 256-color palette, so that they look the same without COLORTERM.
"""

from __future__ import annotations

from zlib import crc32

SERIES = ("#5fafff", "#ff8700", "#5fd75f", "#ff5faf", "#d7af00", "#af87ff", "#00d7af", "#ff5f5f")

PROBABILITY = ((0.5, None), (0.2, "#5faf5f"), (0.05, "#d7af5f"), (0.01, "#ff875f"), (0.0, "#ff5f5f"))
"""Lower bounds and colors. Probable tokens keep the color of text."""


def series_color(name: str, taken: tuple[str, ...] = ()) -> str:
    """Return a color that depends on the name only, unless it is in `taken`."""
    first = crc32(name.encode("utf-8", errors="surrogatepass")) % len(SERIES)
    order = SERIES[first:] + SERIES[:first]
    return next((color for color in order if color not in taken), order[0])


def probability_color(probability: float) -> str | None:
    """Return the color of a token by its probability; None for the color of text."""
    return next((color for bound, color in PROBABILITY if probability >= bound), PROBABILITY[-1][1])
