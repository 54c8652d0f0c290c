"""Filtering and sorting of runs, for `lilm runs list` and the app's list."""

from __future__ import annotations

import math
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from engine.runs.listing.notes import tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.config.settings import RunSettings
    from engine.runs.journals.history import RunHistory

SMOOTHED_FRACTION = 0.05
"""Part of a run, at its end, whose mean training loss is its smoothed loss."""


class Listed(Protocol):
    """A run as far as filters and orders need it."""

    @property
    def history(self) -> RunHistory: ...

    @property
    def settings(self) -> RunSettings | None: ...

    @property
    def note(self) -> str: ...


AnyListed = TypeVar("AnyListed", bound=Listed)


def matches(run: Listed, words: Iterable[str]) -> bool:
    """Return True if each word is in the run's name, state, model, texts, tokenizer or note, in any case.

    A word that begins with # is a tag, and has to be equal to one of the run's; `-word` excludes runs that match it.
    """
    return all(
        not _matches(run, word[1:]) if len(word) > 1 and word.startswith("-") else _matches(run, word)
        for word in words
    )


def _matches(run: Listed, word: str) -> bool:
    if word.startswith("#"):
        return word[1:].casefold() in map(str.casefold, tags_of(run.note))
    texts = [run.history.run.name, run.history.state, run.note]
    if run.settings is not None:
        from engine.models.registry import family_of

        family = family_of(run.settings.model).name
        texts += [family, run.settings.tokenizer, *run.settings.corpus.sources]
    return any(word.casefold() in text.casefold() for text in texts)


def smoothed_loss(history: RunHistory) -> float | None:
    """Return the mean training loss, in nats per token, over the last SMOOTHED_FRACTION of the steps.

    None before the first step, and where no loss there is finite.
    """
    if history.last is None:
        return None
    first = history.last.step * (1 - SMOOTHED_FRACTION)
    newest = chain([history.last], takewhile(lambda step: step.step >= first, reversed(history.steps)))
    finite = [step.train_loss for step in newest if step.train_loss is not None]
    return sum(finite) / len(finite) if finite else None


def _bits(run: Listed) -> float | None:
    return run.history.held_out.val_bpb if run.history.held_out else None


def _held_out(run: Listed) -> float | None:
    return run.history.held_out.val_loss if run.history.held_out else None


def _by_loss(loss: Callable[[Listed], float | None]) -> Callable[[Listed], tuple[bool, float]]:
    """Return a sort key: masked models behind all others, whose losses are not comparable to theirs."""

    def key(run: Listed) -> tuple[bool, float]:
        from engine.models.registry import is_masked

        found = loss(run)
        return run.settings is not None and is_masked(
            run.settings.model
        ), math.inf if found is None else found

    return key


def _steps(run: Listed) -> int:
    return run.history.last.step if run.history.last else 0


def _seconds(run: Listed) -> float:
    return run.history.last.seconds if run.history.last else 0.0


NEWEST = "newest"
_KEYS: dict[str, Callable[[Listed], Any]] = {
    "name": lambda run: run.history.run.name.casefold(),
    "bits-per-byte": _by_loss(_bits),
    "val-loss": _by_loss(_held_out),
    "smoothed-loss": _by_loss(lambda run: smoothed_loss(run.history)),
    "steps": lambda run: -_steps(run),
    "time": lambda run: -_seconds(run),
}
"""Sort keys. Runs without a loss come last; of the losses, bits per byte alone compare different tokenizers."""
ORDERS = (NEWEST, *_KEYS)


def ordered(runs: Iterable[AnyListed], order: str) -> list[AnyListed]:
    """Sort runs, which come the newest first, by one of ORDERS."""
    return list(runs) if order == NEWEST else sorted(runs, key=_KEYS[order])
