"""Incremental word wrap: appended text never changes a line before the last."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import get_character_cell_size

Span = tuple[int, int]
"""Start and end of a line in its text, in characters. The separator at a break belongs to no line."""

# Characters that take one cell each: Latin, Greek, Cyrillic, typographic punctuation, our own signs, boxes.
_NARROW = re.compile("[ -\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2400-\u2426\u2500-\u25fc⟨⟩\n]*")
_SEPARATOR = re.compile(" ?\n| |")


def wrap_spans(text: str, width: int, start: int = 0) -> list[Span]:
    """Return the lines of visible text from `start` on, each at most `width` cells but at least one character.

    Lines break after the last word that fits, and within a word only if it is longer than a line. Text that ends in
    a newline ends in an empty line. Appending is incremental: for the last `span` of the result,
    `wrap_spans(text + more, width, span[0])` equals the end of `wrap_spans(text + more, width)`.
    """
    width = max(1, width)
    if _NARROW.fullmatch(text, start):
        return _wrap_narrow(text, width, start)
    return _wrap_wide(text, width, start)


@lru_cache(maxsize=8)
def _narrow_line(width: int) -> re.Pattern[str]:
    """Pattern of the longest run that fits and ends at a word boundary; without one, of as much as fits."""
    return re.compile(rf"([^\n]{{1,{width}}}(?= |\n|\Z)|[^\n]{{1,{width}}}|)(?: ?\n| |)")


def _wrap_narrow(text: str, width: int, start: int) -> list[Span]:
    lines = [match.span(1) for match in _narrow_line(width).finditer(text, start)]
    # The pattern also matches nothing at the end; that is a line only after a newline, or when it is all.
    if len(lines) > 1 and lines[-1][0] == lines[-1][1] and text[-1] != "\n":
        lines.pop()
    return lines


def _wrap_wide(text: str, width: int, start: int) -> list[Span]:
    lines: list[Span] = []
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
