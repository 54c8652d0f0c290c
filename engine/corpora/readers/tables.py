"""CSV and TSV to documents: each cell of one column is a document."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Self

from engine.corpora.documents import RecordError, piece_from_field
from engine.corpora.readers.decoding import LONGEST_LINE, read_lines
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.corpora.documents import Piece
    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.corpora.readers.problems import Problems

_CSV_DELIMITERS = ",;|\t"  # spreadsheets write semicolons where the comma is the decimal sign


def read_csv(file: CorpusFile, blocks: Iterable[str], problems: Problems) -> Iterator[Piece]:
    """Yield one document per row after the line of column names. Rows without a text are skipped and counted.

    Raises MisuseError when there is no such column, or for a row without an end, as after an unclosed quote.
    """
    csv.field_size_limit(LONGEST_LINE)
    lines = _RowLines(blocks)
    line = 1
    try:
        header = next(lines, "")
        delimiter = "\t" if file.family == "tsv" else max(_CSV_DELIMITERS, key=header.count)
        columns = next(csv.reader([header], delimiter=delimiter), [])
        column = choose_column(file, columns)
        index = columns.index(column)
        rows = csv.reader(lines, delimiter=delimiter)
        for row in rows:
            line = rows.line_num + 1
            lines.row_ends()
            if not row:
                continue
            try:
                yield piece_from_field(row[index] if index < len(row) else None, column)
            except RecordError as error:
                problems.skip(f"line {line:,}", str(error))
    except csv.Error as error:
        raise MisuseError(f"{file.path} cannot be read after line {line:,}: {error}") from error


class _RowLines:
    """Iterator over the lines of a CSV file. A row may be several lines, and is held in memory as a whole."""

    def __init__(self, blocks: Iterable[str]) -> None:
        self._lines = read_lines(blocks)
        self._characters = 0

    def row_ends(self) -> None:
        self._characters = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._characters += LONGEST_LINE if line is None else len(line) + 1
        if line is None or self._characters > LONGEST_LINE:
            raise csv.Error(f"a row of more than {LONGEST_LINE:,} characters, or a quote that is not closed")
        return line + "\n"


def choose_column(file: CorpusFile, columns: Sequence[str]) -> str:
    """Return the name of the column that holds the documents. Raises MisuseError when there is none."""
    wanted = [file.column] if file.column else ["text", "messages"]
    for column in wanted:
        if column in columns:
            return column
    others = f"choose one of its columns: {', '.join(columns)}" if columns else "it has no columns"
    raise MisuseError(f"{file.path} has no column {wanted[0]!r}; {others}")
