"""The panes of the lab that are on the screen: all of them in columns, a page behind tabs, or a single one."""

from __future__ import annotations

from enum import Enum
from typing import Literal, get_args

PaneName = Literal["corpora", "runs", "chart", "talk"]
PANES: tuple[PaneName, ...] = get_args(PaneName)
"""In the order of their keys and of Tab."""
LISTS: tuple[PaneName, ...] = ("corpora", "runs")
"""Panes of the left column; the others are in the right one."""

COLUMNS_WIDTH = 100
"""Fewest columns of a terminal in which all panes have room."""
PAGE_SIZE = (60, 16)
"""Fewest columns and rows of a terminal in which several panes and a line of tabs have room."""
CURVE_ROWS = 22
"""Fewest rows in which the curve is shown above the conversation."""
KEY_LINE_ROWS = 8
"""Fewest rows with a line of keys."""
WIDE = 110
"""Columns from which the left column is wider, and a distribution has room beside the conversation."""
WIDE_PAGE = 72
"""The same for a conversation without a column at its left."""


class Shape(Enum):
    COLUMNS = "columns"
    TABS = "tabs"
    SINGLE = "single"


def shape_of(width: int, height: int) -> Shape:
    """Return the shape for a terminal of this size, in cells."""
    if width < PAGE_SIZE[0] or height < PAGE_SIZE[1]:
        return Shape.SINGLE
    return Shape.TABS if width < COLUMNS_WIDTH else Shape.COLUMNS


def shown_panes(shape: Shape, height: int, page: PaneName, zoomed: PaneName | None) -> tuple[PaneName, ...]:
    """Return the panes on the screen, in a terminal of `height` rows.

    A list has room for the curve beside it: what the cursor is on is drawn at once.
    """
    if zoomed is not None:
        return (zoomed,)
    match shape, page:
        case Shape.COLUMNS, _:
            return PANES
        case Shape.TABS, "corpora" | "runs":
            return (page, "chart")
        case Shape.TABS, "talk" if height >= CURVE_ROWS:
            return ("chart", "talk")
        case _:
            return (page,)


def style_classes(shape: Shape, width: int, height: int, shown: tuple[PaneName, ...]) -> dict[str, bool]:
    """Return the style classes of the screen, each with whether it applies."""
    is_paged = len(shown) < len(PANES)
    return {
        **{f"-{other.value}": other is shape for other in Shape},
        "-paged": is_paged,
        "-alone": len(shown) == 1,
        "-wide": width >= WIDE,
        "-beside": width >= (WIDE_PAGE if is_paged else WIDE),
        "-low": height < KEY_LINE_ROWS,
    }
