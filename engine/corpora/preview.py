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
    parts: list[str] = []
    room = characters
    for file in resolve(name, include=include, exclude=exclude, column=column):
        for piece in _pieces(file):
            text = piece.text.rstrip("\n") + "\n\n" if piece.ends_document else piece.text
            parts.append(text[:room])
            room -= len(text)
            if room <= 0:
                return "".join(parts)
    return "".join(parts).rstrip("\n")


def _pieces(file: CorpusFile) -> Iterator[Piece]:
    return read_pieces(file, TextEncoding(likely_encoding(file).codec, "replace"), Problems())
