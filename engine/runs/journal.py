"""Append-only files of JSON lines: written whole, read up to the last newline, from where one left off."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from engine.errors import LilmError

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

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

    Lines that cannot be read (a crash while writing, a newer version's event) are counted in `skipped`.
    """

    def __init__(self, path: Path, record: type[Record] | object) -> None:
        self._path = path
        self._decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(record)
        self._offset = 0
        self.skipped = 0

    def poll(self) -> list[Record]:
        """The records that are new since the last call, at most about CHUNK bytes of them."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(CHUNK)
                while data and b"\n" not in data and (more := file.read(CHUNK)):
                    data += more
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        lines = filter(None, whole.splitlines())
        return [record for line in lines if (record := self._decode(line)) is not None]

    def skip_to_end(self) -> None:
        """Leaves out what is there already."""
        with contextlib.suppress(FileNotFoundError):
            self._offset = self._path.stat().st_size

    def read_all(self) -> list[Record]:
        """Every record from here to the end of the file."""
        records: list[Record] = []
        while new := self.poll():
            records.extend(new)
        return records

    def _decode(self, line: bytes) -> Record | None:
        try:
            return self._decoder.decode(line)
        except msgspec.DecodeError:
            self.skipped += 1
            return None
