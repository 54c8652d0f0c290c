"""Preview of the beginning of a corpus, fast for any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.readers.decoding import TextEncoding
from engine.corpora.readers.problems import Problems
from engine.corpora.readers.reader import likely_encoding, read_pieces
from engine.corpora.sources.catalogue import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.corpora.documents import Piece
    from engine.corpora.readers.file_kinds import CorpusFile


def begins_with_conversation(
    names: Sequence[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    column: str | None = None,
) -> bool:
    """True when the first document of CORPUS arguments is a conversation. Raises as `preview`."""
    for name in names:
        for file in resolve(name, include=include, exclude=exclude, column=column):
            for piece in _pieces(file):
                return piece.messages is not None
    return False


def preview(
    name: str,
    characters: int,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    column: str | None = None,
) -> str:
    """Return the first characters of a CORPUS argument, with a blank line between documents.

    Raises MisuseError as `resolve` does, and for files that cannot be read or are not text.
    """
    documents = first_documents(name, characters, include=include, exclude=exclude, column=column)
    return "\n\n".join(documents)[:characters]


def first_documents(
    name: str,
    characters: int,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    column: str | None = None,
) -> list[str]:
    """Return the first documents of a CORPUS argument, of so many characters in all; the last one may be cut.

    Raises as `preview` does.
    """
    documents = [""]
    room = characters
    for file in resolve(name, include=include, exclude=exclude, column=column):
        for piece in _pieces(file):
            documents[-1] += piece.text[:room]
            room -= len(piece.text)
            if piece.ends_document:
                documents[-1] = documents[-1].rstrip("\n")
                documents.append("")
            if room <= 0:
                return [document for document in documents if document]
    return [document for document in documents if document]


def _pieces(file: CorpusFile) -> Iterator[Piece]:
    return read_pieces(file, TextEncoding(likely_encoding(file).codec, "replace"), Problems())
