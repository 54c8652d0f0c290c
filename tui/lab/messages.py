"""Messages from threads to the app.

RunsChanged and SamplerAnswered are change notifications without payload: their receiver reads the current state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.lab.corpus_list import CorpusItem, Preview, TextFacts


class RunsChanged(Message):
    """A run has new records, was created, or was removed."""


class SamplerAnswered(Message):
    """The sampler has answered or exited."""


@dataclass
class CorporaListed(Message):
    """The texts to choose from."""

    items: list[CorpusItem]


@dataclass
class CorpusFound(Message):
    """A text that the user added can be read."""

    item: CorpusItem


@dataclass
class TextChecked(Message):
    """Facts about the texts in the new-run form."""

    facts: TextFacts


@dataclass
class PreviewReady(Message):
    """The beginning of a text."""

    preview: Preview


@dataclass
class RunCreated(Message):
    """The folder of a new run exists; its trainer has not started yet."""

    name: str


@dataclass
class RunStarted(Message):
    """The trainer of a run has started."""

    name: str


@dataclass
class TaskFailed(Message):
    """A request of the user failed; `reason` is one sentence."""

    title: str
    reason: str


@dataclass
class TaskDone(Message):
    """A request of the user has succeeded; `note` is one sentence for the foot of the screen."""

    note: str


@dataclass
class BackgroundFailed(Message):
    """An internal error in a thread; `title` names what could not be done."""

    error: Exception
    title: str
