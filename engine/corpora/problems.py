"""Counts of records that a reader had to skip."""

from __future__ import annotations

from engine.errors import MisuseError


class NoTextError(MisuseError):
    """A file that is empty or binary: in a folder it can be left out."""


class Problems:
    """Records of one file that were skipped, and what was wrong with the first of them."""

    def __init__(self) -> None:
        self.skipped = 0
        self._first = ""

    def skip(self, where: str, why: str) -> None:
        """Counts a record; `where` is such as 'line 7'."""
        if not self.skipped:
            self._first = f"{where} {why}"
        self.skipped += 1

    def note(self) -> str | None:
        """One sentence, to stand after the file's name; None when nothing was skipped."""
        match self.skipped:
            case 0:
                return None
            case 1:
                return f"has a broken record, which was skipped: {self._first}"
            case count:
                return f"has {count:,} broken records, which were skipped; the first: {self._first}"
