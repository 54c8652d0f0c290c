"""Long documents cut where no tokenizer looks across: memory stays bounded, and the tokens the same.

A cut stands before a space that follows no white space, or before a line end that follows a letter or digit.
All published pre-token patterns begin a token there: in none does a run of other signs take in a space, or a run
of letters or digits a line end; and none looks back, or further ahead than the end of white space. Words,
characters and bytes are indifferent to such cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.documents import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK_CHARACTERS = 1 << 20


def cut_pieces(pieces: Iterable[Piece], limit: int = CHUNK_CHARACTERS) -> Iterator[Piece]:
    """The same documents in pieces of at most `limit` characters that can be tokenized one by one.

    A stretch of `limit` characters without any good place is cut at its end.
    """
    held = ""
    for piece in pieces:
        text = held + piece.text if held else piece.text
        start = 0
        while len(text) - start > limit:
            end = _last_cut(text, start, start + limit)
            yield Piece(text[start:end], ends_document=False)
            start = end
        held = text[start:] if start else text
        if piece.ends_document:
            yield Piece(held)
            held = ""
    if held:
        yield Piece(held, ends_document=False)


def _last_cut(text: str, start: int, end: int) -> int:
    """The last good place after `start` and not beyond `end`."""
    place = end + 1
    while (place := max(text.rfind(" ", start + 1, place), text.rfind("\n", start + 1, place))) > 0:
        before = text[place - 1]
        if before.isalnum() or (text[place] == " " and not before.isspace()):
            return place
    return end
