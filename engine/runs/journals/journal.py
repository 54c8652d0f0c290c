"""Append-only files of JSON lines: written in whole lines, read incrementally up to the last newline.

The last key of each line is its own checksum, `"crc":"xxxxxxxx"`: the CRC-32 of the object without it. A line that
differs from its checksum is left out and counted; a line without one, as written by earlier versions, is accepted.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from engine.errors import AbsentError, UnreadableError
from engine.files.reading import LONGEST_LINE, JsonDecoder, open_regular
from engine.files.storage import cannot_write, open_to_append

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path
    from typing import IO

Record = TypeVar("Record", bound=msgspec.Struct)
CHUNK = 1 << 20
"""Bytes read at once, so that a reader of a long history stays responsive."""
_CRC = b',"crc":"'
_CRC_LENGTH = len(_CRC) + len(b'xxxxxxxx"}')


def append(path: Path, record: msgspec.Struct) -> None:
    """Append one line and flush it; a line that does not fit is removed.

    Raises DiskFullError when the disk is full, and MisuseError for other errors, such as a link.
    """
    line = with_crc(msgspec.json.encode(record)) + b"\n"
    try:
        with os.fdopen(open_to_append(path), "ab+", buffering=0) as file:
            if _is_torn(file):
                line = b"\n" + line
            _write_whole(file, line)
    except OSError as error:
        raise cannot_write(path, error, "free some space and resume") from error


def with_crc(line: bytes) -> bytes:
    """Return the JSON object `line`, of at least one key, with its checksum as the last key."""
    return b'%b%b%08x"}' % (line[:-1], _CRC, zlib.crc32(line))


def has_crc(line: bytes) -> bool:
    """True when a line has the checksum of its object, or none."""
    if not line.startswith(_CRC, -_CRC_LENGTH):
        return True
    return b"%08x" % zlib.crc32(b"}", zlib.crc32(line[:-_CRC_LENGTH])) == line[-10:-2]


def _write_whole(file: FileIO, line: bytes) -> None:
    """Write all of a line. A full disk writes a part and fails at the next; the part is removed. Raises OSError."""
    written = 0
    try:
        while written < len(line):
            written += file.write(line[written:])
    except OSError:
        end = file.tell()
        if written and file.seek(0, os.SEEK_END) == end:  # else another process has appended since
            file.truncate(end - written)
        raise


def _is_torn(file: FileIO) -> bool:
    """True when the last line has no newline: a process was killed, or its disk disconnected, during a write.

    If another process is writing at this moment, the result is an empty line, which readers skip.
    """
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


class JournalReader(Generic[Record]):
    """Incremental reader of a file to which another process appends.

    Lines that cannot be read (a crash during a write, a newer version's event, more than LONGEST_LINE bytes) are
    counted in `skipped`. A file that cannot be opened has no records, and `problem` holds the reason.
    """

    def __init__(self, path: Path, record: type[Record] | object) -> None:
        self._path = path
        self._decoder: JsonDecoder[Record] = JsonDecoder(record)
        self._offset = 0
        self._in_long_line = False
        self.skipped = 0
        self.problem = ""
        """Sentence on a file that exists and cannot be read."""

    def poll(self) -> list[Record]:
        """Return the new records since the last call, at most about CHUNK bytes; empty only at the end."""
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
        """Skip the existing records."""
        with contextlib.suppress(OSError):
            self._offset = self._path.stat().st_size

    def _whole_lines(self, file: IO[bytes]) -> list[bytes]:
        """Return the next complete lines, without those that are too long to hold."""
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
        # Not splitlines, which also splits at a carriage return; empty lines stay, since an empty result is the end.
        return whole.split(b"\n")[:-1]

    def read_all(self) -> list[Record]:
        """Yield every record from here to the end of the file."""
        records: list[Record] = []
        while new := self.poll():
            records.extend(new)
        return records

    def _decode(self, line: bytes) -> Record | None:
        if not line:
            return None
        if has_crc(line):
            with contextlib.suppress(UnreadableError):
                return self._decoder.decode(line)
        self.skipped += 1
        return None
