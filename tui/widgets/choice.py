"""A choice of one of a few words with the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys.forms import CHOICE_KEYS
from tui.widgets.lines import Line, Piece, TextLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType


class Choice(TextLines, can_focus=True):
    """Shows `< gpt >`. Left, right, space and clicks change it."""

    BINDINGS: ClassVar[list[BindingType]] = list(CHOICE_KEYS)
    DEFAULT_CSS = """
    Choice { background: $surface; }
    Choice:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    """

    class Changed(Message):
        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(self, choices: Sequence[str], *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._choices = tuple(choices)
        self._index = 0
        self._show()

    @property
    def value(self) -> str:
        return self._choices[self._index]

    @value.setter
    def value(self, value: str) -> None:
        """Values that are not among the choices are ignored."""
        if value in self._choices and value != self.value:
            self._index = self._choices.index(value)
            self._show()
            self.post_message(self.Changed(self, value))

    def set_choices(self, choices: Sequence[str]) -> None:
        """Offer other choices; the value stays if it is among them, else it becomes the first."""
        value = self.value
        self._choices = tuple(choices)
        self._index = self._choices.index(value) if value in self._choices else 0
        self._show()

    def action_turn(self, by: int) -> None:
        self.value = self._choices[(self._index + by) % len(self._choices)]

    def on_click(self, event: events.Click) -> None:
        self.action_turn(-1 if event.x < 2 else 1)

    def _show(self) -> None:
        self.set_lines(Line((Piece("< ", "accent"), Piece(self.value), Piece(" >", "accent"))))
