"""Long documents cut at safe cuts of all tokenizers: bounded memory, the same tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.documents import Piece
from engine.tokenizers.cuts import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK_CHARACTERS = 1 << 20


def cut_pieces(pieces: Iterable[Piece], limit: int = CHUNK_CHARACTERS) -> Iterator[Piece]:
    """Yield the same documents in pieces of at most `limit` characters that can be tokenized one by one.

    A span of `limit` characters without a safe cut is cut at its end.
    """
    held = ""
    for piece in pieces:
        *whole, held = blocks(held + piece.text, limit)
        for text in whole:
            yield Piece(text, ends_document=False)
        if piece.ends_document:
            yield Piece(held)
            held = ""
    if held:
        yield Piece(held, ends_document=False)
