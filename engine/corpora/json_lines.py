"""JSON lines to documents: an object on each line, with `text`, `messages` or a field of one's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.decoding import read_lines
from engine.corpora.documents import RecordError, piece_from_field
from engine.errors import UnreadableError
from engine.reading import decode_lenient_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.corpora.documents import Piece
    from engine.corpora.files import CorpusFile
    from engine.corpora.problems import Problems


def read_json_lines(file: CorpusFile, blocks: Iterable[str], problems: Problems) -> Iterator[Piece]:
    """One document a line. Blank lines are nothing; broken ones are skipped and counted."""
    for number, line in enumerate(read_lines(blocks, file.path), start=1):
        if not line.strip():
            continue
        try:
            yield _document(line, file.column)
        except RecordError as error:
            problems.skip(f"line {number:,}", str(error))


def _document(line: str, column: str | None) -> Piece:
    record = _parse(line)
    if not isinstance(record, dict):
        raise RecordError("is not a JSON object")
    field = column or ("text" if "text" in record else "messages")
    if field not in record:
        raise RecordError(f"has no {column!r}" if column else "has neither 'text' nor 'messages'")
    return piece_from_field(record[field], field)


def _parse(line: str) -> object:
    try:
        return decode_lenient_json(line)
    except UnreadableError as error:
        raise RecordError(f"is not JSON ({error.reason})") from error
