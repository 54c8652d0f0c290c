"""Cells of tables that are drawn as lines."""

from __future__ import annotations

from engine.sanitize import cell_width, single_line
from tui.widgets.lines import Piece


def cell(text: str, width: int, tone: str = "", *, right: bool = False) -> Piece:
    """Return text of exactly `width` cells, shortened or padded, aligned to the left unless `right`."""
    shown = single_line(text, max(0, width))
    space = " " * (width - cell_width(shown))
    return Piece(space + shown if right else shown + space, tone)
