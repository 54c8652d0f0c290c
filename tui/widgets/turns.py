"""A conversation laid out in rows, without a screen: who said what, token by token, wrapped to a width."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from engine.sanitize import visible
from tui.widgets.wrapping import Line, wrap

Role = Literal["you", "model", "note"]


@dataclass(frozen=True)
class Token:
    """A piece of a turn's text; empty while its bytes are part of a character that is not whole yet."""

    start: int
    end: int
    probability: float | None


@dataclass
class Turn:
    """What one side said; `text` is visible text."""

    role: Role
    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def append(self, text: str, *, ascii_signs: bool = False) -> Token:
        """Adds any text, sanitized, and says where it stands; the lines are not made anew."""
        start = len(self.text)
        self.text += visible(text, after=self.text[-8:], ascii_signs=ascii_signs)
        return Token(start, len(self.text), None)

    def token_at(self, offset: int) -> int | None:
        """The index of the token that holds a character."""
        index = bisect_right(self.tokens, offset, key=lambda token: token.start) - 1
        return index if index >= 0 and offset < self.tokens[index].end else None


@dataclass(frozen=True)
class Row:
    """One row of the conversation; `line` is None for the blank row between turns."""

    turn: int
    line: int | None


class Turns:
    """Turns one below the other, a blank row between them. Only the last one grows."""

    def __init__(self, width: int = 80) -> None:
        self._turns: list[Turn] = []
        self._first_rows: list[int] = []
        self._width = width

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, index: int) -> Turn:
        return self._turns[index]

    @property
    def rows(self) -> int:
        """How many rows all turns take."""
        return self._first_rows[-1] + len(self._turns[-1].lines) if self._turns else 0

    def set_width(self, width: int) -> None:
        """Wraps everything anew when the width in cells is another one."""
        if width != self._width:
            self._width = width
            first = 0
            for index, turn in enumerate(self._turns):
                turn.lines = wrap(turn.text, width)
                self._first_rows[index] = first
                first += len(turn.lines) + 1

    def add(self, turn: Turn) -> None:
        turn.lines = wrap(turn.text, self._width)
        self._first_rows.append(self.rows + 1 if self._turns else 0)
        self._turns.append(turn)

    def append(self, text: str, *, ascii_signs: bool = False) -> tuple[Token, int]:
        """Adds text to the last turn: where it stands there, and the first row that changed."""
        turn = self._turns[-1]
        token = turn.append(text, ascii_signs=ascii_signs)
        start, _ = turn.lines.pop()
        changed = self._first_rows[-1] + len(turn.lines)
        turn.lines += wrap(turn.text, self._width, start)
        return token, changed

    def cut(self, length: int) -> None:
        """Forgets all turns from `length` on."""
        del self._turns[length:], self._first_rows[length:]

    def row(self, number: int) -> Row:
        """What stands in a row, 0 ≤ number < rows."""
        turn = bisect_right(self._first_rows, number) - 1
        line = number - self._first_rows[turn]
        return Row(turn, line if line < len(self._turns[turn].lines) else None)

    def row_of(self, turn: int, offset: int) -> int:
        """The row that shows a character of a turn."""
        line = bisect_right(self._turns[turn].lines, offset, key=lambda line: line[0]) - 1
        return self._first_rows[turn] + max(0, line)

    def token_beside(self, place: tuple[int, int] | None, direction: int) -> tuple[int, int] | None:
        """The turn and number of the next token with text in a direction, ±1; from None the very last one."""
        turn, number = (len(self), 0) if place is None else place
        direction = -1 if place is None else direction
        while True:
            number += direction
            if turn < len(self) and 0 <= number < len(self._turns[turn].tokens):
                token = self._turns[turn].tokens[number]
                if token.end > token.start:
                    return turn, number
                continue
            turn += direction
            if not 0 <= turn < len(self):
                return None
            number = len(self._turns[turn].tokens) if direction < 0 else -1
