"""A corpus: files read as one sequence of distinct documents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.corpora.chunking import cut_pieces
from engine.corpora.documents import join_pieces
from engine.corpora.progress import ProgressReporter
from engine.corpora.readers.problems import NoTextError, Problems
from engine.corpora.readers.reader import read_pieces
from engine.corpora.sources.catalogue import resolve
from engine.corpora.survey import READING_VERSION, check_unchanged, has_changed
from engine.corpora.survey_cache import known_or_new_survey
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.corpora.documents import Document, Piece
    from engine.corpora.progress import ProgressListener
    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.corpora.survey import FileSurvey


@dataclass(frozen=True)
class Corpus:
    """Text that was surveyed once and can be read any number of times.

    Duplicates of earlier documents are left out; the tables count only the documents kept.
    """

    names: tuple[str, ...]
    files: tuple[CorpusFile, ...]
    surveys: tuple[FileSurvey, ...]
    notes: tuple[str, ...]
    """Notes for the user: encodings, skipped records, duplicates."""
    kept: NDArray[np.bool_]
    """Mask of the documents kept, over all files in order."""

    @cached_property
    def _documents(self) -> NDArray[np.void]:
        table: NDArray[np.void] = np.concatenate([survey.documents for survey in self.surveys])[self.kept]
        return table

    @property
    def documents_count(self) -> int:
        return len(self._documents)

    @property
    def duplicates(self) -> int:
        """Number of documents left out as duplicates of earlier ones."""
        return len(self.kept) - self.documents_count

    @property
    def document_digests(self) -> NDArray[np.uint64]:
        """64-bit BLAKE2b digest of each document."""
        return self._documents["digest"]

    @property
    def document_characters(self) -> NDArray[np.uint64]:
        """Length of each document in characters."""
        return self._documents["characters"]

    @property
    def document_bytes(self) -> NDArray[np.uint64]:
        """Length of each document in UTF-8 bytes."""
        return self._documents["bytes"]

    @property
    def characters(self) -> int:
        return int(self.document_characters.sum())

    @property
    def bytes(self) -> int:
        """Size of the text in UTF-8, independent of the files' encodings and compressions."""
        return int(self.document_bytes.sum())

    @property
    def lines(self) -> int:
        return int(self._documents["lines"].sum())

    @cached_property
    def distinct_characters(self) -> str:
        """Distinct characters, sorted by code point."""
        return "".join(sorted(set().union(*(survey.facts.distinct_characters for survey in self.surveys))))

    @property
    def fingerprint(self) -> str:
        """Return the sha256 of everything that determines the text: the files' bytes and how each is read."""
        digest = hashlib.sha256(str(READING_VERSION).encode())
        for file, survey in zip(self.files, self.surveys, strict=True):
            digest.update(repr((survey.facts.sha256, file.family, file.path.suffix, file.column)).encode())
        return digest.hexdigest()

    def pieces(self) -> Iterator[Piece]:
        """Yield the kept documents in pieces; memory is bounded for any length of document.

        Raises MisuseError when a file has other documents than when it was surveyed.
        """
        first = 0
        for file, survey in zip(self.files, self.surveys, strict=True):
            document, end = first, first + len(survey.documents)
            try:
                for piece in read_pieces(file, survey.facts.encoding, Problems()):
                    if document == end:
                        raise has_changed(file)
                    if self.kept[document]:
                        yield piece
                    document += piece.ends_document
            except UnicodeDecodeError:
                raise has_changed(file) from None
            if document < end:
                raise has_changed(file)
            first = end

    def check_unchanged(self) -> None:
        """Raise MisuseError when a file changed since the survey.

        Called after reading: equal size and times, of which ctime cannot be set back, mean that the text read is
        the text surveyed.
        """
        for file, survey in zip(self.files, self.surveys, strict=True):
            check_unchanged(file, survey.version)

    def texts(self) -> Iterator[str]:
        """Yield the kept documents for training tokenizers, long ones split at safe cuts."""
        return (piece.text for piece in cut_pieces(self.pieces()))

    def documents(self) -> Iterator[Document]:
        """Yield the kept documents, each as a whole."""
        return join_pieces(self.pieces())

    def summary(self) -> dict[str, Any]:
        """Return the record of the text for a run, in JSON types."""
        return {
            "corpora": list(self.names),
            "files": [
                {
                    "name": file.name,
                    "path": str(file.path.absolute()),
                    "column": file.column,
                    "bytes": survey.facts.bytes,
                    "sha256": survey.facts.sha256,
                }
                for file, survey in zip(self.files, self.surveys, strict=True)
            ],
            "documents": self.documents_count,
            "duplicates": self.duplicates,
            "bytes": self.bytes,
            "characters": self.characters,
            "lines": self.lines,
            "distinct_characters": len(self.distinct_characters),
            "notes": list(self.notes),
        }


def open_corpus(
    names: Sequence[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    column: str | None = None,
    progress: ProgressListener | None = None,
) -> Corpus:
    """Find and survey the texts that CORPUS arguments name; several are read one after the other.

    `include` and `exclude` are patterns for the files of folders; `column` names the column of tables and the
    field of JSON lines to read (None: `text`, or else `messages`).
    Raises MisuseError for unknown names and for files that cannot be read, are not text, or hold none.
    """
    files = [
        file for name in names for file in resolve(name, include=include, exclude=exclude, column=column)
    ]
    if not files:
        raise MisuseError("no corpus was named; 'lilm corpora list' lists the available ones")
    return read_corpus(names, files, progress)


def read_corpus(
    names: Sequence[str], files: Sequence[CorpusFile], progress: ProgressListener | None = None
) -> Corpus:
    """Survey files and return a corpus of them.

    Of several files, those without text are left out, with a note.
    Raises MisuseError when a file cannot be read, or when none holds text.
    """
    reporter = ProgressReporter(progress, "reading", sum(file.path.stat().st_size for file in files))
    read: list[tuple[CorpusFile, FileSurvey]] = []
    notes: list[str] = []
    for file in files:
        try:
            survey = known_or_new_survey(file, reporter.advance, notes.append)
        except NoTextError as error:
            if len(files) == 1:
                raise
            notes.append(f"left out: {error}")
        else:
            read.append((file, survey))
            notes += [f"{file.name} {note}" for note in survey.facts.notes]
    reporter.finish()
    if not read:
        raise NoTextError(f"none of the {len(files):,} files of {', '.join(names)} holds text")
    kept = _first_of_each(np.concatenate([survey.documents["digest"] for _, survey in read]))
    if duplicates := len(kept) - int(kept.sum()):
        notes.append(f"{duplicates:,} of {len(kept):,} documents were left out as duplicates of earlier ones")
    kept_files, surveys = zip(*read, strict=True)
    return Corpus(tuple(names), kept_files, surveys, tuple(notes), kept)


def _first_of_each(digests: NDArray[np.uint64]) -> NDArray[np.bool_]:
    first = np.zeros(len(digests), dtype=np.bool_)
    first[np.unique(digests, return_index=True)[1]] = True
    return first
