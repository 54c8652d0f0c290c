"""Corpora that the user added: their files are copied, so that they do not change."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.corpora.readers.file_kinds import compression_of
from engine.corpora.sources.catalogue import (
    ENTRY_FILE,
    TEXTS_FOLDER,
    AddedCorpus,
    added_entries,
    named_corpora,
)
from engine.errors import LilmError, MisuseError
from engine.files.storage import corpora_folder, folder_at_once, make_folder, refuse_if_read_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.corpora.readers.file_kinds import CorpusFile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def add_corpus(name: str, files: Sequence[CorpusFile], about: AddedCorpus, *, move: bool = False) -> Path:
    """Copy or move files into a corpus of that name, atomically, and return its folder.

    Raises MisuseError when the name cannot be used, LilmError when the files cannot be copied.
    """
    check_new_name(name)
    refuse_if_read_only(corpora_folder() / name)
    folder = make_folder(corpora_folder()) / name
    try:
        part = Path(tempfile.mkdtemp(dir=corpora_folder(), prefix=f".{name}."))
        with folder_at_once(folder, part):
            for file, path in zip(files, _relative_paths(files), strict=True):
                target = part / TEXTS_FOLDER / path
                target.parent.mkdir(parents=True, exist_ok=True)
                (shutil.move if move else shutil.copyfile)(file.path, target)
            (part / ENTRY_FILE).write_bytes(msgspec.toml.encode(about))
    except OSError as error:
        raise LilmError(f"cannot write the corpus {folder}: {error.strerror or error}") from error
    return folder


def remove_corpus(name: str) -> None:
    """Delete an added corpus. Raises MisuseError when there is none of that name."""
    added = [entry.name for entry in added_entries()]
    if name not in added:
        raise MisuseError(f"there is no added corpus {name!r}; added corpora: {', '.join(added) or 'none'}")
    refuse_if_read_only(corpora_folder() / name)
    try:
        # Renamed first, so that other processes never find half of it.
        grave = Path(tempfile.mkdtemp(dir=corpora_folder(), prefix=f".{name}."))
        (corpora_folder() / name).rename(grave / name)
        shutil.rmtree(grave)
    except OSError as error:
        raise LilmError(f"cannot remove {corpora_folder() / name}: {error.strerror or error}") from error


def name_for(path: Path) -> str:
    """Return a corpus name for a file or folder: its own name without suffixes, in valid characters."""
    path = path.absolute()
    name = path.name if os.path.isdir(path) else Path(path.stem).stem if compression_of(path) else path.stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:64]


def check_new_name(name: str) -> None:
    """Raise MisuseError unless a new corpus can have this name."""
    if not _NAME.fullmatch(name):
        raise MisuseError(
            f"{name!r} cannot be a corpus's name: choose one with --name, of up to 64 letters, digits, dots, "
            "dashes and underscores, with a letter or digit first"
        )
    for entry in named_corpora():
        if entry.name == name:
            kind = "a sample corpus" if entry.origin == "sample" else "an added corpus"
            raise MisuseError(f"there is {kind} {name!r} already; remove it first, or choose another name")


def _relative_paths(files: Sequence[CorpusFile]) -> list[str]:
    """Return the files' paths relative to their common folder, which the corpus's folder keeps."""
    paths = [file.path.absolute() for file in files]
    common = os.path.commonpath([path.parent for path in paths])
    return [path.relative_to(common).as_posix() for path in paths]
