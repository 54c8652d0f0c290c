"""The boundary for bytes from outside: files of a run, journals, pipes, and values that people type.

Reads are bounded in bytes and refuse special files, JSON and TOML are bounded in depth, and whatever is wrong leaves
as one exception type, `UnreadableError`. Text is UTF-8: strict where it is data of ours, with replacement characters
where it is only shown. No other module of the engine decodes bytes from outside; a test walks the sources.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from engine.errors import AbsentError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

T = TypeVar("T")

LARGEST_RECORD_FILE = 64 << 20
"""Bytes of a settings or record file that are read at once; text, tokens and tensors have limits of their own."""

LARGEST_TOML_FILE = 1 << 20
"""Bytes; Python's parser takes seconds for a megabyte of the worst kind."""

MOST_TOML_PARTS = 32
"""Of a dotted key, which takes Python's parser time in the square of their number."""

LONGEST_LINE = 16 << 20
"""Bytes of one JSON line in a journal or on a pipe; a chat's longest request or sample is a tenth of that."""

_CHUNK = 1 << 16

# Strings and comments, in which dots make no key.
_TOML_STRING = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""|''' r"'''.*?'''" r"""|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|#[^\n]*+""", re.DOTALL
)
_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{MOST_TOML_PARTS}}}")

_BAD_VALUES = (msgspec.DecodeError, UnicodeError, ValueError, RecursionError, OverflowError)
"""Raised by decoders for bytes that are no value of the type: `UnicodeDecodeError` is no `msgspec.DecodeError`."""


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading.

    Raises AbsentError where there is none, UnreadableError where it is not permitted, and for folders, FIFOs, sockets
    and devices, which could block or never end.
    """
    try:
        # Without O_NONBLOCK the open itself waits for the writer of a FIFO.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise unreadable(path, reason_of(error), AbsentError) from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise unreadable(path, reason_of(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise unreadable(path, "it is not a regular file")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, *, limit: int = LARGEST_RECORD_FILE) -> bytes:
    """Content of a regular file of at most `limit` bytes. Raises UnreadableError."""
    with open_regular(path) as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise unreadable(path, reason_of(error)) from error
    if len(content) > limit:
        raise unreadable(path, f"it is larger than {limit:,} bytes")
    return content


def read_end(path: Path, limit: int) -> bytes:
    """The last bytes of a regular file, at most `limit`. Raises UnreadableError."""
    with open_regular(path) as file:
        try:
            file.seek(max(0, file.seek(0, os.SEEK_END) - limit))
            return file.read(limit)
        except OSError as error:
            raise unreadable(path, reason_of(error)) from error


def decode_text(data: bytes, *, source: object = "the text") -> str:
    """Text of UTF-8 bytes. Raises UnreadableError."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise unreadable(source, reason_of(error)) from error


def shown_text(data: bytes) -> str:
    """Text that is only for people: what is not UTF-8 becomes U+FFFD."""
    return data.decode(errors="replace")


def well_formed(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, as U+FFFD; two that make a pair are one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def read_text(path: Path, *, limit: int = LARGEST_RECORD_FILE) -> str:
    """Content of a UTF-8 file. Raises UnreadableError, also for bytes that are not UTF-8."""
    return decode_text(read_bytes(path, limit=limit), source=path)


def decode_json(data: bytes, type_: type[T], *, source: object = "the line") -> T:
    """Value of JSON bytes. Raises UnreadableError for what is no JSON, not of the type, or nested too deeply."""
    return JsonDecoder(type_).decode(data, source=source)


class JsonDecoder(Generic[T]):
    """`decode_json` for many lines of one type."""

    def __init__(self, type_: type[T] | object) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(type_)

    def decode(self, data: bytes | str, *, source: object = "the line") -> T:
        try:
            return self._decoder.decode(data)
        except _BAD_VALUES as error:
            raise unreadable(source, reason_of(error)) from error


def decode_lenient_json(text: str, *, source: object = "the line") -> object:
    """Value of JSON text in which half a surrogate pair may stand, as other programs write it.

    Raises UnreadableError.
    """
    try:
        return msgspec.json.decode(text)
    except _BAD_VALUES:
        pass  # the standard library is slower, but takes half a surrogate pair, and says where it failed
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at character {error.pos + 1:,}"
        raise unreadable(source, reason) from error
    except _BAD_VALUES as error:
        raise unreadable(source, reason_of(error)) from error


def read_lines(stream: IO[bytes], longest: int = LONGEST_LINE) -> Iterator[bytes | None]:
    """Lines of a pipe or file as they arrive, without their ends; None for one of more than `longest` bytes.

    The end of the stream ends a line too. Memory is bounded by `longest`.
    """
    while line := stream.readline(longest + 1):
        if line.endswith(b"\n"):
            yield line[:-1]
        elif len(line) <= longest:
            yield line
        else:
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield None


def stat_of(path: Path) -> os.stat_result | None:
    """Facts on a file or folder; None when there is none. Raises UnreadableError when that cannot be known.

    `Path.exists` raises for a name of more than 255 bytes and for a folder that may not be entered.
    """
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise unreadable(path, reason_of(error)) from error


def user_path(text: str) -> Path:
    """The path that people typed, with `~` and `~user` expanded. Raises UnreadableError for an unknown user."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        user = text.split("/", 1)[0]
        raise unreadable(text, f"there is no user {user}") from error


def read_json(path: Path, type_: type[T], *, limit: int = LARGEST_RECORD_FILE) -> T:
    """Value of a JSON file. Raises UnreadableError."""
    return decode_json(read_bytes(path, limit=limit), type_, source=path)


def decode_toml(text: str, *, source: object = "the value") -> dict[str, Any]:
    """Tables of a TOML text. Raises UnreadableError, also for numbers and nesting beyond Python's limits."""
    if _LONG_KEY.search(_TOML_STRING.sub("s", text)):
        raise unreadable(source, f"a key has more than {MOST_TOML_PARTS} parts")
    try:
        return tomllib.loads(text)
    except _BAD_VALUES as error:
        raise unreadable(source, reason_of(error)) from error


def read_toml(path: Path, *, limit: int = LARGEST_TOML_FILE) -> dict[str, Any]:
    """Tables of a TOML file. Raises UnreadableError."""
    return decode_toml(read_text(path, limit=limit), source=path)


def read_toml_as(path: Path, type_: type[T]) -> T:
    """Value of a TOML file. Raises UnreadableError."""
    try:
        return msgspec.convert(read_toml(path), type_)
    except msgspec.ValidationError as error:
        raise unreadable(path, str(error)) from error


def unreadable(source: object, reason: str, kind: type[UnreadableError] = UnreadableError) -> UnreadableError:
    """The exception for a source, such as a path, that could not be read."""
    return kind(f"cannot read {source}: {reason}", reason)


def reason_of(error: Exception) -> str:
    """One phrase on what could not be read or decoded."""
    match error:
        case OSError():
            return error.strerror or str(error)
        case RecursionError():
            return "it is nested too deeply"
        case UnicodeDecodeError():
            return f"byte {error.start} is not UTF-8"
        case _:
            return str(error)
