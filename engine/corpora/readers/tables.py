"""CSV, TSV and Parquet to documents: each cell of one column is a document."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING, Any, Self

from engine.corpora.documents import RecordError, piece_from_field
from engine.corpora.readers.allowance import Allowance
from engine.corpora.readers.decoding import LONGEST_LINE, read_lines
from engine.corpora.readers.file_kinds import compression_of
from engine.corpora.readers.optional import import_pyarrow
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import open_regular, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.corpora.documents import Piece
    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.corpora.readers.problems import Problems

_CSV_DELIMITERS = ",;|\t"  # spreadsheets write semicolons where the comma is the decimal sign
_PARQUET_ROWS = 1024
"""Rows held at once."""
_VALUE_BYTES = 16
"""Least bytes counted per value: it may take none in the file, and hundreds as a Python message."""
_DICTIONARY_ENCODINGS = {"RLE_DICTIONARY", "PLAIN_DICTIONARY"}
_TEXT_TYPES = ("string", "large_string")


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
        column = _choose_column(file, columns)
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


def read_parquet(
    file: CorpusFile, problems: Problems, count: Callable[[int], None] | None = None
) -> Iterator[Piece]:
    """Yield one document per row. `count` receives bytes of the file, in proportion to the rows.

    Raises MisuseError when there is no such column, or the file is damaged or exceeds its limit, LilmError without
    pyarrow.
    """
    if compression_of(file.path):
        raise MisuseError(f"{file.path} is compressed and a Parquet file cannot be streamed; unpack it first")
    pyarrow = import_pyarrow(file.path)
    from pyarrow.parquet import ParquetFile

    try:
        with open_regular(file.path) as disk:
            size = os.fstat(disk.fileno()).st_size
        allowance = Allowance(file.path, size, packed=True)
        with ParquetFile(file.path) as table:
            column = _choose_column(file, table.schema_arrow.names)
            rows_at_once, repeated = _plan(table, column, allowance)
        with ParquetFile(file.path, read_dictionary=repeated) as table:
            rows, row = max(1, table.metadata.num_rows), 0
            for batch in table.iter_batches(rows_at_once, columns=[column]):
                yield from _cells(batch.column(0), row, column, problems, allowance)
                row += len(batch)
                if count is not None:
                    count(size * row // rows - size * (row - len(batch)) // rows)
    except UnreadableError as error:
        raise MisuseError(str(error)) from error
    except (pyarrow.ArrowException, OSError) as error:
        raise MisuseError(f"{file.path} is damaged or not a Parquet file ({error})") from error


def _plan(table: Any, column: str, allowance: Allowance) -> tuple[int, list[str]]:
    """Return the number of rows to decode at once, and the columns to keep dictionary-encoded until used.

    A few bytes can encode a billion rows, a dictionary can repeat a long value in each of them, and in
    DELTA_BYTE_ARRAY each value can repeat all of the one before it.
    Raises MisuseError for sizes beyond the limit.
    """
    schema = table.schema
    leaves = [leaf for leaf in range(len(schema)) if schema.column(leaf).path.split(".")[0] == column]
    groups = map(table.metadata.row_group, range(table.metadata.num_row_groups))
    chunks = [group.column(leaf) for group in groups for leaf in leaves]
    values = max(table.metadata.num_rows, sum(chunk.num_values for chunk in chunks))
    size = sum(chunk.total_uncompressed_size for chunk in chunks)
    if max(size, _VALUE_BYTES * values) > allowance.limit:
        raise allowance.refusal("claims")
    encodings = {encoding for chunk in chunks for encoding in chunk.encodings}
    if "DELTA_BYTE_ARRAY" in encodings:
        return 1, []
    is_text = str(table.schema_arrow.field(column).type) in _TEXT_TYPES
    return _PARQUET_ROWS, [column] if is_text and encodings & _DICTIONARY_ENCODINGS else []


def _cells(
    cells: Any, first_row: int, column: str, problems: Problems, allowance: Allowance
) -> Iterator[Piece]:
    for row, cell in enumerate(cells, start=first_row + 1):
        try:
            piece = piece_from_field(cell.as_py(), column)
        except RecordError as error:
            problems.skip(f"row {row:,}", str(error))
        except (
            ValueError,
            OverflowError,
        ) as error:  # bytes that are not UTF-8, times that Python cannot hold
            problems.skip(f"row {row:,}", f"cannot be read ({reason_of(error)})")
        else:
            allowance.take(len(piece.text))
            yield piece


def _choose_column(file: CorpusFile, columns: Sequence[str]) -> str:
    wanted = [file.column] if file.column else ["text", "messages"]
    for column in wanted:
        if column in columns:
            return column
    others = f"choose one of its columns: {', '.join(columns)}" if columns else "it has no columns"
    raise MisuseError(f"{file.path} has no column {wanted[0]!r}; {others}")
