"""Word wrap that can go on where it stopped: what follows never changes a line before the last."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import get_character_cell_size

Line = tuple[int, int]
"""Where a line starts and ends in its text; the space or newline it was broken at belongs to none."""

# Characters that take one cell each: Latin, Greek, Cyrillic, typographic punctuation, our own signs, boxes.
_NARROW = re.compile("[ -\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2400-\u2426\u2500-\u25fc⟨⟩\n]*")
_SEPARATOR = re.compile(" ?\n| |")


def wrap(text: str, width: int, start: int = 0) -> list[Line]:
    """The lines of visible text from `start` on, each at most `width` cells (one wide character at least).

    Breaks after the last word that fits, within a word only where it is longer than a line. Text that ends in a
    newline ends in an empty line. For any `line` of the result `wrap(text + more, width, line[0])` agrees with
    `wrap(text + more, width)`, if it is the last one.
    """
    width = max(1, width)
    if _NARROW.fullmatch(text, start):
        return _wrap_narrow(text, width, start)
    return _wrap_wide(text, width, start)


@lru_cache(maxsize=8)
def _narrow_line(width: int) -> re.Pattern[str]:
    """The longest stretch that fits and ends before a space, a newline or the end; else as much as fits."""
    return re.compile(rf"([^\n]{{1,{width}}}(?= |\n|\Z)|[^\n]{{1,{width}}}|)(?: ?\n| |)")


def _wrap_narrow(text: str, width: int, start: int) -> list[Line]:
    lines = [match.span(1) for match in _narrow_line(width).finditer(text, start)]
    # The pattern also matches nothing at the end; that is a line only after a newline, or when it is all.
    if len(lines) > 1 and lines[-1][0] == lines[-1][1] and text[-1] != "\n":
        lines.pop()
    return lines


def _wrap_wide(text: str, width: int, start: int) -> list[Line]:
    lines: list[Line] = []
    while True:
        end = _line_end(text, width, start)
        lines.append((start, end))
        separator = _SEPARATOR.match(text, end)
        assert separator is not None
        start = separator.end()
        if start == len(text) and not separator.group().endswith("\n"):
            return lines


def _line_end(text: str, width: int, start: int) -> int:
    cells, end, word_end = 0, start, None
    while end < len(text) and text[end] != "\n":
        size = get_character_cell_size(text[end])
        if cells + size > width and end > start:
            return end if word_end is None else word_end
        cells, end = cells + size, end + 1
        if end == len(text) or text[end] in " \n":
            word_end = end
    return end
