"""A conversation with a run's model: a tree of turns, of which one path is shown.

An answer that is generated again, and a prompt that is edited, become siblings of the earlier ones: turns after the
same turn. Each knows the turn before it, and so the tree needs no other record.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.inference.protocol import Message, Token
from engine.sanitize import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Role = Literal["you", "model", "note"]
ROOT = "root"
"""Stands for the turn before the first one."""


@dataclass
class Turn:
    """One message of a conversation, which may still be growing."""

    role: Role
    text: str = ""
    step: int | None = None
    """Step of the checkpoint that generated it."""
    temperature: float | None = None
    tokens: list[Token] = field(default_factory=list)
    """Tokens of the newest answers, with their alternatives."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    parent: str = ""
    """Id of the turn before it, or ROOT; set when it joins a conversation."""
    saved: int = 0
    """Characters of the text that are saved."""


class Conversation:
    """The tree and its shown path."""

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        """`turns` in the order in which they were added; a turn without a parent follows the one before it."""
        self.turns: list[Turn] = []
        """The shown path."""
        self._turns: dict[str, Turn] = {}
        self._children: dict[str, list[Turn]] = {}
        self._shown: dict[str, Turn] = {}
        """The child that was shown last, by its parent's id."""
        for turn in turns:
            if turn.parent and turn.parent != (self.turns[-1].id if self.turns else ROOT):
                self._show_until(turn.parent)
            self.add(turn)

    def add(self, turn: Turn) -> None:
        """Append a turn to the shown path."""
        turn.parent = self.turns[-1].id if self.turns else ROOT
        self._turns[turn.id] = turn
        self._children.setdefault(turn.parent, []).append(turn)
        self._shown[turn.parent] = turn
        self.turns.append(turn)

    def cut(self, index: int) -> None:
        """Leave the shown path before the turn at `index`; the next turn becomes its sibling."""
        del self.turns[index:]

    def siblings(self, turn: Turn) -> tuple[int, int]:
        """Return the index of a turn among those of its role after the same turn, and their number."""
        alike = self._alike(turn)
        return alike.index(turn), len(alike)

    def show_sibling(self, index: int, by: int) -> bool:
        """Show another sibling of the turn at `index`, with what followed it. Returns False if none is there."""
        turn = self.turns[index]
        alike = self._alike(turn)
        number = alike.index(turn) + by
        if not 0 <= number < len(alike):
            return False
        self.cut(index)
        next_turn: Turn | None = alike[number]
        while next_turn is not None:
            self._shown[next_turn.parent] = next_turn
            self.turns.append(next_turn)
            next_turn = self._shown.get(next_turn.id)
        return True

    def prompt_of(self, index: int) -> str:
        """Return the text that a model which completes text has read before the turn at `index`."""
        before = [turn for turn in self.turns[:index] if turn.role != "note"]
        begun = max((index for index, turn in enumerate(before) if turn.role == "you"), default=0)
        return "".join(turn.text for turn in before[begun:])

    def last(self, role: Role) -> int | None:
        """Return the index of the last turn of a role."""
        return next((i for i in reversed(range(len(self.turns))) if self.turns[i].role == role), None)

    def _alike(self, turn: Turn) -> list[Turn]:
        return [other for other in self._children.get(turn.parent, [turn]) if other.role == turn.role]

    def _show_until(self, id: str) -> None:
        """Make the path end at a turn; an unknown one, of a part of the file that is gone, leaves it as it is."""
        path: list[Turn] = []
        while id in self._turns:
            path.append(self._turns[id])
            id = path[-1].parent
        if path or id == ROOT:
            self.turns = path[::-1]


def as_messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Convert a conversation to messages for a chat model; the app's notes are left out."""
    return tuple(
        Message(role="user" if turn.role == "you" else "assistant", content=turn.text)
        for turn in turns
        if turn.role != "note" and turn.text
    )


def as_markdown(name: str, turns: Sequence[Turn]) -> str:
    """Return a conversation as a Markdown page, without the app's notes."""
    parts = [f"# A talk with {name}"]
    for turn in turns:
        if turn.role == "note" or not turn.text:
            continue
        facts = [f"step {turn.step:,}"] if turn.step is not None else []
        facts += [f"temperature {turn.temperature:g}"] if turn.temperature is not None else []
        model = f"Model ({', '.join(facts)})" if facts else "Model"
        text = visible(turn.text).strip()
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        parts.append(f"**{'You' if turn.role == 'you' else model}**\n\n{fence}text\n{text}\n{fence}")
    return "\n\n".join(parts) + "\n"
