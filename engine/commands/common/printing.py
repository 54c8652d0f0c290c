"""Output of commands: results to stdout, everything else to stderr, no control characters to a terminal."""

from __future__ import annotations

import io
import shutil
import sys
import time
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Self, TextIO

import msgspec

from engine.files.reading import shown_text, well_formed
from engine.sanitize import MOST_MARKS, cell_width, escaped_json, shorten, visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from engine.inference.protocol import StopReason


def say(text: str = "") -> None:
    """Print a line of a result, or several."""
    sys.stdout.write(visible(text) + "\n")


def say_json(content: object) -> None:
    """Print one object on one line and flush. Numbers that are NaN or infinite become null."""
    sys.stdout.write(json_line(content) + "\n")
    sys.stdout.flush()


def json_line(content: object) -> str:
    """Return JSON on one line for a terminal: invisible characters become equivalent \\uXXXX escapes."""
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
    """Print a line for the user that is not part of the result."""
    sys.stderr.write(visible(text).replace("\n", " ") + "\n")
    sys.stderr.flush()


def notice(text: str) -> None:
    """Print a note that begins with the program's name, as errors do."""
    note(f"lilm: {text}")


def say_dead_end(reason: StopReason | None) -> None:
    """Print a note where a text ended because no token can follow it."""
    if reason == "dead_end":
        notice("the text ends here: no token can follow it in the model's counts, or by --regex or --grammar")


def write_file(path: str, text: str) -> None:
    """Write a file that an option such as `--csv` names, whole or not at all, and say so."""
    from engine.files.storage import write_atomically

    write_atomically(Path(path), text)
    notice(f"wrote {path}")


def add_output_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the result into a file, whole or not at all"
    )


@contextmanager
def output_to(path: str | None) -> Iterator[None]:
    """Collect what is printed and write it into a file at the end; None leaves it on stdout.

    Raises MisuseError when the file cannot be written.
    """
    if path is None:
        yield
        return
    with redirect_stdout(io.StringIO()) as printed:
        yield
    write_file(path, well_formed(printed.getvalue()))


class StatusLine:
    """Progress of a long task: a line that is rewritten on a terminal, elsewhere a new line now and then."""

    PLAIN_SECONDS = 10.0  # between two new lines

    def __init__(self, stream: TextIO, *, quiet_seconds: float = 0.0, first_plain: float = 0.0) -> None:
        """Nothing is shown for `quiet_seconds` on a terminal, for `first_plain` seconds elsewhere."""
        self._stream = stream
        self._terminal = stream.isatty()
        self._next = time.monotonic() + (quiet_seconds if self._terminal else first_plain)
        self._shown = ""

    def show(self, text: str, *, is_news: bool = True) -> None:
        """Show a text. One without news updates only a rewritten line."""
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
        """Erase the line, so that other lines can be written."""
        self._rewrite("")

    def _rewrite(self, line: str) -> None:
        if self._terminal and line != self._shown:
            # CR and "erase to the end of the line" work in every terminal since the VT100.
            self._stream.write(f"\r{line}\x1b[K")
            self._stream.flush()
            self._shown = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()


class TextPrinter:
    """Printer of a model's text during generation: control characters visible on a terminal, exact elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._end = ""
        """End of the text written, which determines the form of the next piece."""

    def write(self, text: str) -> None:
        if not text:
            return
        if self._terminal:
            text = visible(text, after=self._end)
            self._end = (self._end + text)[-MOST_MARKS - 1 :]
        self._stream.write(text)
        self._stream.flush()


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Return a table with columns of minimal width, the first `left` aligned to the left, others to the right."""
    lines = [[visible(cell).replace("\n", " ") for cell in row] for row in (header, *rows)]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]

    def aligned(cell: str, column: int) -> str:
        space = " " * (widths[column] - cell_width(cell))
        return cell + space if column < left else space + cell

    return "\n".join(
        "  ".join(aligned(cell, column) for column, cell in enumerate(line)).rstrip() for line in lines
    )
