"""Limit of the bytes read from one file: archives and tables can unpack to any multiple of their size."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from engine import formatting
from engine.errors import MisuseError

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "LILM_LARGEST_TEXT"
"""Environment variable with the most bytes that are read of one file, such as 500G; overrides the limits below."""

LARGEST_TEXT = 64 << 30
"""Bytes of one file, unpacked."""
LARGEST_RATIO = 100
"""Unpacked bytes for each byte of an archive or table. Prose has 3 to 5, logs and tables up to 30."""
SMALLEST_LIMIT = 64 << 20
"""Bytes that any file may unpack to."""

EXAMPLE = "500G"
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


class Allowance:
    """Counter of the bytes read from one file, with a limit."""

    def __init__(self, path: Path, size: int, *, packed: bool) -> None:
        """`size`: bytes on the disk. Raises MisuseError when the environment variable is invalid."""
        self._path = path
        self._size = size
        self._read = 0
        self._chosen = _chosen_limit()
        if self._chosen is not None:
            self.limit = self._chosen
        else:
            self.limit = max(SMALLEST_LIMIT, LARGEST_RATIO * size) if packed else LARGEST_TEXT
            self.limit = min(LARGEST_TEXT, self.limit)

    def take(self, count: int) -> None:
        """Count bytes. Raises MisuseError when the limit is exceeded."""
        self._read += count
        if self._read > self.limit:
            raise self.refusal("holds")

    def refusal(self, verb: str) -> MisuseError:
        """Return the error for a file that holds or claims more than the limit."""
        about = "" if self._chosen is not None else f" in {formatting.size(self._size)} on the disk"
        return MisuseError(
            f"{self._path} {verb} more than {formatting.size(self.limit)}{about}; "
            f"if that is intended, set {VARIABLE} to a larger size, such as {EXAMPLE}"
        )


def _chosen_limit() -> int | None:
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,12})\s*([KMGT]?)B?", text.upper())
    if match is None or not int(match[1]):
        raise MisuseError(f"{VARIABLE} is {text!r}; write bytes, or a size such as {EXAMPLE}")
    return int(match[1]) * _UNITS[match[2]]
