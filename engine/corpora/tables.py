"""CSV, TSV and Parquet to documents: one column, a document in each of its cells."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from engine.corpora.decoding import LONGEST_LINE, read_lines
from engine.corpora.documents import RecordError, piece_from_field
from engine.corpora.files import compression_of
from engine.corpora.optional import import_pyarrow
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.corpora.documents import Piece
    from engine.corpora.files import CorpusFile
    from engine.corpora.problems import Problems

_CSV_DELIMITERS = ",;|\t"  # spreadsheets write semicolons where the comma is the decimal sign
_PARQUET_ROWS = 1024
"""Rows held at once."""


def read_csv(file: CorpusFile, blocks: Iterable[str], problems: Problems) -> Iterator[Piece]:
    """One document for each row under the line of column names. Short and empty cells are counted, not read.

    Raises MisuseError when there is no such column, or a quote that is never closed.
    """
    csv.field_size_limit(LONGEST_LINE)
    lines = (line + "\n" for line in read_lines(blocks, file.path))
    header = next(lines, "")
    delimiter = "\t" if file.family == "tsv" else max(_CSV_DELIMITERS, key=header.count)
    columns = next(csv.reader([header], delimiter=delimiter), [])
    column = _choose_column(file, columns)
    place = columns.index(column)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        for row in rows:
            if not row:
                continue
            try:
                yield piece_from_field(row[place] if place < len(row) else None, column)
            except RecordError as error:
                problems.skip(f"line {rows.line_num + 1:,}", str(error))
    except csv.Error as error:
        raise MisuseError(
            f"{file.path} cannot be read from line {rows.line_num + 1:,} on: {error}"
        ) from error


def read_parquet(
    file: CorpusFile, problems: Problems, count: Callable[[int], None] | None = None
) -> Iterator[Piece]:
    """One document for each row. `count` hears of bytes of the file, in proportion to the rows.

    Raises MisuseError when there is no such column or the file is damaged, LilmError without pyarrow.
    """
    if compression_of(file.path):
        raise MisuseError(f"{file.path} has to be unpacked first: a Parquet file cannot be read in a stream")
    pyarrow = import_pyarrow(file.path)
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(file.path) as table:
            column = _choose_column(file, table.schema_arrow.names)
            size, rows, row = file.path.stat().st_size, table.metadata.num_rows, 0
            for batch in table.iter_batches(_PARQUET_ROWS, columns=[column]):
                yield from _cells(batch.column(0), row, column, problems)
                if count is not None:
                    count(size * (row + len(batch)) // rows - size * row // rows)
                row += len(batch)
    except (pyarrow.ArrowException, OSError) as error:
        raise MisuseError(f"{file.path} is damaged or no Parquet file ({error})") from error


def _cells(cells: Any, first_row: int, column: str, problems: Problems) -> Iterator[Piece]:
    for row, cell in enumerate(cells.to_pylist(), start=first_row + 1):
        try:
            yield piece_from_field(cell, column)
        except RecordError as error:
            problems.skip(f"row {row:,}", str(error))


def _choose_column(file: CorpusFile, columns: Sequence[str]) -> str:
    wanted = [file.column] if file.column else ["text", "messages"]
    for column in wanted:
        if column in columns:
            return column
    others = f"choose one of its columns: {', '.join(columns)}" if columns else "it has none at all"
    raise MisuseError(f"{file.path} has no column {wanted[0]!r}; {others}")
