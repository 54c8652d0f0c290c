"""Split of a corpus at one position: training text before it, held-out text after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from engine.corpora.documents import Piece
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

Part = Literal["train", "validation"]

_MOST_TOO_MUCH = 1.5
"""Whole documents are held out unless they exceed the requested size by more than this factor."""


class Split(msgspec.Struct, frozen=True):
    """Start of the held-out text: a character of a document; after the last, nothing is held out."""

    documents: int
    """Number of documents."""
    document: int
    character: int

    @property
    def train_documents(self) -> int:
        """Number of documents that are in the training text at least in part."""
        return self.document + (self.character > 0)

    @property
    def validation_documents(self) -> int:
        """Number of documents that are in the held-out text at least in part."""
        return self.documents - self.document

    @property
    def cuts_the_only_document(self) -> bool:
        """True for one divided document: neither part gets an end-of-text token, as no end can be learned."""
        return self.documents == 1 and self.character > 0


def split_documents(
    characters: NDArray[np.integer], sizes: NDArray[np.integer], validation_fraction: float
) -> Split:
    """Split documents, given their lengths in characters and in bytes, both of shape (documents,).

    The fewest last documents that make up the fraction of the bytes are held out. If they exceed it by more than a
    factor of 1.5, because documents are few and long, the split is inside one of them,
    after the first int(n * (1 - fraction)) of all n characters: a single text splits exactly as in nanoGPT.

    Raises MisuseError unless 0 <= fraction < 1.
    """
    if not 0 <= validation_fraction < 1:
        raise MisuseError(
            f"the validation fraction is {validation_fraction}; it must be at least 0 and less than 1"
        )
    documents = len(sizes)
    if validation_fraction == 0 or not documents:
        return Split(documents, documents, 0)
    wanted = validation_fraction * float(sizes.sum())
    from_the_end = np.cumsum(sizes[::-1])  # bytes held out with 1, 2, … documents
    held_out = int(np.searchsorted(from_the_end, wanted)) + 1
    if held_out < documents and from_the_end[held_out - 1] <= _MOST_TOO_MUCH * wanted:
        return Split(documents, documents - held_out, 0)
    ends = np.cumsum(characters)
    total = int(ends[-1])
    position = min(int(total * (1 - validation_fraction)), total - 1)
    document = int(np.searchsorted(ends, position, side="right"))
    return Split(documents, document, position - int(ends[document]) + int(characters[document]))


def divide(pieces: Iterable[Piece], split: Split) -> Iterator[tuple[Part, Piece]]:
    """Yield the part of each piece, and the piece; the one at the split is divided into two."""
    document = character = 0
    for piece in pieces:
        if document < split.document:
            yield "train", piece
        elif document > split.document or character >= split.character:
            yield "validation", _validation_piece(piece, split)
        else:
            position = split.character - character
            yield "train", Piece(piece.text[:position], ends_document=False)
            if len(piece.text) > position or piece.ends_document:
                yield "validation", _validation_piece(replace(piece, text=piece.text[position:]), split)
        character += len(piece.text)
        if piece.ends_document:
            document, character = document + 1, 0


def _validation_piece(piece: Piece, split: Split) -> Piece:
    return replace(piece, ends_document=False) if split.cuts_the_only_document else piece
