"""The texts there are to choose from, and how each begins. Reads files: called from threads."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import formatting
from engine.config.presets import DEFAULT_CORPUS
from engine.corpora.readers.problems import Problems
from engine.corpora.readers.reader import likely_encoding, read_pieces
from engine.corpora.sources.catalogue import named_corpora, resolve
from engine.errors import LilmError
from engine.files.reading import user_path
from engine.runs.folder import list_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.corpora.readers.file_kinds import CorpusFile

MOST_USED_FILES = 12
PREVIEW_CHARACTERS = 20_000


@dataclass(frozen=True)
class CorpusItem:
    """A line of the texts pane."""

    source: str
    """What a run's settings call it."""
    title: str
    bytes: int | None
    """On the disk; None when it cannot be found any more."""
    is_default: bool = False


@dataclass(frozen=True)
class Preview:
    title: str
    facts: str
    text: str


@dataclass(frozen=True)
class TextFacts:
    sources: tuple[str, ...]
    problem: str
    """Why it cannot be trained on; empty when it can."""
    distinct_characters: int | None
    """In the beginning of the text, so about as many as in all of it."""


def list_corpora() -> list[CorpusItem]:
    """Sample corpora, added ones, then files that recent runs were trained on."""
    entries = named_corpora()
    items = [
        CorpusItem(entry.name, entry.title, _size(entry.name), entry.name == DEFAULT_CORPUS)
        for entry in entries
    ]
    items.sort(key=lambda item: not item.is_default)
    names = {entry.name for entry in entries}
    return items + [
        CorpusItem(source, source, _size(source)) for source in _used_files() if source not in names
    ]


def look_up(source: str) -> CorpusItem:
    """A text by its path. Raises MisuseError when nothing readable is there."""
    path = str(user_path(source).absolute()) if source not in {e.name for e in named_corpora()} else source
    return CorpusItem(path, path, sum(file.path.stat().st_size for file in resolve(path)))


def split_sources(text: str) -> tuple[str, ...]:
    """`stories "my file.txt"` as people type it. Raises ValueError where a quote is left open."""
    return tuple(shlex.split(text))


def join_sources(sources: Sequence[str]) -> str:
    return shlex.join(sources)


def _used_files() -> list[str]:
    used: dict[str, None] = {}
    for run in list_runs():
        try:
            used.update(dict.fromkeys(run.settings().corpus.sources))
        except LilmError:
            continue
    return list(used)[:MOST_USED_FILES]


def _size(source: str) -> int | None:
    try:
        return sum(file.path.stat().st_size for file in resolve(source))
    except (OSError, LilmError):
        return None


def read_preview(sources: Sequence[str]) -> Preview:
    """How the texts begin. Raises LilmError when one cannot be found or read."""
    files = [file for source in sources for file in resolve(source)]
    each = PREVIEW_CHARACTERS // max(1, len(files))
    text = "\n".join(_beginning(file, each) for file in files)
    size = formatting.size(sum(file.path.stat().st_size for file in files))
    facts = f"{len(files)} files, {size}" if len(files) != 1 else size
    title = ", ".join(source.rpartition("/")[2] for source in sources)
    return Preview(title, f"{facts}, {len(set(text))} different characters in what is shown", text)


def look_at(sources: Sequence[str]) -> TextFacts:
    """What a form needs to know of texts before anybody reads them whole."""
    try:
        return TextFacts(tuple(sources), "", len(set(read_preview(sources).text)))
    except LilmError as error:
        return TextFacts(tuple(sources), str(error), None)


def _beginning(file: CorpusFile, characters: int) -> str:
    encoding = likely_encoding(file)
    begun = 0
    parts: list[str] = []
    try:
        for piece in read_pieces(file, encoding, Problems()):
            parts.append(piece.text + ("\n\n" if piece.ends_document else ""))
            begun += len(piece.text)
            if begun >= characters:
                break
    except UnicodeDecodeError:
        # It began as one encoding and went on as another; the training reads it with more patience.
        parts.append("\n…")
    return "".join(parts)[:characters]
