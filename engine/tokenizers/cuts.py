"""Where a text can be cut so that it tokenizes as the whole does.

A cut stands before a space that follows no white space, or before a line end that follows a letter or digit.
All of our PATTERNS begin a piece there: in none does a run of other signs take in a space, or a run of letters
or digits a line end; and none looks back, or further ahead than the end of white space. Words, characters and
bytes are indifferent to such cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WHITE_SPACE_STRIDE = 100_000
"""Characters. The regular expressions of tiktoken give up on about a million of white space in a row."""


def last_cut(text: str, start: int, limit: int) -> int:
    """The last good place in the `limit` characters from `start`; their end where there is none."""
    place = start + limit + 1
    while (place := max(text.rfind(" ", start + 1, place), text.rfind("\n", start + 1, place))) > 0:
        before = text[place - 1]
        if before.isalnum() or (text[place] == " " and not before.isspace()):
            return place
    return start + limit


def blocks(text: str, limit: int) -> Iterator[str]:
    """The text in parts of at most `limit` characters, the last of them never empty unless the text is."""
    start = 0
    while len(text) - start > limit:
        end = last_cut(text, start, limit)
        yield text[start:end]
        start = end
    yield text[start:]


def without_deserts(text: str) -> Iterator[str]:
    """The text, cut within runs of white space that are longer than two strides, and nowhere else."""
    start = 0
    for place in range(WHITE_SPACE_STRIDE, len(text), WHITE_SPACE_STRIDE):
        if text[place - WHITE_SPACE_STRIDE : place].isspace():
            yield text[start:place]
            start = place
    yield text[start:]
