"""Checksums (SHA-256) of files, and small JSON files that carry their own.

A file is hashed once for each version of it that a process meets: device, inode, size, modification and change time.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from engine.errors import UnreadableError
from engine.files.reading import LARGEST_RECORD_FILE, decode_json, open_regular, read_json
from engine.files.storage import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

MOST_KNOWN = 4096
"""Versions of files whose checksums are kept in memory."""
SETTLED_NANOSECONDS = 2 * 10**9
"""Older than the coarsest step of a file system's clock: a second change then cannot leave the same times."""


class Checksum(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class FileVersion(NamedTuple):
    """The facts of a file that change when its content does."""

    device: int
    inode: int
    size: int
    modified: int
    """Nanoseconds since 1970."""
    changed: int
    """Nanoseconds since 1970; unlike the modification time it cannot be set."""

    @classmethod
    def of(cls, file: Path | int) -> FileVersion:
        """Of a path or a descriptor. Raises OSError."""
        facts = os.stat(file)
        return cls(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


_known: dict[FileVersion, Checksum] = {}


def checksum_of(content: bytes) -> Checksum:
    return Checksum(len(content), hashlib.sha256(content).hexdigest())


def checksum_of_file(path: Path) -> Checksum:
    """Raises UnreadableError."""
    with open_regular(path) as file:
        try:
            version = FileVersion.of(file.fileno())
            if version in _known:
                return _known[version]
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            after = FileVersion.of(file.fileno())
        except OSError as error:
            raise UnreadableError(f"cannot read {path}: {error.strerror or error}") from error
    found = Checksum(after.size, digest)
    if version == after and time.time_ns() - max(after.modified, after.changed) > SETTLED_NANOSECONDS:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[version] = found
    return found


def has_checksum(path: Path, expected: Checksum) -> bool:
    """False for a file that is absent, cannot be read, or holds anything else."""
    try:
        return path.stat().st_size == expected.size and checksum_of_file(path) == expected
    except (OSError, UnreadableError):
        return False


class _Checked(msgspec.Struct, frozen=True):
    sha256: str
    content: msgspec.Raw


def write_checked(path: Path, value: object, *, parents: bool = True) -> None:
    """Write a JSON file that `read_checked` accepts only as it is. Raises as `write_atomically`."""
    content = msgspec.json.encode(value)
    checked = _Checked(hashlib.sha256(content).hexdigest(), msgspec.Raw(content))
    write_atomically(path, msgspec.json.encode(checked) + b"\n", parents=parents)


def read_checked(path: Path, type_: type[T], *, limit: int = LARGEST_RECORD_FILE) -> T:
    """Value of a file that `write_checked` wrote. Raises UnreadableError."""
    checked = read_json(path, _Checked, limit=limit)
    content = bytes(checked.content)
    if hashlib.sha256(content).hexdigest() != checked.sha256:
        raise UnreadableError(f"cannot read {path}: it is damaged, its checksum differs")
    return decode_json(content, type_, source=path)
