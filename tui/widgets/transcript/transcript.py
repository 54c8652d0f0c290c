"""The conversation: one widget for all of it, drawn row by row, that streams text and follows its end."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.keys.talk import TRANSCRIPT_KEYS
from tui.widgets.colors import probability_color, themed
from tui.widgets.glyphs import glyphs_of
from tui.widgets.transcript.layout import ConversationLayout, Role, TokenSpan, TurnLayout
from tui.widgets.transcript.scrolling import FollowingView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.binding import BindingType
    from textual.selection import Selection

GUTTER = 6
"""Cells for the role, left of the text."""


class Transcript(FollowingView, can_focus=True):
    """Turns of `you`, `model` and `note`, or one `text`; their text may be anything and is sanitized.

    A streamed token repaints one or two rows. Left and right select a token of the model.
    """

    DEFAULT_CSS = """
    Transcript {
        width: 1fr;
        height: 1fr;
        & > .transcript--who { color: $text-muted; }
        & > .transcript--you { color: $primary; }
        & > .transcript--note { color: $text-muted; text-style: italic; }
        & > .transcript--token { color: $background; background: $warning; }
        & > .transcript--found { color: $background; background: $accent; }
        & > .transcript--more { color: $warning; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--who",
        "transcript--you",
        "transcript--note",
        "transcript--token",
        "transcript--found",
        "transcript--more",
    }
    BINDINGS: ClassVar[list[BindingType]] = list(TRANSCRIPT_KEYS)

    colors_probabilities: reactive[bool] = reactive(False)
    """Color tokens by their probability under the model."""

    chooses_tokens = True
    """False where no text can go on from another token."""

    @dataclass
    class TokenSelected(Message):
        """Another token is selected, given by its turn and its index in `tokens(turn)`; None: no token."""

        transcript: Transcript
        selected: tuple[int, int] | None

        @property
        def control(self) -> Transcript:
            return self.transcript

    @dataclass
    class NoToken(Message):
        """A key would have selected a token, and there is none."""

        transcript: Transcript

        @property
        def control(self) -> Transcript:
            return self.transcript

    @dataclass
    class TokenChosen(Message):
        """Enter was pressed on the selected token."""

        transcript: Transcript

        @property
        def control(self) -> Transcript:
            return self.transcript

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._conversation = ConversationLayout()
        self._selected: tuple[int, int] | None = None
        self._found: tuple[int, int, int] | None = None
        """Turn, start and end of the words that were searched for."""

    # Turns

    def add(self, role: Role, text: str = "") -> int:
        """Begin a turn and return its index."""
        turn = TurnLayout(role)
        turn.append(text, ascii_signs=glyphs_of(self.app).ascii)
        first = self._conversation.rows
        self._conversation.add(turn)
        self.rows_changed(first)
        return len(self._conversation) - 1

    def append(self, text: str) -> TokenSpan:
        """Append text to the last turn and return its span there."""
        span, first_changed = self._conversation.append(text, ascii_signs=glyphs_of(self.app).ascii)
        self.rows_changed(first_changed)
        return span

    def append_token(self, text: str, probability: float | None = None) -> None:
        """Append a token to the last turn, also one without text, so that token indices stay valid."""
        token = replace(self.append(text), probability=probability)
        self._conversation[-1].tokens.append(token)

    def set_sibling(self, turn: int, number: str) -> None:
        """Show a turn's number among its siblings, such as 2/3, instead of its role."""
        self._conversation[turn].sibling = number
        self.refresh()

    def drop_tokens(self, turn: int) -> None:
        """Keep the text of a turn only."""
        if self._conversation[turn].tokens:
            if self._selected is not None and self._selected[0] == turn:
                self._select(None)
            self._conversation[turn].tokens = []
            self.refresh()

    def truncate(self, turns: int) -> None:
        """Remove all turns from index `turns` on, such as an answer that is generated again."""
        self._conversation.truncate(turns)
        if self._selected is not None and self._selected[0] >= turns:
            self._select(None)
        if self._found is not None and self._found[0] >= turns:
            self._found = None
        self.top = min(self.top, self.last_top)
        self.refresh()

    def clear(self) -> None:
        self.follows = True
        self.truncate(0)

    def tokens(self, turn: int) -> list[TokenSpan]:
        """Return the tokens of a turn in the order in which they were appended."""
        return self._conversation[turn].tokens

    @property
    def selected(self) -> tuple[int, int] | None:
        """Turn and index of the selected token."""
        return self._selected

    @property
    def rows(self) -> int:
        return self._conversation.rows

    def on_resize(self) -> None:
        """Keep the end in view, or else the text in the first row."""
        first = self._conversation.row(self.top) if self.top < self.rows else None
        offset = 0 if first is None else self._conversation[first.turn].lines[first.line or 0][0]
        self._conversation.set_width(max(1, self.size.width - GUTTER))
        if self.follows or first is None:
            self.top = self.last_top
        else:
            self.top = min(self._conversation.row_of(first.turn, offset), self.last_top)
        self.refresh()

    # Tokens

    def action_token(self, direction: int) -> None:
        """Select the next token in a direction; at first the last one, or the first one in view."""
        before = self._selected
        if before is None and direction > 0 and self.rows:
            before = (self._conversation.row(min(self.top, self.last_top)).turn, -1)
        position = self._conversation.next_token(before, direction)
        if position is None and self._selected is None:
            self.post_message(self.NoToken(self))
        elif position is not None:
            self._select(position)
            first, _ = self._rows_of_token(position)
            if not self.top <= first < self.top + self.size.height:
                self.scroll_to_row(first - self.size.height // 2)

    def find(self, words: str) -> bool:
        """Highlight the occurrence before the one found last, from the end on, and show it."""
        from_here = None if self._found is None else self._found[:2]
        self._found = self._conversation.find_before(words, from_here) if words else None
        if self._found is not None:
            turn, start, _ = self._found
            self.scroll_to_row(self._conversation.row_of(turn, start) - self.size.height // 2)
        self.refresh()
        return self._found is not None

    def action_deselect(self) -> None:
        self._select(None)

    def action_choose_token(self) -> None:
        if self._selected is not None:
            self.post_message(self.TokenChosen(self))

    def action_toggle_probabilities(self) -> None:
        self.colors_probabilities = not self.colors_probabilities

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Escape and Enter to the parent unless a token is selected."""
        if action == "choose_token":
            return self._selected is not None and self.chooses_tokens
        return self._selected is not None if action == "deselect" else True

    def on_click(self, event: events.Click) -> None:
        position = event.get_content_offset(self)
        if position is None or self.top + position.y >= self.rows:
            return
        row = self._conversation.row(self.top + position.y)
        turn = self._conversation[row.turn]
        if row.line is None or position.x < GUTTER:
            return
        offset, end = turn.lines[row.line]
        cells = position.x - GUTTER
        while offset < end and (cells := cells - cell_len(turn.text[offset])) >= 0:
            offset += 1
        number = turn.token_at(offset) if offset < end else None
        if number is not None:
            self._select((row.turn, number))

    def _select(self, position: tuple[int, int] | None) -> None:
        if position == self._selected:
            return
        before, self._selected = self._selected, position
        for changed in (before, position):
            if changed is not None and changed[0] < len(self._conversation):
                self.refresh_rows(*self._rows_of_token(changed))
        if (before is None) != (position is None):
            self.refresh_bindings()
        self.post_message(self.TokenSelected(self, position))

    def _rows_of_token(self, position: tuple[int, int]) -> tuple[int, int]:
        turn, number = position
        token = self._conversation[turn].tokens[number]
        return self._conversation.row_of(turn, token.start), self._conversation.row_of(turn, token.end - 1)

    # Selecting text with the mouse

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        lines = [self._conversation.line_text(number) for number in range(self.rows)]
        return selection.extract("\n".join(lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        strip = self._row(self.top + y)
        hidden = self.rows - self.top - height
        if y == height - 1 and hidden > 0:
            glyphs = glyphs_of(self.app)
            more = Strip([Segment(f" {glyphs.down} {hidden} more ", self._style("more"))])
            strip = Strip.join([strip.crop(0, width - more.cell_length), more])
        return strip

    def _row(self, number: int) -> Strip:
        base = self.rich_style
        width = self.size.width
        row = self._conversation.row(number) if number < self.rows else None
        if row is None or row.line is None:
            return Strip.blank(width, base)
        turn = self._conversation[row.turn]
        style = base if turn.role in ("model", "text") else self._style(turn.role)
        text = Strip(list(self._segments(row.turn, *turn.lines[row.line], style)))
        # The padding has the style of the text: a segment of its own would cost more bytes than the spaces.
        text = text.adjust_cell_length(width - GUTTER, style).simplify()
        if (selection := self.text_selection) is not None and (
            span := selection.get_span(number)
        ) is not None:
            selected = self.screen.get_component_rich_style("screen--selection")
            text = self._highlighted(text, number, *span, selected)
        if self._found is not None and self._found[0] == row.turn:
            start, end = turn.lines[row.line]
            _, first, last = self._found
            if first < end and last > start:
                found = self._style("found")
                text = self._highlighted(text, number, max(0, first - start), min(last, end) - start, found)
        who = glyphs_of(self.app).sibling.format(turn.sibling) if turn.sibling else turn.role
        gutter = (
            Segment(f"{who:<{GUTTER}}"[:GUTTER], self._style("who"))
            if row.line == 0
            else Segment(" " * GUTTER, style)
        )
        return Strip([gutter, *text.apply_offsets(0, number)], width)

    def _segments(self, index: int, start: int, end: int, style: Style) -> Iterator[Segment]:
        """Yield the text of a line, split where tokens have a style of their own."""
        turn = self._conversation[index]
        selected = self._selected[1] if self._selected is not None and self._selected[0] == index else None
        if selected is None and not self.colors_probabilities:
            yield Segment(turn.text[start:end], style)
            return
        number = bisect_right(turn.tokens, start, key=lambda token: token.end)
        while start < end:
            token = turn.tokens[number] if number < len(turn.tokens) else None
            if token is None or token.start > start:
                stop, one = (end if token is None else min(end, token.start)), style
            else:
                stop, one = min(end, token.end), self._token_style(token, number == selected, style)
                number += 1
            if stop > start:
                yield Segment(turn.text[start:stop], one)
            start = max(start, stop)

    def _token_style(self, token: TokenSpan, is_selected: bool, style: Style) -> Style:
        if is_selected:
            return self._style("token")
        if not self.colors_probabilities or token.probability is None:
            return style
        color = probability_color(token.probability)
        return style if color is None else style + Style(color=themed(self, color).rich_color)

    def _highlighted(self, text: Strip, number: int, start: int, end: int, style: Style) -> Strip:
        """Return a row with the characters start … end in a style; -1 is the end of the row."""
        line, length = self._conversation.line_text(number), text.cell_length
        first = min(length, cell_len(line[:start]))
        last = length if end < 0 else max(first, min(length, cell_len(line[:end])))
        before, inside, after = text.crop(0, first), text.crop(first, last), text.crop(last, length)
        # Strip.apply_style would keep the colors that the text has.
        painted = Strip(list(Segment.apply_style(inside, post_style=style)), inside.cell_length)
        return Strip.join([before, painted, after])

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"transcript--{name}")
