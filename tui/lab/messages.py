"""Messages from threads to the app.

RunsChanged, SamplerAnswered and StudyAnswered are change notifications without payload: their receiver reads the
current state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from engine.runs.sizing import TextFigures
    from tui.lab.corpus_item import CorpusItem
    from tui.lab.corpus_list import Preview, TextFacts
    from tui.lab.new_run.measuring import Key


class RunsChanged(Message):
    """A run has new records, was created, or was removed."""


class SamplerAnswered(Message):
    """The sampler has answered or exited."""


class StudyAnswered(Message):
    """The process that computes studies has answered or exited."""


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
class TextCounted(Message):
    """Figures of the text in the new-run form, or why there are none; `key` names text and settings."""

    key: Key
    figures: TextFigures | str


@dataclass
class PreviewReady(Message):
    """The beginning of a text."""

    preview: Preview


@dataclass
class BeginningRead(Message):
    """The first documents of a text that is to be scored."""

    documents: list[str]


@dataclass
class RaceQueued(Message):
    """The runs of a race wait for their turns."""

    names: tuple[str, ...]


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
class CommandFailed(Message):
    """The user's program failed; `note` is one sentence for the foot of the screen."""

    note: str


@dataclass
class BackgroundFailed(Message):
    """An internal error in a thread; `title` names what could not be done."""

    error: Exception
    title: str
