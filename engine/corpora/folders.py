"""The text files of a folder, in an order that is the same everywhere."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from engine.corpora.files import has_text_suffix
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence


def files_in_folder(folder: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[Path]:
    """Text files in a folder and its subfolders, sorted by path; what is hidden is left out.

    A pattern such as `*.md` or `drafts/*` is held against a file's path from the folder on and against its
    name. `include` replaces the suffixes that are known for text; `exclude` has the last word.
    Raises MisuseError when a folder cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise MisuseError(f"cannot read the folder {error.filename}: {error.strerror}") from error

    found: list[Path] = []
    for parent, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            wanted = _matches(path, folder, include) if include else has_text_suffix(path)
            if wanted and not name.startswith(".") and not _matches(path, folder, exclude) and path.is_file():
                found.append(path)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _matches(path: Path, folder: Path, patterns: Sequence[str]) -> bool:
    whole = path.relative_to(folder).as_posix()
    return any(fnmatchcase(whole, pattern) or fnmatchcase(path.name, pattern) for pattern in patterns)
