"""Named corpora, and the resolution of a CORPUS argument to files."""

from __future__ import annotations

import difflib
import glob
import os
from pathlib import Path  # noqa: TC003  (msgspec reads the annotations)
from typing import TYPE_CHECKING, Literal

import msgspec

from engine.corpora.readers.file_kinds import CorpusFile
from engine.corpora.sources.folders import files_in_folder, files_matching
from engine.corpora.sources.samples import samples
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import read_toml_as, stat_of, user_path
from engine.files.storage import corpora_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

ENTRY_FILE = "corpus.toml"
"""File in an added corpus's folder with its origin."""
TEXTS_FOLDER = "texts"
"""Subfolder of an added corpus's folder with its files."""


class CatalogueEntry(msgspec.Struct, frozen=True):
    """A named corpus."""

    name: str
    origin: Literal["sample", "added"]
    path: Path
    """A file, or a folder of files."""
    title: str = ""
    description: str = ""
    license: str = ""
    source: str = ""
    """Origin of an added corpus: a path or an address."""
    column: str | None = None
    """Column of tables or field of JSON lines to read, if chosen when it was added."""
    default: bool = False


class AddedCorpus(msgspec.Struct, frozen=True, omit_defaults=True):
    """Content of an added corpus's ENTRY_FILE."""

    title: str = ""
    description: str = ""
    license: str = msgspec.field(default="", name="licence")
    """Under an older name in the file."""
    source: str = ""
    column: str | None = None


def sample_entries() -> list[CatalogueEntry]:
    """Return the corpora that ship with the package, in the order of their catalogue."""
    return [
        CatalogueEntry(it.name, "sample", it.path, it.title, it.description, it.license, default=it.default)
        for it in samples()
    ]


def added_entries() -> list[CatalogueEntry]:
    """Return the corpora that the user added or fetched, sorted by name."""
    entries = []
    for file in sorted(corpora_folder().glob(f"*/{ENTRY_FILE}")):
        if file.parent.name.startswith("."):
            continue
        try:
            it = read_toml_as(file, AddedCorpus)
        except UnreadableError:
            it = AddedCorpus(description=f"its {ENTRY_FILE} cannot be read")
        texts = file.parent / TEXTS_FOLDER
        entries.append(
            CatalogueEntry(
                file.parent.name, "added", texts, it.title, it.description, it.license, it.source, it.column
            )
        )
    return entries


def named_corpora() -> list[CatalogueEntry]:
    """Return every named corpus, samples first."""
    return sample_entries() + added_entries()


def resolve(
    argument: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    column: str | None = None,
) -> list[CorpusFile]:
    """Return the sorted files of a CORPUS argument: a corpus's name, else a file, a folder or a glob.

    `./NAME` refers to a file with the name of a corpus. Raises MisuseError when nothing matches, when it cannot
    be read, or when no file in it is text.
    """
    named = [entry for entry in named_corpora() if entry.name == argument]
    if len(named) > 1:
        raise MisuseError(
            f"{argument!r} is both a sample corpus and an added one; "
            f"'lilm corpora remove {argument}' removes the added one"
        )
    if named:
        entry = named[0]
        return _files(entry.path, entry.name, include, exclude, column or entry.column)
    return find_files(argument, include=include, exclude=exclude, column=column)


def find_files(
    argument: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    column: str | None = None,
) -> list[CorpusFile]:
    """Resolve as `resolve` does, but ignore corpus names."""
    try:
        path = user_path(argument)
        is_there = stat_of(path) is not None
    except UnreadableError as error:
        raise MisuseError(f"{error}; name a file, a folder or a corpus that can be read") from error
    if is_there:
        return _files(path, argument, include, exclude, column)
    if glob.has_magic(argument) and (files := files_matching(path)):
        return [CorpusFile(file, str(file), column) for file in files]
    raise MisuseError(_nothing_found(argument))


def _files(
    path: Path, name: str, include: Sequence[str], exclude: Sequence[str], column: str | None
) -> list[CorpusFile]:
    if not os.path.isdir(path):
        return [CorpusFile(path, name, column)]
    files = files_in_folder(path, include, exclude)
    if not files:
        raise MisuseError(
            f"the folder {path} holds no text files" + (" that match" if include or exclude else "")
        )
    return [CorpusFile(file, f"{name}/{file.relative_to(path).as_posix()}", column) for file in files]


def _nothing_found(argument: str) -> str:
    if glob.has_magic(argument):
        return f"no file matches {argument!r}"
    names = [entry.name for entry in named_corpora()]
    close = difflib.get_close_matches(argument, names, n=1)
    meant = f", did you mean {close[0]!r}?" if close else ";"
    return f"there is no corpus, file or folder {argument!r}{meant} corpora at hand: {', '.join(names)}"
