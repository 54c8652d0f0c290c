"""Files to documents: one function for every kind of file, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.readers.decoding import TextEncoding, encoding_from_start, read_text
from engine.corpora.readers.json_lines import read_json_lines
from engine.corpora.readers.parquet import read_parquet
from engine.corpora.readers.plain_text import separate_documents
from engine.corpora.readers.tables import read_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.corpora.documents import Piece
    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.corpora.readers.problems import Problems


def likely_encoding(file: CorpusFile) -> TextEncoding:
    """Return the likely encoding of a file from its start alone.

    Raises MisuseError when it cannot be read or is not text.
    """
    return TextEncoding("utf-8") if file.family == "parquet" else encoding_from_start(file.path)


def read_pieces(
    file: CorpusFile,
    encoding: TextEncoding,
    problems: Problems,
    count: Callable[[int], None] | None = None,
) -> Iterator[Piece]:
    """Yield the documents of a file, in order.

    Records without a document are skipped and counted in `problems`; `count` receives the bytes read from
    disk. Raises MisuseError for unreadable files, UnicodeDecodeError when a strict encoding is wrong.
    """
    if file.family == "parquet":
        return read_parquet(file, problems, count)
    text = read_text(file.path, encoding, count)
    match file.family:
        case "json lines":
            return read_json_lines(file, text, problems)
        case "csv" | "tsv":
            return read_csv(file, text, problems)
        case _:
            return separate_documents(text)
