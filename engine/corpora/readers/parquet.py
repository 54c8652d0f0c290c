"""Parquet to documents: each cell of one column is a document."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.children import child_environment, python_command
from engine.corpora.documents import RecordError, piece_from_field
from engine.corpora.readers.allowance import Allowance
from engine.corpora.readers.file_kinds import compression_of
from engine.corpora.readers.optional import import_pyarrow
from engine.corpora.readers.tables import choose_column
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import open_regular, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.corpora.documents import Piece
    from engine.corpora.readers.file_kinds import CorpusFile
    from engine.corpora.readers.problems import Problems

_ROWS = 1024
"""Rows held at once."""
_VALUE_BYTES = 16
"""Least bytes counted per value: it may take none in the file, and hundreds as a Python message."""
_DICTIONARY_ENCODINGS = {"RLE_DICTIONARY", "PLAIN_DICTIONARY"}
_TEXT_TYPES = ("string", "large_string")


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
            status = os.fstat(disk.fileno())
        size = status.st_size
        _survive_metadata(file.path, size, status.st_mtime_ns)
        allowance = Allowance(file.path, size, packed=True)
        with ParquetFile(file.path) as table:
            column = choose_column(file, table.schema_arrow.names)
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
    return _ROWS, [column] if is_text and encodings & _DICTIONARY_ENCODINGS else []


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


@lru_cache
def _survive_metadata(path: Path, size: int, changed: int) -> None:
    """Read the metadata of every column in a process of its own: pyarrow aborts the process for some damaged ones.

    `size` and `changed` tell files of one path apart. Raises MisuseError when that process is ended by a signal.
    """
    done = subprocess.run(
        python_command("engine.corpora.readers.parquet", os.fspath(path.absolute())),
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode < 0:
        raise MisuseError(f"{path} is damaged: its metadata cannot be read")


def _read_metadata(path: str) -> None:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as table:
        for row_group in range(table.metadata.num_row_groups):
            group = table.metadata.row_group(row_group)
            for column in range(group.num_columns):
                group.column(column)


if __name__ == "__main__":
    _read_metadata(sys.argv[1])
