"""The conversation: one widget for all of it, drawn row by row, that streams text and follows its end."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.glyphs import glyphs_of
from tui.widgets.palette import probability_color
from tui.widgets.turns import Role, Token, Turn, Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.selection import Selection

GUTTER = 6
"""Cells for who speaks, left of the text."""
_WHEEL = 3
_AHEAD = 4
"""When the end leaves the view, a share of one in this many rows is scrolled at once: a full repaint is dear."""


class Transcript(Widget, can_focus=True):
    """Turns of `you`, `model` and `note`, any text in them made visible.

    Follows the end while it is at the end; any upward scroll releases it, the end key resumes it. A streamed
    token repaints one row or two. Left and right walk over the model's tokens.
    """

    DEFAULT_CSS = """
    Transcript {
        height: 1fr;
        & > .transcript--who { color: $text-muted; }
        & > .transcript--you { color: $text-primary; }
        & > .transcript--note { color: $text-muted; text-style: italic; }
        & > .transcript--token { color: $background; background: $warning; }
        & > .transcript--more { color: $warning; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--who",
        "transcript--you",
        "transcript--note",
        "transcript--token",
        "transcript--more",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", "Up", id="transcript.up", show=False),
        Binding("down", "scroll(1)", "Down", id="transcript.down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="transcript.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="transcript.page_down", show=False),
        Binding("home", "start", "Beginning", id="transcript.start", show=False),
        Binding("end", "end", "End", id="transcript.end", show=False, tooltip="Go to the end and follow it"),
        Binding("left", "token(-1)", "Token", id="transcript.token_left", tooltip="Inspect the token before"),
        Binding("right", "token(1)", "Token", id="transcript.token_right", tooltip="Inspect the next token"),
        Binding("p", "toggle_probabilities", "Probabilities", id="transcript.probabilities"),
        Binding("escape", "deselect", "Deselect", id="transcript.deselect", show=False),
    ]

    colors_probabilities: reactive[bool] = reactive(False)
    """Whether tokens are colored by how likely the model held them."""

    @dataclass
    class TokenSelected(Message):
        """Another token is selected, by its turn and its place in `tokens(turn)`; None: no longer any."""

        transcript: Transcript
        selected: tuple[int, int] | None

        @property
        def control(self) -> Transcript:
            return self.transcript

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._turns = Turns()
        self._top = 0
        self._follows = True
        self._selected: tuple[int, int] | None = None

    # What is said

    def add(self, role: Role, text: str = "") -> int:
        """Begins a turn and says its index."""
        turn = Turn(role)
        turn.append(text, ascii_signs=glyphs_of(self.app).ascii)
        first = self._turns.rows
        self._turns.add(turn)
        self._grown(first)
        return len(self._turns) - 1

    def append(self, text: str) -> Token:
        """Adds text to the last turn and says where it stands there."""
        piece, first_changed = self._turns.append(text, ascii_signs=glyphs_of(self.app).ascii)
        self._grown(first_changed)
        return piece

    def append_token(self, text: str, probability: float | None = None) -> None:
        """Adds a token to the last turn, also one without text, so that tokens keep their number."""
        token = replace(self.append(text), probability=probability)
        self._turns[-1].tokens.append(token)

    def cut(self, turns: int) -> None:
        """Forgets all turns from number `turns` on, such as an answer that is asked for again."""
        self._turns.cut(turns)
        if self._selected is not None and self._selected[0] >= turns:
            self._select(None)
        self._top = min(self._top, self._last_top())
        self.refresh()

    def clear(self) -> None:
        self._follows = True
        self.cut(0)

    def text(self) -> str:
        """All that was said, for copying: turns one after the other, each begun by who speaks."""
        return "\n\n".join(f"{turn.role}: {turn.text}" for turn in self._each())

    def turn_text(self, turn: int) -> str:
        """The visible text of one turn; -1 is the last."""
        return self._turns[turn].text

    def tokens(self, turn: int) -> list[Token]:
        """The tokens of a turn, in the order in which they were appended."""
        return self._turns[turn].tokens

    @property
    def selected(self) -> tuple[int, int] | None:
        """The turn and the number of the token under inspection."""
        return self._selected

    @property
    def follows(self) -> bool:
        """Whether what comes will be in view."""
        return self._follows

    def _each(self) -> Iterator[Turn]:
        return (self._turns[index] for index in range(len(self._turns)))

    # Scrolling

    def _last_top(self) -> int:
        return max(0, self._turns.rows - self.size.height)

    def _grown(self, first_changed: int) -> None:
        """Shows what is new from a row on."""
        height = self.size.height
        if not height:
            return
        if self._follows and self._last_top() > self._top:
            self._top = self._last_top() + min(height // _AHEAD, height - 1)
            self.refresh()
            return
        bottom = self._top + height - 1
        # What comes below the view changes the count of hidden rows, which stands in its last one.
        first = first_changed if self._follows else min(first_changed, bottom)
        self._refresh_rows(first, min(bottom, self._turns.rows - 1))

    def _refresh_rows(self, first: int, last: int) -> None:
        for row in range(max(first, self._top), min(last, self._top + self.size.height - 1) + 1):
            self.refresh(Region(0, row - self._top, self.size.width, 1))

    def _show_from(self, top: int) -> None:
        last = self._last_top()
        top = max(0, min(top, last))
        self._follows = top == last
        if top != self._top:
            self._top = top
            self.refresh()

    def action_scroll(self, rows: int) -> None:
        self._show_from(min(self._top, self._last_top()) + rows)

    def action_page(self, pages: int) -> None:
        self.action_scroll(pages * max(1, self.size.height - 2))

    def action_start(self) -> None:
        self._show_from(0)

    def action_end(self) -> None:
        self._show_from(self._last_top())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll(_WHEEL)

    def on_resize(self) -> None:
        """Keeps the end in view, or else the text that stood at the top."""
        at_top = self._turns.row(self._top) if self._top < self._turns.rows else None
        offset = 0 if at_top is None else self._turns[at_top.turn].lines[at_top.line or 0][0]
        self._turns.set_width(max(1, self.size.width - GUTTER))
        if self._follows or at_top is None:
            self._top = self._last_top()
        else:
            self._top = min(self._turns.row_of(at_top.turn, offset), self._last_top())
        self.refresh()

    # Tokens

    def action_token(self, direction: int) -> None:
        place = self._turns.token_beside(self._selected, direction)
        if place is not None:
            self._select(place)
            first, _ = self._rows_of_token(place)
            if not self._top <= first < self._top + self.size.height:
                self._show_from(first - self.size.height // 2)

    def action_deselect(self) -> None:
        self._select(None)

    def action_toggle_probabilities(self) -> None:
        self.colors_probabilities = not self.colors_probabilities

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape goes to whoever else wants it unless a token is selected."""
        return self._selected is not None if action == "deselect" else True

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or self._top + place.y >= self._turns.rows:
            return
        row = self._turns.row(self._top + place.y)
        turn = self._turns[row.turn]
        if row.line is None or place.x < GUTTER:
            return
        offset, end = turn.lines[row.line]
        cells = place.x - GUTTER
        while offset < end and (cells := cells - cell_len(turn.text[offset])) >= 0:
            offset += 1
        number = turn.token_at(offset) if offset < end else None
        if number is not None:
            self._select((row.turn, number))

    def _select(self, place: tuple[int, int] | None) -> None:
        if place == self._selected:
            return
        before, self._selected = self._selected, place
        for changed in (before, place):
            if changed is not None and changed[0] < len(self._turns):
                self._refresh_rows(*self._rows_of_token(changed))
        self.post_message(self.TokenSelected(self, place))

    def _rows_of_token(self, place: tuple[int, int]) -> tuple[int, int]:
        turn, number = place
        token = self._turns[turn].tokens[number]
        return self._turns.row_of(turn, token.start), self._turns.row_of(turn, token.end - 1)

    # Copying with the mouse

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        lines = [self._line_text(number) for number in range(self._turns.rows)]
        return selection.extract("\n".join(lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def _line_text(self, number: int) -> str:
        row = self._turns.row(number)
        if row.line is None:
            return ""
        start, end = self._turns[row.turn].lines[row.line]
        return self._turns[row.turn].text[start:end]

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        strip = self._row(self._top + y)
        hidden = self._turns.rows - self._top - height
        if y == height - 1 and hidden > 0:
            glyphs = glyphs_of(self.app)
            more = Strip([Segment(f" {glyphs.down} {hidden} more ", self._style("more"))])
            strip = Strip.join([strip.crop(0, width - more.cell_length), more])
        return strip

    def _row(self, number: int) -> Strip:
        base = self.rich_style
        width = self.size.width
        row = self._turns.row(number) if number < self._turns.rows else None
        if row is None or row.line is None:
            return Strip.blank(width, base)
        turn = self._turns[row.turn]
        style = base if turn.role == "model" else self._style(turn.role)
        text = Strip(list(self._segments(row.turn, *turn.lines[row.line], style)))
        # The padding takes the style of the text: a run of its own would cost more bytes than the spaces.
        text = text.adjust_cell_length(width - GUTTER, style).simplify()
        if (selection := self.text_selection) is not None and (
            span := selection.get_span(number)
        ) is not None:
            text = self._marked(text, number, *span)
        gutter = (
            Segment(f"{turn.role:<{GUTTER}}", self._style("who"))
            if row.line == 0
            else Segment(" " * GUTTER, style)
        )
        return Strip([gutter, *text.apply_offsets(0, number)], width)

    def _segments(self, index: int, start: int, end: int, style: Style) -> Iterator[Segment]:
        """A line's text, cut where tokens are drawn in a style of their own."""
        turn = self._turns[index]
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

    def _token_style(self, token: Token, is_selected: bool, style: Style) -> Style:
        if is_selected:
            return self._style("token")
        if not self.colors_probabilities or token.probability is None:
            return style
        color = probability_color(token.probability)
        return style if color is None else style + Style(color=color)

    def _marked(self, text: Strip, number: int, start: int, end: int) -> Strip:
        """A row with the characters start … end, to its end if that is -1, marked for copying."""
        line, length = self._line_text(number), text.cell_length
        first = min(length, cell_len(line[:start]))
        last = length if end < 0 else max(first, min(length, cell_len(line[:end])))
        style = self.screen.get_component_rich_style("screen--selection")
        before, marked, after = text.crop(0, first), text.crop(first, last), text.crop(last, length)
        return Strip.join([before, marked.apply_style(style), after])

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"transcript--{name}")
