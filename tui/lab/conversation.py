"""What was said to a run's model, kept beside the run as it is said.

A turn is one line of talk.jsonl, or several where its text came in pieces: they have its id.
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
"""Turns that are shown again when the app opens."""
LARGEST_FILE = 4 << 20
"""Bytes; a larger file becomes the older one, of which there is one."""
LONGEST_DRAFT = 100_000
"""Characters of a prompt that is not sent yet."""


class SavedTurn(Struct, frozen=True):
    """A line of talk.jsonl."""

    role: Role
    text: str
    step: int | None = None
    """Of the checkpoint that wrote it."""
    temperature: float | None = None
    id: str = ""
    """The same for all pieces of a turn; empty in files of earlier versions."""


@dataclass
class Turn:
    """One contribution, which may still grow."""

    role: Role
    text: str = ""
    step: int | None = None
    temperature: float | None = None
    tokens: list[Token] = field(default_factory=list)
    """Only of turns written since the app opened."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    saved: int = 0
    """Characters of the text that are in the file."""

    def unsaved(self) -> SavedTurn:
        """Return the part of the turn that is not in the file yet."""
        return SavedTurn(self.role, self.text[self.saved :], self.step, self.temperature, self.id)


def as_messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """The conversation as a chat model reads it; notes are the app's and left out."""
    return tuple(
        Message(role="user" if turn.role == "you" else "assistant", content=turn.text)
        for turn in turns
        if turn.role != "note" and turn.text
    )


def read_turns(run: Run) -> list[Turn]:
    """What was said before, the newest turns of it."""
    turns: dict[str, Turn] = {}
    for path in (_older(_path(run)), _path(run)):
        for number, line in enumerate(journal.JournalReader[SavedTurn](path, SavedTurn).read_all()):
            key = line.id or f"{path.name} {number}"
            turn = turns.setdefault(key, Turn(line.role, "", line.step, line.temperature, id=key))
            turn.text += line.text
            turn.saved = len(turn.text)
    return list(turns.values())[-MOST_TURNS:]


def save(run: Run, turn: Turn) -> None:
    """Write what is new of a turn. Raises LilmError when the disk is full or the run is gone."""
    path = _path(run)
    if turn.saved == len(turn.text):
        return
    with contextlib.suppress(OSError):
        if path.stat().st_size > LARGEST_FILE:
            # Another app may append at the same moment: its line goes to one of the two files.
            path.replace(_older(path))
    journal.append(path, turn.unsaved())
    turn.saved = len(turn.text)


def read_draft(run: Run) -> str:
    """The prompt that was half written."""
    try:
        return read_text(_draft(run), limit=4 * LONGEST_DRAFT)
    except LilmError:
        return ""


def save_draft(run: Run, text: str) -> None:
    """Raises LilmError when it cannot be written. A run that is gone is not made again."""
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
