"""What was said to a run's model, kept beside the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from engine.inference.protocol import Message, Token
from engine.runs import journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.runs.folder import Run

Role = Literal["you", "model", "note"]
MOST_TURNS = 400
"""Turns that are shown again when the app opens; the file keeps all."""


class SavedTurn(Struct, frozen=True):
    """A line of talk.jsonl."""

    role: Role
    text: str
    step: int | None = None
    """Of the checkpoint that wrote it."""
    temperature: float | None = None


@dataclass
class Turn:
    """One contribution, which may still grow."""

    role: Role
    text: str = ""
    step: int | None = None
    temperature: float | None = None
    tokens: list[Token] = field(default_factory=list)
    """Only of turns written since the app opened."""

    def saved(self) -> SavedTurn:
        return SavedTurn(self.role, self.text, self.step, self.temperature)


def as_messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """The conversation as a chat model reads it; notes are the app's and left out."""
    return tuple(
        Message(role="user" if turn.role == "you" else "assistant", content=turn.text)
        for turn in turns
        if turn.role != "note" and turn.text
    )


def read_turns(run: Run) -> list[Turn]:
    """What was said before, the newest turns of it."""
    saved = journal.JournalReader[SavedTurn](_path(run), SavedTurn).read_all()[-MOST_TURNS:]
    return [Turn(turn.role, turn.text, turn.step, turn.temperature) for turn in saved]


def save_turns(run: Run, turns: Sequence[SavedTurn]) -> None:
    """Raises LilmError when the disk is full."""
    for turn in turns:
        journal.append(_path(run), turn)


def _path(run: Run) -> Path:
    return run.folder / "talk.jsonl"
