"""Safe cuts: positions where a text can be cut so that its parts tokenize to the same ids as the whole.

A safe cut is before a space that follows no white space, or before a line end that follows a letter or digit.
All PATTERNS begin a piece there: in none does a run of other signs include a space, or a run of letters
or digits a line end; and none looks back, or further ahead than the end of white space. Words, characters and
bytes do not depend on such cuts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAFE_CUT = re.compile(r"(?<=\S) |(?<=[^\W_])\n")
_LOOK_BACK = 4096  # characters

MOST_MARKS = 1000
"""Combining marks in a row that are put in order together, which takes the square of their number; texts have 4."""

WHITE_SPACE_STRIDE = 100_000
"""Characters. tiktoken's regular expressions fail on about a million consecutive white-space characters."""


def last_cut(text: str, start: int, limit: int) -> int:
    """Return the last safe cut in the `limit` characters from `start`; their end where there is none."""
    end = start + limit + 1
    while end > start + 1:
        # In blocks from the end: stepping from cut to cut is quadratic in the length of a run of blanks.
        begin = max(start + 1, end - _LOOK_BACK)
        position = max((match.start() for match in _SAFE_CUT.finditer(text, begin, end)), default=0)
        if position:
            return position
        end = begin
    return start + limit


def blocks(text: str, limit: int) -> Iterator[str]:
    """Yield the text in parts of at most `limit` characters; the last one is empty only for an empty text."""
    start = 0
    while len(text) - start > limit:
        end = last_cut(text, start, limit)
        yield text[start:end]
        start = end
    yield text[start:]


def without_deserts(text: str) -> Iterator[str]:
    """Yield the text, cut only within runs of white space that are longer than two strides."""
    start = 0
    for position in range(WHITE_SPACE_STRIDE, len(text), WHITE_SPACE_STRIDE):
        if text[position - WHITE_SPACE_STRIDE : position].isspace():
            yield text[start:position]
            start = position
    yield text[start:]


def without_mark_runs(text: str) -> Iterator[str]:
    """The text, cut within longer runs of combining marks than MOST_MARKS, and nowhere else."""
    import regex  # type: ignore[import-untyped]

    start = 0
    for run in regex.finditer(rf"\p{{M}}{{{MOST_MARKS}}}", text):
        yield text[start : run.end()]
        start = run.end()
    yield text[start:]
