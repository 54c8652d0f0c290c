"""Decoding of files to text, block by block: decompression, character encodings, line ends."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import re
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

from engine.corpora.readers.allowance import Allowance
from engine.corpora.readers.file_kinds import compression_of
from engine.corpora.readers.optional import import_pyarrow
from engine.corpora.readers.problems import NoTextError
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BLOCK_BYTES = 1 << 20
"""Bytes read at once."""

LONGEST_LINE = 1 << 26
"""Characters. A record is held in memory as a whole, so its length must be bounded."""

_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_WIDE_CODECS = frozenset({"utf-16", "utf-32"})
_CONTROLS = bytes(set(range(32)) - set(b"\a\b\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.02  # random bytes have 9 %, text next to none
_WINDOWS_1252_ONLY = re.compile(
    rb"[\x80-\x9f]"
)  # control codes in Latin-1; curly quotes and dashes in Windows-1252


class TextEncoding(msgspec.Struct, frozen=True):
    """A Python codec's name and its handling of invalid bytes."""

    codec: str
    errors: str = "strict"

    @property
    def note(self) -> str | None:
        """Note for the user, phrased to follow the file's name; None for strict UTF encodings."""
        match self:
            case TextEncoding("utf-8", "replace"):
                return "has bytes that are not UTF-8; each became the replacement character U+FFFD"
            case TextEncoding("latin-1"):
                return "is not UTF-8; it was read as Latin-1"
            case TextEncoding("cp1252"):
                return "is not UTF-8; it was read as Windows-1252"
        return None


def read_blocks(path: Path, count: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """Yield the decompressed content of a file. `count` receives the bytes on disk that each block took.

    Raises MisuseError when the file cannot be opened, or when an archive is damaged, ends early or unpacks to more
    than the limit.
    """
    try:
        with open_regular(path) as disk, closing(_unpacked(disk, path)) as file:
            size = os.fstat(disk.fileno()).st_size
            allowance = Allowance(path, size, packed=compression_of(path) is not None)
            position = 0
            while block := file.read(BLOCK_BYTES):
                allowance.take(len(block))
                yield block
                if count is not None:
                    position, before = disk.tell(), position
                    count(position - before)
    except UnreadableError as error:
        raise MisuseError(str(error)) from error
    except EOFError as error:
        raise MisuseError(f"{path} ends early: the archive was cut off; fetch or pack it again") from error
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError) as error:
        raise MisuseError(
            f"{path} is damaged or not an archive of its suffix ({error}); fetch or pack it again"
        ) from error
    except OSError as error:
        if compression_of(path) and error.errno is None:  # how bz2 and Zstandard report damage
            raise MisuseError(f"{path} is damaged or ends early; fetch or pack it again") from error
        raise MisuseError(f"cannot read {path}: {error.strerror or error}") from error


def _unpacked(disk: BinaryIO, path: Path) -> BinaryIO:
    match compression_of(path):
        case "gz":
            return cast("BinaryIO", gzip.GzipFile(fileobj=disk))
        case "bz2":
            return cast("BinaryIO", bz2.BZ2File(disk))
        case "xz":
            return cast("BinaryIO", lzma.LZMAFile(disk))
        case "zst":
            pyarrow = import_pyarrow(path)
            return cast("BinaryIO", pyarrow.input_stream(disk, compression="zstd"))
    return disk


def encoding_from_start(path: Path) -> TextEncoding:
    """Return the likely encoding, from the byte-order mark and the first block alone.

    Raises MisuseError for binary files, as `read_text` does.
    """
    for block in read_blocks(path):
        encoding = _marked_encoding(block)
        _refuse_nul(path, block, encoding)
        _refuse_controls(path, block, encoding)
        try:
            codecs.getincrementaldecoder(encoding.codec)().decode(block)
        except UnicodeDecodeError:
            return _legacy_encoding([block])
        return encoding
    return TextEncoding("utf-8")


def encoding_by_reading(path: Path) -> TextEncoding:
    """Return the encoding of a file whose start was misleading, by reading all of it."""
    return _legacy_encoding(read_blocks(path))


def _marked_encoding(start: bytes) -> TextEncoding:
    if start.startswith(_UTF32_BOMS):
        return TextEncoding("utf-32")
    if start.startswith(_UTF16_BOMS):
        return TextEncoding("utf-16")
    return TextEncoding("utf-8")


def _legacy_encoding(blocks: Iterable[bytes]) -> TextEncoding:
    """Return lenient UTF-8 if most non-ASCII text is well-formed UTF-8, else Windows-1252 or Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    well_formed = broken = 0
    windows = False
    for block in blocks:
        text = decoder.decode(block)
        bad = text.count("\ufffd")
        broken += bad
        well_formed += len(text) - len(text.encode("ascii", "ignore")) - bad
        windows = windows or _WINDOWS_1252_ONLY.search(block) is not None
    if well_formed > broken:
        return TextEncoding("utf-8", "replace")
    return TextEncoding("cp1252", "replace") if windows else TextEncoding("latin-1")


def _refuse_nul(path: Path, block: bytes, encoding: TextEncoding) -> None:
    if encoding.codec not in _WIDE_CODECS and b"\0" in block:
        raise NoTextError(f"{path} is a binary file (it holds NUL bytes), not text")


def _refuse_controls(path: Path, block: bytes, encoding: TextEncoding) -> None:
    controls = len(block) - len(block.translate(None, delete=_CONTROLS))
    if encoding.codec not in _WIDE_CODECS and controls > max(2, _MOST_CONTROLS * len(block)):
        raise NoTextError(f"{path} is a binary file (it is full of control codes), not text")


def read_text(
    path: Path, encoding: TextEncoding, count: Callable[[int], None] | None = None
) -> Iterator[str]:
    """Yield the text of a file in blocks, without a byte-order mark and with LF line ends.

    Raises UnicodeDecodeError when the encoding is strict and wrong, MisuseError for binary files.
    """
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    line_ends = io.IncrementalNewlineDecoder(None, translate=True)
    first = True
    for block in read_blocks(path, count):
        _refuse_nul(path, block, encoding)
        if text := line_ends.decode(decoder.decode(block)):
            yield text.removeprefix("\ufeff") if first else text
            first = False
    yield line_ends.decode(decoder.decode(b"", final=True), final=True)


def read_lines(blocks: Iterable[str]) -> Iterator[str | None]:
    """Yield the lines of a text, without their ends; None for one of more than LONGEST_LINE characters.

    Only LF ends a line, as in the JSON lines format.
    """
    parts: list[str] = []
    length = 0
    for block in blocks:
        first, *others = block.split("\n")
        length += len(first)
        if length <= LONGEST_LINE:
            parts.append(first)
        else:
            parts.clear()
        if others:
            line = "".join(parts) if length <= LONGEST_LINE else None
            parts = [others.pop()]
            length = len(parts[0])
            yield line
            yield from others
    if length:
        yield "".join(parts) if length <= LONGEST_LINE else None
