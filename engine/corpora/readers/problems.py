"""Skipped records of a file, counted for the report."""

from __future__ import annotations

from engine.errors import MisuseError


class NoTextError(MisuseError):
    """Error for an empty or binary file, which can be left out of a folder."""


class Problems:
    """Number of skipped records of one file, and the error of the first of them."""

    def __init__(self) -> None:
        self.skipped = 0
        self._first = ""

    def skip(self, where: str, why: str) -> None:
        """Count a record; `where` is, for example, 'line 7'."""
        if not self.skipped:
            self._first = f"{where} {why}"
        self.skipped += 1

    def note(self) -> str | None:
        """Sentence phrased to follow the file's name; None when nothing was skipped."""
        match self.skipped:
            case 0:
                return None
            case 1:
                return f"has a broken record, which was skipped: {self._first}"
            case count:
                return f"has {count:,} broken records, which were skipped; the first: {self._first}"
