"""An input for texts of several lines: newlines are shown as signs, and long pastes are folded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from engine import formatting
from tui.keys.talk import TALK_KEYS
from tui.widgets.glyphs import glyphs_of
from tui.widgets.wrapped_input import WrappedInput

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

LONGEST_LINE = 200
"""Characters of a paste that are shown; a longer one is folded to its size, as is one of more than MOST_LINES."""
MOST_LINES = 4


class Prompt(WrappedInput):
    """`text` is the whole text, `value` is what the line shows of it.

    Up and down move over its rows, then recall earlier prompts.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(TALK_KEYS)

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False
        self._earlier: list[str] = []
        self._recalled = 0
        """Index of the prompt that was recalled; after the last one: none."""
        self._unsent = ""
        """The text that was in the prompt before another one was recalled."""
        self._folded: dict[str, str] = {}
        """The texts of folded pastes by their labels in the line."""

    @property
    def text(self) -> str:
        """The text with newlines and folded pastes."""
        signs = "|".join(map(re.escape, (*self._folded, self.newline)))
        return re.sub(signs, lambda sign: self._folded.get(sign[0], "\n"), self.value)

    @text.setter
    def text(self, text: str) -> None:
        self._folded = {}
        self.value = self._line_of(text)
        self.cursor_position = len(self.value)

    def take(self) -> str:
        """Return the text and clear the line."""
        text, self.text = self.text, ""
        if text and self.earlier[-1:] != [text]:
            self.earlier.append(text)
        self._recalled = len(self.earlier)
        return text

    @property
    def earlier(self) -> list[str]:
        """Earlier prompts, the newest last."""
        return self._earlier

    @earlier.setter
    def earlier(self, prompts: list[str]) -> None:
        self._earlier, self._recalled, self._unsent = prompts, len(prompts), ""

    def action_recall(self, by: int) -> None:
        """Move to another row of the prompt; from its first or last row, recall another prompt."""
        recalled = max(0, min(self._recalled + by, len(self.earlier)))
        if self.move_row(by) or recalled == self._recalled:
            return
        if self._recalled == len(self.earlier):
            self._unsent = self.text
        self._recalled = recalled
        self.text = self.earlier[recalled] if recalled < len(self.earlier) else self._unsent

    def action_newline(self) -> None:
        self.insert_text_at_cursor(self.newline)

    def action_delete_left(self) -> None:
        """Delete the character before the cursor, or the folded paste that ends there."""
        before = self.value[: self.cursor_position]
        label = next((label for label in self._folded if before.endswith(label)), None)
        if label is None or not self.selection.is_empty:
            super().action_delete_left()
        else:
            del self._folded[label]
            self.delete(self.cursor_position - len(label), self.cursor_position)

    def on_paste(self, event: events.Paste) -> None:
        """Insert all lines; Textual's Input keeps the first one only."""
        event.prevent_default()
        event.stop()
        line = self._line_of(event.text.replace("\r\n", "\n").replace("\r", "\n"))
        if self.selection.is_empty:
            self.insert_text_at_cursor(line)
        else:
            self.replace(line, *self.selection)

    @property
    def newline(self) -> str:
        return glyphs_of(self.app).newline

    def _line_of(self, text: str) -> str:
        """Return a text on one line, folded to a label if it is long."""
        lines = len(text.splitlines())
        if len(text) <= LONGEST_LINE and lines <= MOST_LINES:
            return text.replace("\n", self.newline)
        size = formatting.size(len(text.encode(errors="replace")))
        extent = f"{lines} lines, {size}" if lines > 1 else size
        label = f"[{extent}]"
        while label in self._folded:
            label = f"[{extent}, paste {len(self._folded) + 1}]"
        self._folded[label] = text
        return label
