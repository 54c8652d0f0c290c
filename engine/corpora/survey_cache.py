"""Surveys of large files, kept so that the next use of the same file starts at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.corpora.cache import surveys_folder
from engine.corpora.survey import DOCUMENT_FIELDS, READING_VERSION, FileFacts, FileSurvey, survey_file
from engine.reading import read_json
from engine.storage import atomic_file, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.corpora.files import CorpusFile

SMALLEST_KEPT = 4 << 20
"""Bytes of a file; a smaller one is read again as quickly."""


def known_or_new_survey(file: CorpusFile, count: Callable[[int], None]) -> FileSurvey:
    """As `survey_file`, but from the cache when the file has the path, size and time that it had then."""
    try:
        stat = file.path.stat()
    except OSError:
        return survey_file(file, count)  # which says what is wrong with it
    if stat.st_size < SMALLEST_KEPT:
        return survey_file(file, count)
    identity = (READING_VERSION, str(file.path.absolute()), file.column, stat.st_size, stat.st_mtime_ns)
    key = hashlib.sha256(repr(identity).encode()).hexdigest()[:32]
    facts_file, documents_file = surveys_folder() / f"{key}.json", surveys_folder() / f"{key}.documents"
    if facts_file.exists():  # written last, so the other is whole
        count(stat.st_size)
        facts = read_json(facts_file, FileFacts)
        return FileSurvey(facts, np.fromfile(documents_file, DOCUMENT_FIELDS))
    survey = survey_file(file, count)
    with atomic_file(documents_file) as out:
        out.write(survey.documents.tobytes())
    write_atomically(facts_file, msgspec.json.encode(survey.facts))
    return survey
