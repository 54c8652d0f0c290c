"""Where a text can be cut so that its pre-tokens stay what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before a space that follows no white space, and before a line break that follows a letter or digit: no piece
# of any of our PATTERNS runs across such a place, and only a piece of white space looks ahead.
_CUT = re.compile(r" (?<=\S )|\n(?<=[^\W_]\n)")

WHITE_SPACE_STRIDE = 100_000
"""Characters. The regular expressions of tiktoken give up on about a million of white space in a row."""


def blocks(text: str, size: int) -> Iterator[str]:
    """The text in parts of about `size` characters, cut only where none of our PATTERNS has a piece.

    A part is longer where there is no such place, as in a text without spaces.
    """
    start = 0
    while start < len(text):
        cut = _CUT.search(text, start + size) if start + size < len(text) else None
        end = cut.start() if cut else len(text)
        yield text[start:end]
        start = end


def without_deserts(text: str) -> Iterator[str]:
    """The text, cut within runs of white space that are longer than two strides, and nowhere else."""
    start = 0
    for place in range(WHITE_SPACE_STRIDE, len(text), WHITE_SPACE_STRIDE):
        if text[place - WHITE_SPACE_STRIDE : place].isspace():
            yield text[start:place]
            start = place
    yield text[start:]
