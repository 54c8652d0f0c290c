"""What threads tell the app. Pokes carry nothing: who gets one looks at what is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.lab.corpus_list import CorpusItem, Preview, TextFacts


class RunsChanged(Message):
    """Some run has news, came or went."""


class SamplerSpoke(Message):
    """The sampler has answered, or ended."""


class CorporaListed(Message):
    """The texts there are to choose from."""

    def __init__(self, items: list[CorpusItem]) -> None:
        super().__init__()
        self.items = items


class SourceFound(Message):
    """A text of the user's own can be read."""

    def __init__(self, item: CorpusItem) -> None:
        super().__init__()
        self.item = item


class TextSeen(Message):
    """What the files of the texts in the new-run form are."""

    def __init__(self, facts: TextFacts) -> None:
        super().__init__()
        self.facts = facts


class PreviewReady(Message):
    """The beginning of a text, or why it cannot be shown."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


class RunCreated(Message):
    """The folder of a run that the app starts is there; its trainer is not yet."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class RunStarted(Message):
    """A trainer makes its first step."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class TaskFailed(Message):
    """Something that was asked for could not be done; one sentence says why."""

    def __init__(self, title: str, reason: str) -> None:
        super().__init__()
        self.title = title
        self.reason = reason


class TaskDone(Message):
    """Something that was asked for is done, and worth a word."""

    def __init__(self, note: str) -> None:
        super().__init__()
        self.note = note


class BackgroundBroke(Message):
    """A defect of ours in a thread; without a title in work that nobody asked for."""

    def __init__(self, error: Exception, title: str = "") -> None:
        super().__init__()
        self.error = error
        self.title = title
