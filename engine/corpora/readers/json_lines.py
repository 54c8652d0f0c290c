"""JSON lines to documents: an object on each line, with `text`, `messages` or a chosen field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.corpora.documents import Message, RecordError, piece_from_field
from engine.corpora.readers.decoding import LONGEST_LINE, read_lines
from engine.errors import UnreadableError
from engine.files.reading import JsonDecoder, decode_lenient_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.corpora.documents import Piece
    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.corpora.readers.problems import Problems

LONGEST_LENIENT_LINE = 1 << 22
"""Characters. Only lone surrogates need the lenient decoder, which builds all of a line in memory."""

# Only the field that is wanted is decoded, and only to its own type: a line of 64 MB may hold 20 million objects.
_record: JsonDecoder[dict[str, msgspec.Raw]] = JsonDecoder(dict[str, msgspec.Raw])
_text_or_messages: JsonDecoder[str | list[Message]] = JsonDecoder(str | list[Message])


def read_json_lines(file: CorpusFile, blocks: Iterable[str], problems: Problems) -> Iterator[Piece]:
    """Yield one document a line. Blank lines are ignored; invalid ones are skipped and counted."""
    for number, line in enumerate(read_lines(blocks), start=1):
        if line is not None and not line.strip():
            continue
        try:
            yield _document(line, file.column)
        except RecordError as error:
            problems.skip(f"line {number:,}", str(error))


def _document(line: str | None, column: str | None) -> Piece:
    if line is None:
        raise RecordError(f"is longer than {LONGEST_LINE:,} characters")
    try:
        record = _record.decode(line)
        field = _field(record, column)
        return piece_from_field(_text_or_messages.decode(record[field]), field)
    except UnreadableError:
        return _lenient_document(line, column)


def _lenient_document(line: str, column: str | None) -> Piece:
    """Return the document of a line that the strict decoder refuses. Raises RecordError with the reason."""
    if len(line) > LONGEST_LENIENT_LINE:
        raise RecordError("is not JSON, or has no text where it should")
    try:
        record = decode_lenient_json(line)
    except UnreadableError as error:
        raise RecordError(f"is not JSON ({error.reason})") from error
    if not isinstance(record, dict):
        raise RecordError("is not a JSON object")
    field = _field(record, column)
    return piece_from_field(record[field], field)


def _field(record: dict[str, object] | dict[str, msgspec.Raw], column: str | None) -> str:
    field = column or ("text" if "text" in record else "messages")
    if field not in record:
        raise RecordError(f"has no {column!r}" if column else "has neither 'text' nor 'messages'")
    return field
