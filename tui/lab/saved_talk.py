"""Conversations on the disk, in the run's folder: saved during the talk.

talk.jsonl          turns; one line each, or several lines with one id if the text was saved in parts
talk-tokens.jsonl   tokens of the newest answers, with their alternatives
talk-settings.json  settings of sampling that differ from the model's, and the system message
prompt.txt          the unsent prompt
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.errors import LilmError
from engine.files.reading import read_json, read_text
from engine.files.storage import indented_json, write_atomically
from engine.inference.protocol import Token  # noqa: TC001  msgspec reads the annotation
from engine.runs.journals import journal
from tui.lab.conversation import Role, Turn

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run

MOST_TURNS = 400
"""Newest turns that are shown when the app opens."""
LARGEST_FILE = 4 << 20
"""Bytes; a larger file is renamed, replacing an older one."""
KEPT_ANSWERS = 5
"""Newest answers whose tokens are read when the app opens. With its alternatives a token takes 4 kB of memory."""
LONGEST_DRAFT = 100_000
"""Characters of an unsent prompt."""


class SavedTurn(Struct, frozen=True):
    """A line of talk.jsonl."""

    role: Role
    text: str
    step: int | None = None
    """Step of the checkpoint that generated it."""
    temperature: float | None = None
    id: str = ""
    """Shared by all parts of a turn; empty in files of earlier versions."""
    parent: str = ""
    """Id of the turn before it; empty in files of earlier versions, where it is the line before."""


class SavedTokens(Struct, frozen=True):
    """A line of talk-tokens.jsonl."""

    turn: str
    tokens: tuple[Token, ...]


class TalkSettings(Struct, frozen=True):
    """Content of talk-settings.json."""

    sampling: dict[str, float | None] = {}
    """Settings by their names on the screen; None: off."""
    system: str = ""


def read_talk_settings(run: Run) -> TalkSettings:
    """Return the saved settings; the defaults if there are none, or damaged ones."""
    try:
        return read_json(_settings_path(run), TalkSettings, limit=4 * LONGEST_DRAFT)
    except LilmError:
        return TalkSettings()


def save_talk_settings(run: Run, settings: TalkSettings) -> None:
    """Raises LilmError if that fails; a removed run is not created again."""
    if run.settings_path.exists():
        write_atomically(_settings_path(run), indented_json(settings))


def read_turns(run: Run) -> list[Turn]:
    """Return the newest MOST_TURNS saved turns, in the order in which they were added."""
    turns: dict[str, Turn] = {}
    for path in (_older(_path(run)), _path(run)):
        for number, line in enumerate(journal.JournalReader[SavedTurn](path, SavedTurn).read_all()):
            key = line.id or f"{path.name} {number}"
            new = Turn(line.role, "", line.step, line.temperature, id=key, parent=line.parent)
            turn = turns.setdefault(key, new)
            turn.text += line.text
            turn.saved = len(turn.text)
    return list(turns.values())[-MOST_TURNS:]


def read_tokens(run: Run) -> dict[str, list[Token]]:
    """Return the saved tokens of the newest answers by the ids of their turns."""
    found: dict[str, list[Token]] = {}
    for path in (_older(_tokens_path(run)), _tokens_path(run)):
        for line in journal.JournalReader[SavedTokens](path, SavedTokens).read_all():
            found[line.turn] = list(line.tokens)
    return dict(list(found.items())[-KEPT_ANSWERS:])


def save(run: Run, turn: Turn) -> None:
    """Append the unsaved part of a turn. Raises LilmError if the disk is full or the run was removed."""
    if turn.saved == len(turn.text):
        return
    part = turn.text[turn.saved :]
    _append(_path(run), SavedTurn(turn.role, part, turn.step, turn.temperature, turn.id, turn.parent))
    turn.saved = len(turn.text)


def save_tokens(run: Run, turn: Turn) -> None:
    """Append the tokens of a complete answer. Raises LilmError as `save`."""
    if turn.tokens:
        _append(_tokens_path(run), SavedTokens(turn.id, tuple(turn.tokens)))


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


def _append(path: Path, line: SavedTurn | SavedTokens) -> None:
    with contextlib.suppress(OSError):
        if path.stat().st_size > LARGEST_FILE:
            # Another app may append at the same time: its line is then in one of the two files.
            path.replace(_older(path))
    journal.append(path, line)


def _path(run: Run) -> Path:
    return run.folder / "talk.jsonl"


def _tokens_path(run: Run) -> Path:
    return run.folder / "talk-tokens.jsonl"


def _older(path: Path) -> Path:
    return path.with_name(f"{path.stem}.old.jsonl")


def _settings_path(run: Run) -> Path:
    return run.folder / "talk-settings.json"


def _draft(run: Run) -> Path:
    return run.folder / "prompt.txt"
