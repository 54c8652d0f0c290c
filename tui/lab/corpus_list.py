"""The texts to choose from, and previews of them. These functions read files and are called from threads."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import formatting
from engine.config.presets import DEFAULT_CORPUS
from engine.corpora.preview import first_documents, preview
from engine.corpora.sources.catalogue import named_corpora, resolve
from engine.errors import LilmError
from engine.files.reading import user_path
from engine.runs.folder import list_runs
from tui.lab.corpus_item import CorpusItem

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_USED_FILES = 12
PREVIEW_CHARACTERS = 20_000
SCORED_CHARACTERS = 4000
"""Of texts that a model scores, some hundred tokens a second."""


@dataclass(frozen=True)
class Preview:
    title: str
    facts: str
    text: str


@dataclass(frozen=True)
class TextFacts:
    sources: tuple[str, ...]
    problem: str
    """Reason why it cannot be trained on; empty if it can."""
    distinct_characters: int | None
    """In the beginning of the text, as an estimate for all of it."""
    bytes: int | None = None
    """Size on disk; None if it cannot be read."""


def list_corpora() -> list[CorpusItem]:
    """Return sample corpora, added ones, then files that recent runs were trained on."""
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


def find_corpus(source: str) -> CorpusItem:
    """Return a text given by its name or path. Raises MisuseError if it cannot be read."""
    path = str(user_path(source).absolute()) if source not in {e.name for e in named_corpora()} else source
    return CorpusItem(path, path, sum(file.path.stat().st_size for file in resolve(path)))


def split_sources(text: str) -> tuple[str, ...]:
    """Split names and paths as a shell does: `stories "my file.txt"`. Raises ValueError for an open quote."""
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
    """Return the beginning of the texts. Raises LilmError if one cannot be found or read."""
    files = [file for source in sources for file in resolve(source)]
    each = PREVIEW_CHARACTERS // max(1, len(sources))
    text = "\n\n".join(preview(source, each) for source in sources)
    size = formatting.size(sum(file.path.stat().st_size for file in files))
    facts = f"{len(files)} files, {size}" if len(files) != 1 else size
    title = ", ".join(source.rpartition("/")[2] for source in sources)
    return Preview(title, f"{facts}, {len(set(text))} distinct characters in this part", text)


def read_documents(sources: Sequence[str]) -> list[str]:
    """Return the first documents of the texts. Raises as `read_preview`."""
    each = SCORED_CHARACTERS // max(1, len(sources))
    return [document for source in sources for document in first_documents(source, each)]


def check_texts(sources: Sequence[str]) -> TextFacts:
    """Return what the new-run form shows of texts, from their beginning."""
    try:
        distinct = len(set(read_preview(sources).text))
        sizes = [_size(source) for source in sources]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        return TextFacts(tuple(sources), "", distinct, total)
    except LilmError as error:
        return TextFacts(tuple(sources), str(error), None)
