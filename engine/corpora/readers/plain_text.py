"""Plain text to documents, which a separator line divides, as in TinyStories."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from engine.corpora.documents import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEPARATOR = "<|endoftext|>"

_SEPARATOR_TO_LINE_END = re.compile(rf"{re.escape(SEPARATOR)}(?:\n|\Z)")  # a literal first: searched fast
_MOST_BLANK_LINES = 64  # that are taken for a part of the separator after them
_MOST_BLANKS = 1 << 20  # that are held back until it is known whether a document follows them


def separate_documents(blocks: Iterable[str]) -> Iterator[Piece]:
    """Split a text at its separator lines. Blank lines around a separator belong to it; the rest is kept."""
    held = ""  # the end of what was read, as long as it may turn out to belong to a separator
    at_line_start = True
    after_separator = begun = False
    for block in chain(blocks, [None]):
        final = block is None
        text = held + (block or "")
        position = 0
        for match in _SEPARATOR_TO_LINE_END.finditer(text):
            start = match.start()
            inside_line = text[start - 1] != "\n" if start else not at_line_start
            unfinished = not final and not match[0].endswith("\n")
            if inside_line or unfinished:
                continue
            document = text[position:start].rstrip("\n")
            if after_separator and not begun:
                document = document.lstrip("\n")
            if begun or document.strip():
                yield Piece(document)
            position = match.end()
            at_line_start = after_separator = True
            begun = False
        rest = text[position:]
        held = "" if final else _unsettled_end(rest)
        if not (final or begun) and len(rest) < _MOST_BLANKS and not rest.removesuffix(held).strip():
            held = rest
        settled = rest.removesuffix(held)
        if settled:
            at_line_start = False
        if after_separator and not begun:
            settled = settled.lstrip("\n")
        if final and (begun or settled.strip()):
            yield Piece(settled)
        elif settled and not final:
            yield Piece(settled, ends_document=False)
            begun = True


def _unsettled_end(text: str) -> str:
    """Return the last line if it is the start of a possible separator, with the blank lines before it."""
    end = text[-len(SEPARATOR) - _MOST_BLANK_LINES :]
    line = end[end.rfind("\n") + 1 :]
    if not SEPARATOR.startswith(line):
        return ""
    before = end.removesuffix(line)
    return end[len(before.rstrip("\n")) :]
