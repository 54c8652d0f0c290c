"""The text files of a folder or a glob, in an order that is the same everywhere."""

from __future__ import annotations

import glob
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from engine.corpora.files import has_text_suffix
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_ENTRIES = 1_000_000
"""Files and folders that are looked at to find those that are meant."""


def files_in_folder(folder: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[Path]:
    """Text files in a folder and its subfolders, sorted by path; what is hidden is left out, and linked folders.

    A pattern such as `*.md` or `drafts/*` is held against a file's path from the folder on and against its
    name. `include` replaces the suffixes that are known for text; `exclude` has the last word.
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
    """Regular files that match a glob, sorted. `**` stands for any folders, or none.

    Hidden files and folders are meant only by a part that begins with a dot. Below `**` a folder to which several
    links lead is entered once, so that a link to itself ends.
    Raises MisuseError after MOST_ENTRIES.
    """
    parts = list(pattern.parts)
    if parts and parts[-1] == "**":
        parts.append("*")
    start = Path(parts.pop(0)) if pattern.is_absolute() else Path()
    return sorted(set(_Search(pattern).below(start, parts)))


class _Search:
    """One walk for a glob, which counts what it looks at."""

    def __init__(self, pattern: Path) -> None:
        self._pattern = pattern
        self._looked_at = 0

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
        """A folder and all below it, each once."""
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
        self._looked_at += len(found)
        if self._looked_at > MOST_ENTRIES:
            raise _too_many(self._pattern)
        return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _too_many(place: Path) -> MisuseError:
    return MisuseError(
        f"{place} means looking at more than {MOST_ENTRIES:,} files; name a folder further down"
    )


def _matches(path: Path, folder: Path, patterns: Sequence[str]) -> bool:
    whole = path.relative_to(folder).as_posix()
    return any(fnmatchcase(whole, pattern) or fnmatchcase(path.name, pattern) for pattern in patterns)
