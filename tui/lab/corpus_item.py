"""Rows of the texts pane."""

from __future__ import annotations

from typing import NamedTuple

from engine.corpora.sources.samples import samples


class CorpusItem(NamedTuple):
    source: str
    """Its name or path in the settings of a run."""
    title: str
    bytes: int | None
    """Size on disk; None if the file no longer exists."""
    is_default: bool = False


def sample_items() -> list[CorpusItem]:
    """Return the rows of the first frame: the texts that ship with the package, the default one first."""
    items = [CorpusItem(it.name, it.title, it.path.stat().st_size, it.default) for it in samples()]
    return sorted(items, key=lambda item: not item.is_default)
