"""The cache: its folders, its size, and emptying it. Everything in it can be made again."""

from __future__ import annotations

import shutil
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.files.storage import cache_folder, compiled_folder, probes_folder, refuse_if_read_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STALE_SECONDS = 600
"""Seconds. A file being written grows every few seconds; one unchanged for longer belonged to a killed process."""


def tokens_folder() -> Path:
    return cache_folder() / "tokens"


def surveys_folder() -> Path:
    return cache_folder() / "surveys"


def downloads_folder() -> Path:
    """Return the folder of interrupted downloads, which can be resumed."""
    return cache_folder() / "downloads"


def cache_bytes() -> int:
    """Return the bytes on disk of cached tokens, surveys, unfinished downloads, compiled code and measurements."""
    total = 0
    for path in (path for folder in _folders() for path in folder.rglob("*")):
        with suppress(OSError):  # removed meanwhile
            facts = path.lstat()
            total += facts.st_size if stat.S_ISREG(facts.st_mode) else 0
    return total


def empty_cache() -> int:
    """Remove the removable files and return the bytes freed. Processes in progress keep their open files."""
    refuse_if_read_only(cache_folder())
    before = cache_bytes()
    for folder in _folders():
        shutil.rmtree(folder, ignore_errors=True)
    return max(0, before - cache_bytes())


def remove_stale_parts() -> None:
    """Remove incomplete files of killed processes."""
    for folder in _folders():
        for part in folder.rglob(".*.part"):
            try:
                if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                    part.unlink()
            except OSError:  # its owner removed it first, or the disk is read-only
                pass


def _folders() -> Iterator[Path]:
    for folder in (tokens_folder(), surveys_folder(), downloads_folder(), compiled_folder(), probes_folder()):
        if folder.is_dir():
            yield folder
