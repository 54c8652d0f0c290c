"""The text files of a folder or a glob, in the same order on every machine."""

from __future__ import annotations

import glob
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from engine.corpora.readers.file_kinds import has_text_suffix
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_ENTRIES = 1_000_000
"""Limit of the files and folders visited in one search."""


def files_in_folder(folder: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[Path]:
    """Return text files in a folder and its subfolders, sorted by path, without hidden ones and linked folders.

    A pattern such as `*.md` or `drafts/*` is matched with a file's path relative to the folder and with its
    name. `include` replaces the known suffixes of text; `exclude` takes precedence.
    Raises MisuseError when a folder cannot be read, or holds more than MOST_ENTRIES.
    """

    def refuse(error: OSError) -> None:
        raise MisuseError(f"cannot read the folder {error.filename}: {error.strerror}") from error

    found: list[Path] = []
    looked_at = 0
    for parent, subfolders, names in os.walk(folder, onerror=refuse):
        looked_at += len(subfolders) + len(names)
        if looked_at > MOST_ENTRIES:
            raise _too_many(folder)
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            wanted = _matches(path, folder, include) if include else has_text_suffix(path)
            hidden = name.startswith(".")
            if wanted and not hidden and not _matches(path, folder, exclude) and os.path.isfile(path):
                found.append(path)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def files_matching(pattern: Path) -> list[Path]:
    """Return the regular files that match a glob, sorted. `**` matches any folders, or none.

    Hidden files and folders match only a part that begins with a dot. Below `**` a folder with several
    links to it is entered once, so that cycles end.
    Raises MisuseError after MOST_ENTRIES.
    """
    parts = list(pattern.parts)
    if parts and parts[-1] == "**":
        parts.append("*")
    start = Path(parts.pop(0)) if pattern.is_absolute() else Path()
    return sorted(set(_Search(pattern).below(start, parts)))


class _Search:
    """One search for a glob, which counts the entries visited."""

    def __init__(self, pattern: Path) -> None:
        self._pattern = pattern
        self._visited = 0

    def below(self, folder: Path, parts: Sequence[str]) -> Iterator[Path]:
        if not parts:
            if os.path.isfile(folder):
                yield folder
        elif parts[0] == "**":
            for subfolder in self._folders(folder, set()):
                yield from self.below(subfolder, parts[1:])
        elif glob.has_magic(parts[0]):
            for entry in self._entries(folder):
                hidden = entry.name.startswith(".") and not parts[0].startswith(".")
                if not hidden and fnmatchcase(entry.name, parts[0]):
                    yield from self.below(folder / entry.name, parts[1:])
        else:
            yield from self.below(folder / parts[0], parts[1:])

    def _folders(self, folder: Path, entered: set[tuple[int, int]]) -> Iterator[Path]:
        """Yield a folder and all below it, each once."""
        try:
            facts = os.stat(folder)
        except OSError:
            return
        if (facts.st_dev, facts.st_ino) in entered:
            return
        entered.add((facts.st_dev, facts.st_ino))
        yield folder
        for entry in self._entries(folder):
            if not entry.name.startswith(".") and _is_folder(entry):
                yield from self._folders(folder / entry.name, entered)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return []
        self._visited += len(found)
        if self._visited > MOST_ENTRIES:
            raise _too_many(self._pattern)
        return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _too_many(path: Path) -> MisuseError:
    return MisuseError(
        f"{path} contains more than {MOST_ENTRIES:,} files and folders; name a folder further down"
    )


def _matches(path: Path, folder: Path, patterns: Sequence[str]) -> bool:
    whole = path.relative_to(folder).as_posix()
    return any(fnmatchcase(whole, pattern) or fnmatchcase(path.name, pattern) for pattern in patterns)
