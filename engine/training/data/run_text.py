"""The text of a run: the one that it began with, and for a run with a base, how much of it the base has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine import formatting
from engine.config.resolve import decide_objective
from engine.corpora.corpus import open_corpus
from engine.corpora.split import split_documents
from engine.errors import LilmError, MisuseError
from engine.runs.folder import find_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.config.settings import RunSettings
    from engine.corpora.corpus import Corpus
    from engine.corpora.progress import ProgressListener
    from engine.runs.folder import Run

HELD_OUT = 0.1
SHORTEST_SPLIT = 10_000
"""Bytes; a tenth of less than this measures little, and is missed in training."""


class TextFile(msgspec.Struct, frozen=True):
    """Entry of data.json for a file of the text."""

    path: str
    sha256: str
    column: str | None = None


def read_text(settings: RunSettings, progress: ProgressListener | None = None) -> Corpus:
    """The text that settings name. Raises as `open_corpus`."""
    return open_corpus(
        settings.corpus.sources,
        include=settings.corpus.include,
        exclude=settings.corpus.exclude,
        column=settings.corpus.column,
        progress=progress,
    )


def validation_fraction(settings: RunSettings, text_bytes: int) -> float:
    """Return the fraction in the settings; by default a tenth of all texts but the shortest."""
    if settings.corpus.validation_fraction is not None:
        return settings.corpus.validation_fraction
    return HELD_OUT if text_bytes >= SHORTEST_SPLIT else 0.0


def text_of_run(
    run: Run, progress: ProgressListener | None = None, notify: Callable[[str], None] = lambda message: None
) -> Corpus:
    """The text that a run began with. Raises MisuseError when it is gone or another one, or was never here."""
    settings = run.settings()
    if not settings.corpus.sources:
        raise MisuseError(
            f"{run.name} was imported without its training text, which this needs; choose a run that was trained here"
        )
    corpus = read_text(settings, progress)
    if difference := _difference(run, corpus, notify):
        raise MisuseError(
            f"{difference}; {run.name} began with another text: put it back as it was, or train on this one in a new "
            f"run, from the same weights with --from {run.name}"
        )
    return corpus


def _difference(run: Run, corpus: Corpus, notify: Callable[[str], None]) -> str:
    """One phrase on a file that is not as data.json has it; empty when all are, or nothing is known."""
    try:
        before = msgspec.convert(run.read_json("data.json", notify).get("files", []), list[TextFile])
    except msgspec.ValidationError as error:
        notify(f"cannot read {run.folder / 'data.json'}: {error}; whether the text has changed is unknown")
        return ""
    now = msgspec.convert(corpus.summary()["files"], list[TextFile])
    if not before or [(one.sha256, one.column) for one in before] == [
        (one.sha256, one.column) for one in now
    ]:
        return ""
    for files, others, what in ((now, before, "has changed"), (before, now, "is not there any more")):
        known = {(other.sha256, other.column) for other in others}
        if found := next((one for one in files if (one.sha256, one.column) not in known), None):
            return f"the text {found.path} {what}"
    return f"the texts of {', '.join(corpus.names)} come in another order"


def seen_by_base(settings: RunSettings, corpus: Corpus) -> str:
    """A sentence on held-out text that stands in what the base run, or its own base, learned from; empty if none."""
    split = split_documents(
        corpus.document_characters, corpus.document_bytes, validation_fraction(settings, corpus.bytes)
    )
    digests = corpus.document_digests[split.document :]
    lengths = corpus.document_characters[split.document :].astype(np.int64)
    starts = np.zeros_like(lengths)
    if len(starts) and decide_objective(settings) != "chat":
        starts[0] = split.character
    seen = starts.copy()
    name = settings.base
    bases: list[str] = []
    while name is not None:
        bases.append(name)
        try:
            base = find_run(name)
            name = base.settings().base
            seen = np.maximum(seen, _learned_characters(base, digests))
        except LilmError as error:
            return f"whether held-out text stands in what {bases[-1]} learned from is unknown: {error}"
    seen_documents, fraction = (
        int((seen > starts).sum()),
        (seen - starts).sum() / max(1, (lengths - starts).sum()),
    )
    if not seen_documents:
        return ""
    return (
        f"{seen_documents:,} of {len(digests):,} held-out documents, {formatting.percent(float(fraction))} of the "
        f"held-out text, stand in what {' and '.join(bases)} learned from: the held-out loss will be lower than on "
        "new text"
    )


def _learned_characters(run: Run, digests: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Number of characters, from the beginning of these documents, that a run was trained on."""
    settings, corpus = run.settings(), text_of_run(run)
    split = split_documents(
        corpus.document_characters, corpus.document_bytes, validation_fraction(settings, corpus.bytes)
    )
    learned = corpus.document_characters.astype(np.int64)
    learned[split.document :] = 0
    if split.document < len(learned) and decide_objective(settings) != "chat":
        learned[split.document] = split.character
    order = np.argsort(corpus.document_digests)
    found = order[np.searchsorted(corpus.document_digests, digests, sorter=order) % len(order)]
    return np.where(corpus.document_digests[found] == digests, learned[found], 0)
