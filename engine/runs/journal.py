"""Append-only files of JSON lines: written whole, read up to the last newline, from where one left off."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from engine.errors import AbsentError, LilmError, UnreadableError
from engine.reading import LONGEST_LINE, JsonDecoder, open_regular

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path
    from typing import BinaryIO

Record = TypeVar("Record", bound=msgspec.Struct)
CHUNK = 1 << 20
"""Bytes read at once, so that a reader of a long history stays responsive."""


def append(path: Path, record: msgspec.Struct) -> None:
    """Adds one line and hands it to the system at once. Raises LilmError when the disk is full."""
    line = msgspec.json.encode(record) + b"\n"
    try:
        with path.open("ab+", buffering=0) as file:
            if _is_torn(file):
                line = b"\n" + line
            if file.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise LilmError(
            f"cannot write {path}: {error.strerror or error}; free some space and resume"
        ) from error


def _is_torn(file: FileIO) -> bool:
    """Whether the last line has no end: a full disk took only part of it.

    Or another process is in the middle of its write; then an empty line comes of it, which readers pass over.
    """
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


class JournalReader(Generic[Record]):
    """Follows a file that another process appends to.

    Lines that cannot be read (a crash while writing, a newer version's event, more than LONGEST_LINE bytes) are
    counted in `skipped`. A file that cannot be opened has no records, and `problem` says why.
    """

    def __init__(self, path: Path, record: type[Record] | object) -> None:
        self._path = path
        self._decoder: JsonDecoder[Record] = JsonDecoder(record)
        self._offset = 0
        self._in_long_line = False
        self.skipped = 0
        self.problem = ""
        """One sentence when the file is there and cannot be read."""

    def poll(self) -> list[Record]:
        """The records that are new since the last call, at most about CHUNK bytes of them; none at the end only."""
        self.problem = ""
        try:
            with open_regular(self._path) as file:
                while lines := self._whole_lines(file):
                    records = [record for line in lines if (record := self._decode(line)) is not None]
                    if records:
                        return records
        except AbsentError:
            pass
        except UnreadableError as error:
            self.problem = str(error)
        except OSError as error:
            self.problem = f"cannot read {self._path}: {error.strerror or error}"
        return []

    def skip_to_end(self) -> None:
        """Leaves out what is there already."""
        with contextlib.suppress(OSError):
            self._offset = self._path.stat().st_size

    def _whole_lines(self, file: BinaryIO) -> list[bytes]:
        """The next lines that have an end, without those that are too long to hold."""
        file.seek(self._offset)
        data = b""
        while more := file.read(CHUNK):
            data += more
            if self._in_long_line:
                rest = data.partition(b"\n")
                self._in_long_line = not rest[1]
                self._offset += len(data) - len(rest[2])
                data = rest[2]
            elif len(data) > LONGEST_LINE and b"\n" not in data:
                self._in_long_line = True
                self.skipped += 1
                self._offset += len(data)
                data = b""
            if b"\n" in data:
                break
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        # Not splitlines, which also cuts at a carriage return; empty lines stay, since nothing at all means the end.
        return whole.split(b"\n")[:-1]

    def read_all(self) -> list[Record]:
        """Every record from here to the end of the file."""
        records: list[Record] = []
        while new := self.poll():
            records.extend(new)
        return records

    def _decode(self, line: bytes) -> Record | None:
        try:
            return self._decoder.decode(line) if line else None
        except UnreadableError:
            self.skipped += 1
            return None
