"""Cache of the surveys of large files, so that the next use of the same file starts at once."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.corpora.cache import surveys_folder
from engine.corpora.survey import (
    DOCUMENT_FIELDS,
    READING_VERSION,
    FileFacts,
    FileSurvey,
    survey_file,
    version_of,
)
from engine.errors import UnreadableError
from engine.files.checksums import Checksum, checksum_of, read_checked, write_checked
from engine.files.reading import read_bytes
from engine.files.storage import is_read_only, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.files.checksums import FileVersion

SMALLEST_KEPT = 4 << 20
"""Bytes. A smaller file is surveyed again as quickly."""


class _Kept(msgspec.Struct, frozen=True):
    """Content of KEY.json; KEY.documents is written before it."""

    facts: FileFacts
    documents: Checksum


def known_or_new_survey(
    file: CorpusFile, count: Callable[[int], None], notify: Callable[[str], None] = lambda message: None
) -> FileSurvey:
    """Return `survey_file`, from the cache when the file is unchanged.

    A damaged entry is made again, and `notify` receives a message.
    """
    version = version_of(file)
    if version.size < SMALLEST_KEPT:
        return survey_file(file, count)
    # Without the device, whose number changes after a restart.
    identity = (READING_VERSION, str(file.path.absolute()), file.column, version[1:])
    path = surveys_folder() / f"{hashlib.sha256(repr(identity).encode()).hexdigest()[:32]}.json"
    if os.path.lexists(path):
        try:
            survey = _read(path, version)
        except UnreadableError as error:
            notify(f"{file.name} is surveyed again: {error}")
        else:
            count(version.size)
            return survey
    survey = survey_file(file, count)
    if survey.version == version and not is_read_only():
        _write(path, survey)
    return survey


def _read(path: Path, version: FileVersion) -> FileSurvey:
    """Raises UnreadableError."""
    kept = read_checked(path, _Kept)
    documents_path = path.with_suffix(".documents")
    documents = read_bytes(documents_path, limit=kept.documents.size)
    if checksum_of(documents) != kept.documents:
        raise UnreadableError(f"cannot read {documents_path}: it is damaged, its checksum differs")
    return FileSurvey(kept.facts, np.frombuffer(documents, DOCUMENT_FIELDS), version)


def _write(path: Path, survey: FileSurvey) -> None:
    documents = survey.documents.tobytes()
    write_atomically(path.with_suffix(".documents"), documents)
    write_checked(path, _Kept(survey.facts, checksum_of(documents)))
