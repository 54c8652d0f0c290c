"""What commands write: results to stdout, everything else to stderr, and nothing unseen to a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import msgspec

from engine.sanitise import cell_width, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def say(text: str = "") -> None:
    """A line of a result, or several."""
    sys.stdout.write(visible(text) + "\n")


def say_json(content: object) -> None:
    """One object on one line, at once. Numbers that are not finite become null."""
    sys.stdout.write(msgspec.json.encode(content).decode() + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """A line for people that is no part of the result."""
    sys.stderr.write(visible(text).replace("\n", " ") + "\n")
    sys.stderr.flush()


class TextPrinter:
    """A model's text as it grows: made visible on a terminal, exact everywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._line = ""

    def write(self, text: str) -> None:
        if not text:
            return
        if self._terminal:
            text = visible(text, after=self._line)
            self._line = (self._line + text).rpartition("\n")[2]
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
