"""Conversations with a run's model, saved in the run's folder while they go on.

A turn is one line of talk.jsonl, or several lines with one id if its text was saved in parts.
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from engine.errors import LilmError
from engine.files.reading import read_text
from engine.files.storage import write_atomically
from engine.inference.protocol import Message, Token
from engine.runs import journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.runs.folder import Run

Role = Literal["you", "model", "note"]
MOST_TURNS = 400
"""Newest turns that are shown when the app opens."""
LARGEST_FILE = 4 << 20
"""Bytes; a larger file is renamed to talk.old.jsonl, replacing an older one."""
LONGEST_DRAFT = 100_000
"""Characters of an unsent prompt."""


class SavedTurn(Struct, frozen=True):
    """A line of talk.jsonl."""

    role: Role
    text: str
    step: int | None = None
    """Of the checkpoint that generated it."""
    temperature: float | None = None
    id: str = ""
    """Shared by all parts of a turn; empty in files of earlier versions."""


@dataclass
class Turn:
    """One message of a conversation, which may still be growing."""

    role: Role
    text: str = ""
    step: int | None = None
    temperature: float | None = None
    tokens: list[Token] = field(default_factory=list)
    """Only for the newest turns generated since the app opened."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    saved: int = 0
    """Characters of the text that are saved."""

    def unsaved(self) -> SavedTurn:
        """Return the part of the turn that is not saved yet."""
        return SavedTurn(self.role, self.text[self.saved :], self.step, self.temperature, self.id)


def as_messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Convert a conversation to messages for a chat model; the app's notes are left out."""
    return tuple(
        Message(role="user" if turn.role == "you" else "assistant", content=turn.text)
        for turn in turns
        if turn.role != "note" and turn.text
    )


def read_turns(run: Run) -> list[Turn]:
    """Return the newest MOST_TURNS saved turns."""
    turns: dict[str, Turn] = {}
    for path in (_older(_path(run)), _path(run)):
        for number, line in enumerate(journal.JournalReader[SavedTurn](path, SavedTurn).read_all()):
            key = line.id or f"{path.name} {number}"
            turn = turns.setdefault(key, Turn(line.role, "", line.step, line.temperature, id=key))
            turn.text += line.text
            turn.saved = len(turn.text)
    return list(turns.values())[-MOST_TURNS:]


def save(run: Run, turn: Turn) -> None:
    """Append the unsaved part of a turn. Raises LilmError if the disk is full or the run was removed."""
    path = _path(run)
    if turn.saved == len(turn.text):
        return
    with contextlib.suppress(OSError):
        if path.stat().st_size > LARGEST_FILE:
            # Another app may append at the same time: its line is then in one of the two files.
            path.replace(_older(path))
    journal.append(path, turn.unsaved())
    turn.saved = len(turn.text)


def read_draft(run: Run) -> str:
    """Return the unsent prompt, or an empty text."""
    try:
        return read_text(_draft(run), limit=4 * LONGEST_DRAFT)
    except LilmError:
        return ""


def save_draft(run: Run, text: str) -> None:
    """Save an unsent prompt. Raises LilmError if that fails; a removed run is not created again."""
    if not run.settings_path.exists():
        return
    if text:
        write_atomically(_draft(run), text[:LONGEST_DRAFT].encode(errors="replace"))
    else:
        with contextlib.suppress(OSError):
            _draft(run).unlink(missing_ok=True)


def _path(run: Run) -> Path:
    return run.folder / "talk.jsonl"


def _older(path: Path) -> Path:
    return path.with_name("talk.old.jsonl")


def _draft(run: Run) -> Path:
    return run.folder / "prompt.txt"
