"""Survey of a file: one pass that measures its documents before the text is used."""

from __future__ import annotations

import hashlib
from array import array
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.corpora.readers.decoding import TextEncoding, encoding_by_reading
from engine.corpora.readers.problems import NoTextError, Problems
from engine.corpora.readers.reader import likely_encoding, read_pieces
from engine.errors import MisuseError
from engine.files.checksums import FileVersion, checksum_of_file
from engine.files.reading import shown_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.corpora.readers.file_kinds import CorpusFile

READING_VERSION = 1
"""Version of the readers: increase it when they read a file to another text, so that surveys are made again."""

DOCUMENT_FIELDS = np.dtype([("digest", "<u8"), ("characters", "<u8"), ("bytes", "<u8"), ("lines", "<u8")])
"""Facts of each document. The digest is 64 bits of BLAKE2b: the probability that any two different documents of ten
million have the same digest is under one in 300,000."""

_DIGEST_BYTES = 8
_BATCH_BYTES = 1 << 20


class FileFacts(msgspec.Struct, frozen=True):
    """Facts of a file as a whole."""

    bytes: int
    """Bytes on disk, compressed or not."""
    sha256: str
    """sha256 of the file on disk."""
    encoding: TextEncoding
    distinct_characters: str
    """Distinct characters, sorted by code point."""
    notes: tuple[str, ...]
    """Sentences without their subject, phrased to follow the file's name."""


class FileSurvey(msgspec.Struct, frozen=True):
    """Facts of a file, and the table of its documents (dtype DOCUMENT_FIELDS)."""

    facts: FileFacts
    documents: NDArray[np.void]
    version: FileVersion
    """Version of the file that was read."""


def survey_file(file: CorpusFile, count: Callable[[int], None] | None = None) -> FileSurvey:
    """Read a whole file. `count` receives the bytes read from disk.

    Raises MisuseError when it cannot be read, is not text, holds none, or changes during the survey.
    """
    version = version_of(file)
    encoding = likely_encoding(file)
    try:
        survey = _survey(file, encoding, version, count)
    except UnicodeDecodeError:
        survey = _survey(file, encoding_by_reading(file.path), version, None)
    check_unchanged(file, version)
    return survey


def version_of(file: CorpusFile) -> FileVersion:
    """Return the file's size and times. Raises MisuseError when the file does not exist or is not accessible."""
    try:
        return FileVersion.of(file.path)
    except OSError as error:
        raise MisuseError(f"cannot read {file.path}: {error.strerror or error}") from error


def check_unchanged(file: CorpusFile, version: FileVersion) -> None:
    """Raise MisuseError for a file that changed since its survey."""
    try:
        is_same = FileVersion.of(file.path) == version
    except OSError:
        is_same = False
    if not is_same:
        raise has_changed(file)


def has_changed(file: CorpusFile) -> MisuseError:
    return MisuseError(f"{file.path} was changed while it was being read; start again")


def _survey(
    file: CorpusFile, encoding: TextEncoding, version: FileVersion, count: Callable[[int], None] | None
) -> FileSurvey:
    problems = Problems()
    table = _DocumentTable()
    for piece in read_pieces(file, encoding, problems, count):
        table.add(piece.text, piece.ends_document)
    documents, characters = table.finish()
    if not len(documents):
        found = problems.note()
        raise NoTextError(f"{file.path} holds no text" + (f"; it {found}" if found else ""))
    disk = checksum_of_file(file.path)
    notes = tuple(note for note in (encoding.note, problems.note()) if note)
    return FileSurvey(FileFacts(disk.size, disk.sha256, encoding, characters, notes), documents, version)


class _DocumentTable:
    """Table of documents, built piece by piece."""

    def __init__(self) -> None:
        self._rows = array("Q")
        self._batch: list[bytes] = []
        self._batch_bytes = 0
        self._characters_seen: set[str] = set()
        self._ascii_seen = b""
        self._start_document()

    def _start_document(self) -> None:
        self._digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        self._characters = self._bytes = self._lines = 0
        self._ends_line = False

    def add(self, text: str, ends_document: bool) -> None:
        encoded = text.encode()
        self._batch.append(encoded)
        self._batch_bytes += len(encoded)
        if self._batch_bytes >= _BATCH_BYTES:
            self._note_characters()
        lines = encoded.count(b"\n")
        if ends_document and not self._bytes:  # the document is one piece, as most are
            digest = hashlib.blake2b(encoded, digest_size=_DIGEST_BYTES).digest()
            self._add_row(digest, len(text), len(encoded), lines + (not text.endswith("\n")))
            return
        self._digest.update(encoded)
        self._characters += len(text)
        self._bytes += len(encoded)
        self._lines += lines
        if text:
            self._ends_line = text.endswith("\n")
        if ends_document:
            lines = self._lines + (not self._ends_line)
            self._add_row(self._digest.digest(), self._characters, self._bytes, lines)
            self._start_document()

    def _add_row(self, digest: bytes, characters: int, size: int, lines: int) -> None:
        self._rows.extend((int.from_bytes(digest, "little"), characters, size, lines))

    def _note_characters(self) -> None:
        # Deleting known ASCII leaves whole characters, and in most texts hardly any.
        unknown = b"".join(self._batch).translate(None, delete=self._ascii_seen)
        if unknown:
            self._characters_seen.update(shown_text(unknown))
            self._ascii_seen = "".join(filter(str.isascii, self._characters_seen)).encode()
        self._batch.clear()
        self._batch_bytes = 0

    def finish(self) -> tuple[NDArray[np.void], str]:
        """Return the table and the distinct characters."""
        self._note_characters()
        rows = (
            np.frombuffer(self._rows, dtype=DOCUMENT_FIELDS) if self._rows else np.empty(0, DOCUMENT_FIELDS)
        )
        return rows, "".join(sorted(self._characters_seen))
