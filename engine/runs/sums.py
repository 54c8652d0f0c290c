"""Checksums of a run's own files: sums.json, beside run.toml, tokenizer.json, data.json and env.json.

A file's new checksum is written before the file, beside the checksum of the old content: after an interruption
the file has one of the two. Lines of journals have their own checksums, checkpoints have theirs in the COMPLETE
marker; log.txt, worker.json and commands do not affect a model and have none. A run of an earlier version has
no sums.json, and gets one from its existing files when it is resumed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from engine.errors import UnreadableError
from engine.files.checksums import (
    Checksum,
    checksum_of,
    checksum_of_file,
    has_checksum,
    read_checked,
    write_checked,
)
from engine.files.storage import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

FILE = "sums.json"
COVERED = ("run.toml", "tokenizer.json", "data.json", "env.json")

_Sums = dict[str, list[Checksum]]
"""Possible checksums by file name, the newest last."""


def cover(folder: Path) -> None:
    """Write the checksums of the existing files. Raises as `write_covered`."""
    _write(
        folder, {name: [checksum_of_file(folder / name)] for name in COVERED if os.path.exists(folder / name)}
    )


def write_covered(folder: Path, name: str, content: bytes) -> None:
    """Write a file of a run with its checksum. Raises as `write_atomically`, UnreadableError for a bad sums.json."""
    sums = _read(folder)
    if sums is None:
        cover(folder)
        sums = _read(folder) or {}
    there = [allowed for allowed in sums.get(name, []) if has_checksum(folder / name, allowed)]
    sums[name] = [*there[-1:], checksum_of(content)]
    _write(folder, sums)
    write_atomically(folder / name, content, parents=False)


def check(folder: Path, name: str) -> None:
    """Raise UnreadableError for a file that differs from its checksum, or when that cannot be determined."""
    sums = _read(folder)
    allowed = sums.get(name) if sums is not None else None
    path = folder / name
    if allowed and os.path.exists(path) and not any(has_checksum(path, one) for one in allowed):
        raise UnreadableError(
            f"{path} differs from its checksum; restore it from a copy, or, if you changed it "
            f"yourself, remove {folder / FILE}"
        )


def _write(folder: Path, sums: _Sums) -> None:
    write_checked(folder / FILE, sums, parents=False)


def _read(folder: Path) -> _Sums | None:
    """Return the checksums; None for a run of an earlier version."""
    path = folder / FILE
    try:
        return read_checked(path, _Sums)
    except UnreadableError as error:
        if not os.path.exists(path):
            return None
        raise UnreadableError(
            f"{error}; remove it if the files beside it are correct, and new checksums will be written"
        ) from error
