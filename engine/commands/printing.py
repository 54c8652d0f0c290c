"""What commands write: results to stdout, everything else to stderr, and nothing unseen to a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

import msgspec

from engine.reading import shown_text, well_formed
from engine.sanitise import MOST_MARKS, cell_width, escaped_json, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def say(text: str = "") -> None:
    """A line of a result, or several."""
    sys.stdout.write(visible(text) + "\n")


def say_json(content: object) -> None:
    """One object on one line, at once. Numbers that are not finite become null."""
    sys.stdout.write(json_line(content) + "\n")
    sys.stdout.flush()


def json_line(content: object) -> str:
    """JSON on one line that may go to a terminal: what cannot be seen is a \\uXXXX escape, which means the same."""
    try:
        encoded = msgspec.json.encode(content)
    except UnicodeEncodeError:  # a file's name that is not UTF-8
        encoded = msgspec.json.encode(_well_formed(msgspec.to_builtins(content)))
    return escaped_json(shown_text(encoded))


def _well_formed(value: object) -> object:
    match value:
        case str():
            return well_formed(value)
        case dict():
            return {_well_formed(key): _well_formed(item) for key, item in value.items()}
        case list() | tuple():
            return [_well_formed(item) for item in value]
        case _:
            return value


def note(text: str) -> None:
    """A line for people that is no part of the result."""
    sys.stderr.write(visible(text).replace("\n", " ") + "\n")
    sys.stderr.flush()


def notice(text: str) -> None:
    """A note that begins with the program's name, as its errors do."""
    note(f"lilm: {text}")


class StatusLine:
    """A line that is rewritten while something long goes on; where none can be, a new one now and then."""

    PLAIN_SECONDS = 10.0  # between two new lines

    def __init__(self, stream: TextIO, *, quiet_seconds: float = 0.0, first_plain: float = 0.0) -> None:
        """On a terminal shows nothing for `quiet_seconds`, elsewhere nothing for `first_plain` seconds."""
        self._stream = stream
        self._terminal = stream.isatty()
        self._next = time.monotonic() + (quiet_seconds if self._terminal else first_plain)
        self._shown = ""

    def show(self, text: str, *, is_news: bool = True) -> None:
        """Without news only a line that is rewritten changes."""
        now = time.monotonic()
        if now < self._next:
            return
        if self._terminal:
            self._rewrite(shorten(visible(text), shutil.get_terminal_size().columns - 1))
        elif is_news:
            self._next = now + self.PLAIN_SECONDS
            self._stream.write(visible(text) + "\n")
            self._stream.flush()

    def clear(self) -> None:
        """Takes the line away, so that other lines can be written."""
        self._rewrite("")

    def _rewrite(self, line: str) -> None:
        if self._terminal and line != self._shown:
            # CR and "erase to the end of the line" are understood by every terminal since the VT100.
            self._stream.write(f"\r{line}\x1b[K")
            self._stream.flush()
            self._shown = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()


class TextPrinter:
    """A model's text as it grows: made visible on a terminal, exact everywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._end = ""
        """Of what was written, as much as decides what the next piece looks like."""

    def write(self, text: str) -> None:
        if not text:
            return
        if self._terminal:
            text = visible(text, after=self._end)
            self._end = (self._end + text)[-MOST_MARKS - 1 :]
        self._stream.write(text)
        self._stream.flush()


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Columns as wide as they need be, the first `left` of them aligned to the left, others to the right."""
    lines = [[visible(cell).replace("\n", " ") for cell in row] for row in (header, *rows)]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]

    def aligned(cell: str, column: int) -> str:
        space = " " * (widths[column] - cell_width(cell))
        return cell + space if column < left else space + cell

    return "\n".join(
        "  ".join(aligned(cell, column) for column, cell in enumerate(line)).rstrip() for line in lines
    )
