"""The boundary for bytes from outside: files of a run, journals, pipes, and values that people type.

Reads are bounded in bytes and refuse special files, JSON and TOML are bounded in depth, and whatever is wrong leaves
as one exception type, `UnreadableError`. Text is UTF-8: strict where it is data of ours, with replacement characters
where it is only shown.
"""

from __future__ import annotations

import os
import stat
import tomllib
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import msgspec

from engine.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

LARGEST_RECORD_FILE = 64 << 20
"""Bytes of a settings or record file that are read at once; text, tokens and tensors have limits of their own."""

_BAD_VALUES = (msgspec.DecodeError, UnicodeError, ValueError, RecursionError, OverflowError)
"""Raised by decoders for bytes that are no value of the type: `UnicodeDecodeError` is no `msgspec.DecodeError`."""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Raises UnreadableError for what is absent or not permitted, and for folders, FIFOs, sockets and devices, which
    could block or never end.
    """
    try:
        # Without O_NONBLOCK the open itself waits for the writer of a FIFO.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise UnreadableError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableError(f"cannot read {path}: it is not a regular file")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, *, limit: int = LARGEST_RECORD_FILE) -> bytes:
    """Content of a regular file of at most `limit` bytes. Raises UnreadableError."""
    with open_regular(path) as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise UnreadableError(f"cannot read {path}: {error.strerror or error}") from error
    if len(content) > limit:
        raise UnreadableError(f"cannot read {path}: it is larger than {limit:,} bytes")
    return content


def read_text(path: Path, *, limit: int = LARGEST_RECORD_FILE) -> str:
    """Content of a UTF-8 file. Raises UnreadableError, also for bytes that are not UTF-8."""
    try:
        return read_bytes(path, limit=limit).decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"cannot read {path}: byte {error.start} is not UTF-8") from error


def decode_json(data: bytes, type_: type[T], *, source: object = "the line") -> T:
    """Value of JSON bytes. Raises UnreadableError for what is no JSON, not of the type, or nested too deeply."""
    try:
        return msgspec.json.decode(data, type=type_)
    except _BAD_VALUES as error:
        raise UnreadableError(f"cannot read {source}: {reason_of(error)}") from error


def read_json(path: Path, type_: type[T], *, limit: int = LARGEST_RECORD_FILE) -> T:
    """Value of a JSON file. Raises UnreadableError."""
    return decode_json(read_bytes(path, limit=limit), type_, source=path)


def decode_toml(text: str, *, source: object = "the value") -> dict[str, Any]:
    """Tables of a TOML text. Raises UnreadableError, also for numbers and nesting beyond Python's limits."""
    try:
        return tomllib.loads(text)
    except _BAD_VALUES as error:
        raise UnreadableError(f"cannot read {source}: {reason_of(error)}") from error


def read_toml(path: Path, *, limit: int = LARGEST_RECORD_FILE) -> dict[str, Any]:
    """Tables of a TOML file. Raises UnreadableError."""
    return decode_toml(read_text(path, limit=limit), source=path)


def reason_of(error: Exception) -> str:
    """One phrase on bytes that could not be decoded."""
    match error:
        case RecursionError():
            return "it is nested too deeply"
        case UnicodeDecodeError():
            return f"byte {error.start} is not UTF-8"
        case _:
            return str(error)
