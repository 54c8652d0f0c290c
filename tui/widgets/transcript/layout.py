"""Layout of a conversation in rows: turns with their tokens, wrapped to a width. Knows no Textual."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from engine.sanitize import visible
from tui.widgets.transcript.wrapping import Span, wrap_spans

Role = Literal["you", "model", "note", "text"]


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Start and end of a token in its turn's text, in characters.

    It is empty while the token's bytes are part of an incomplete character.
    """

    start: int
    end: int
    probability: float | None


@dataclass
class TurnLayout:
    """One turn: its visible text, the spans of its tokens, and its lines at the current width."""

    role: Role
    text: str = ""
    tokens: list[TokenSpan] = field(default_factory=list)
    lines: list[Span] = field(default_factory=list)
    sibling: str = ""
    """Its number among its siblings, such as 2/3; empty without siblings."""

    def append(self, text: str, *, ascii_signs: bool = False) -> TokenSpan:
        """Append text, sanitized, and return its span. The lines are not updated."""
        start = len(self.text)
        self.text += visible(text, after=self.text[-8:], ascii_signs=ascii_signs)
        return TokenSpan(start, len(self.text), None)

    def token_at(self, offset: int) -> int | None:
        """Return the index of the token that contains a character."""
        index = bisect_right(self.tokens, offset, key=lambda token: token.start) - 1
        return index if index >= 0 and offset < self.tokens[index].end else None


@dataclass(frozen=True)
class LayoutRow:
    """One row of the conversation; `line` is None for the blank row between turns."""

    turn: int
    line: int | None


class ConversationLayout:
    """Turns in a column, separated by blank rows. Only the last turn grows."""

    def __init__(self, width: int = 80) -> None:
        self._turns: list[TurnLayout] = []
        self._first_rows: list[int] = []
        self._width = width

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, index: int) -> TurnLayout:
        return self._turns[index]

    @property
    def rows(self) -> int:
        """Number of rows of all turns."""
        return self._first_rows[-1] + len(self._turns[-1].lines) if self._turns else 0

    def set_width(self, width: int) -> None:
        """Wrap all turns again if the width, in cells, has changed."""
        if width != self._width:
            self._width = width
            first = 0
            for index, turn in enumerate(self._turns):
                turn.lines = wrap_spans(turn.text, width)
                self._first_rows[index] = first
                first += len(turn.lines) + 1

    def add(self, turn: TurnLayout) -> None:
        turn.lines = wrap_spans(turn.text, self._width)
        self._first_rows.append(self.rows + 1 if self._turns else 0)
        self._turns.append(turn)

    def append(self, text: str, *, ascii_signs: bool = False) -> tuple[TokenSpan, int]:
        """Append text to the last turn; return its span and the first row that changed."""
        turn = self._turns[-1]
        token = turn.append(text, ascii_signs=ascii_signs)
        start, _ = turn.lines.pop()
        changed = self._first_rows[-1] + len(turn.lines)
        turn.lines += wrap_spans(turn.text, self._width, start)
        return token, changed

    def truncate(self, length: int) -> None:
        """Remove all turns from index `length` on."""
        del self._turns[length:], self._first_rows[length:]

    def row(self, number: int) -> LayoutRow:
        """Return the turn and line of a row, 0 ≤ number < rows."""
        turn = bisect_right(self._first_rows, number) - 1
        line = number - self._first_rows[turn]
        return LayoutRow(turn, line if line < len(self._turns[turn].lines) else None)

    def row_of(self, turn: int, offset: int) -> int:
        """Return the row that contains a character of a turn."""
        line = bisect_right(self._turns[turn].lines, offset, key=lambda line: line[0]) - 1
        return self._first_rows[turn] + max(0, line)

    def line_text(self, number: int) -> str:
        """Return the text of a row; it is empty between turns."""
        row = self.row(number)
        if row.line is None:
            return ""
        start, end = self._turns[row.turn].lines[row.line]
        return self._turns[row.turn].text[start:end]

    def find_before(self, words: str, position: tuple[int, int] | None) -> tuple[int, int, int] | None:
        """Return turn, start and end of the last occurrence before a turn and offset, else of the last one of all.

        Upper and lower case are the same. None stands for the end.
        """
        pattern = re.compile(re.escape(words), re.IGNORECASE)
        positions = [
            (index, *match.span())
            for index, turn in enumerate(self._turns)
            for match in pattern.finditer(turn.text)
        ]
        before = [match for match in positions if position is None or match[:2] < position]
        found = before or positions
        return found[-1] if found else None

    def next_token(self, position: tuple[int, int] | None, direction: int) -> tuple[int, int] | None:
        """Return turn and index of the next token with text in a direction, ±1; from None the last one."""
        turn, number = (len(self), 0) if position is None else position
        direction = -1 if position is None else direction
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
