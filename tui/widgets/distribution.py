"""Bar chart of the next-token distribution: the top tokens, at any temperature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from engine.formatting import bar, percent
from engine.sanitize import cell_width, shorten, token_label
from tui.keys.talk import DISTRIBUTION_KEYS
from tui.widgets.glyphs import glyphs_of
from tui.widgets.tempering import Cutoffs, kept, tempered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.style import Style
    from textual import events
    from textual.binding import BindingType

ROWS = 10
_LABEL = 14
_PERCENT = 6
REMOVED = "cut"
"""Stands for the probability of a token that top-k, top-p or min-p removes."""


@dataclass(frozen=True)
class _Bar:
    text: str
    probability: float
    at_one: float
    """Probability at temperature 1."""
    is_kept: bool = True


class Distribution(Widget, can_focus=True):
    """A title, a row per top token with a bar and its probability, and a row for all other tokens.

    Setting `temperature` or `cutoffs` updates the bars without another request to the model. A mark on each bar shows
    the probability at temperature 1. With the focus, a row can be chosen.
    """

    DEFAULT_CSS = """
    Distribution {
        height: 12;
        & > .distribution--token { color: $foreground; }
        & > .distribution--bar { color: $primary; }
        & > .distribution--chosen { color: $warning; text-style: bold; }
        & > .distribution--others { color: $text-muted; }
        & > .distribution--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "distribution--token",
        "distribution--bar",
        "distribution--chosen",
        "distribution--others",
        "distribution--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = list(DISTRIBUTION_KEYS)

    temperature: reactive[float] = reactive(1.0, repaint=False)
    cutoffs: reactive[Cutoffs] = reactive(Cutoffs(), repaint=False)

    @dataclass
    class Chosen(Message):
        """A row was chosen; `index` counts the alternatives."""

        distribution: Distribution
        index: int

        @property
        def control(self) -> Distribution:
            return self.distribution

    class Left(Message):
        """Escape was pressed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = ""
        self._alternatives: list[tuple[str, float]] = []
        self._others = 0
        self._chosen: int | None = None
        self._bars: list[_Bar] = []
        self._cursor = 0

    def show(
        self,
        alternatives: Sequence[tuple[str, float]],
        temperature: float | None = None,
        *,
        vocabulary_size: int | None = None,
        chosen: int | None = None,
        title: str = "",
    ) -> None:
        """Show tokens, given by text and natural log-probability at temperature 1, most likely first.

        With `vocabulary_size` the total probability of all other tokens is shown and takes part in the
        normalization; without it only the given tokens do. `chosen` is the index of the sampled token.
        """
        self._title = title
        self._alternatives = list(alternatives)
        self._others = max(0, (vocabulary_size or 0) - len(self._alternatives))
        self._chosen = chosen
        self._cursor = min(chosen or 0, max(0, self._choices - 1))
        if temperature is not None:
            self.set_reactive(Distribution.temperature, temperature)
        self._update()

    def clear(self) -> None:
        """Remove all bars."""
        self.show(())

    def watch_temperature(self) -> None:
        self._update()

    def watch_cutoffs(self) -> None:
        self._update()

    def watch_has_focus(self, _has_focus: bool) -> None:
        self.refresh()

    @property
    def _choices(self) -> int:
        return min(ROWS, len(self._alternatives))

    def action_move(self, by: int) -> None:
        self._cursor = min(max(0, self._cursor + by), max(0, self._choices - 1))
        self.refresh()

    def action_choose(self) -> None:
        if self._alternatives:
            self.post_message(self.Chosen(self, self._cursor))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        row = event.y - bool(self._title)
        if 0 <= row < self._choices:
            self._cursor = row
            self.action_choose()

    def _update(self) -> None:
        log_probabilities = [log_p for _, log_p in self._alternatives]
        probabilities, rest = tempered(log_probabilities, self.temperature, self._others)
        at_one, rest_at_one = tempered(log_probabilities, 1.0, self._others)
        count = kept(probabilities, rest, self.cutoffs)
        texts = [text for text, _ in self._alternatives]
        rows = zip(texts[:ROWS], probabilities, at_one, strict=False)
        self._bars = [_Bar(text, p, one, index < count) for index, (text, p, one) in enumerate(rows)]
        if self._others or len(texts) > ROWS:
            hidden = rest + math.fsum(probabilities[ROWS:])
            hidden_at_one = rest_at_one + math.fsum(at_one[ROWS:])
            self._bars.append(_Bar("", hidden, hidden_at_one, count >= len(texts)))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        if self._title:
            if y == 0:
                line = shorten(self._title, width, glyphs_of(self.app).ellipsis)
                style = self.get_component_rich_style("distribution--others")
                return Strip([Segment(line, style)]).adjust_cell_length(width, base)
            y -= 1
        if y >= len(self._bars):
            return Strip.blank(width, base)
        return Strip(list(self._segments(y, width, base))).adjust_cell_length(width, base)

    def _segments(self, y: int, width: int, base: Style) -> Iterator[Segment]:
        row, glyphs, is_others = self._bars[y], glyphs_of(self.app), y >= self._choices
        label = (
            "all others"
            if is_others
            else token_label(row.text, _LABEL, glyphs.space, ascii_signs=glyphs.ascii)
        )
        style = self._style(y, is_others or not row.is_kept)
        yield Segment(label + " " * (_LABEL + 1 - cell_width(label)), style)
        length = max(1, width - _LABEL - 1 - _PERCENT - 1)
        shown = bar(row.probability if row.is_kept else 0.0, length, glyphs.bar_steps, glyphs.bar_empty)
        color = self.get_component_rich_style("distribution--others" if is_others else "distribution--bar")
        if self.temperature == 1.0 or row.at_one < 1e-3:
            yield Segment(shown, color)
        else:
            at = min(length - 1, int(row.at_one * length))
            yield Segment(shown[:at], color)
            yield Segment(glyphs.vertical, self.get_component_rich_style("distribution--others"))
            yield Segment(shown[at + 1 :], color)
        yield Segment(f" {percent(row.probability) if row.is_kept else REMOVED:>{_PERCENT}}", base)

    def _style(self, y: int, is_dim: bool) -> Style:
        if self.has_focus and y == self._cursor:
            name = "cursor"
        elif y == self._chosen:
            name = "chosen"
        else:
            name = "others" if is_dim else "token"
        return self.get_component_rich_style(f"distribution--{name}")
