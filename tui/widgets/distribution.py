"""The next-token distribution as bars: the top tokens, at any temperature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from engine.formatting import percent
from engine.sanitize import cell_width
from tui.widgets.glyphs import Glyphs, glyphs_of
from tui.widgets.tempering import tempered
from tui.widgets.text import token_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

ROWS = 10
_LABEL = 14
_PERCENT = 6


class Distribution(Widget):
    """One row for each alternative, the most likely first: token, bar, probability; a last row for all others.

    `temperature` reshapes what is shown at once, without asking the model again.
    """

    DEFAULT_CSS = """
    Distribution {
        height: 11;
        & > .distribution--token { color: $foreground; }
        & > .distribution--bar { color: $primary; }
        & > .distribution--chosen { color: $warning; text-style: bold; }
        & > .distribution--others { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "distribution--token",
        "distribution--bar",
        "distribution--chosen",
        "distribution--others",
    }

    temperature: reactive[float] = reactive(1.0, repaint=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._alternatives: list[tuple[str, float]] = []
        self._others = 0
        self._chosen: int | None = None
        self._shown: list[tuple[str, float]] = []

    def show(
        self,
        alternatives: Sequence[tuple[str, float]],
        temperature: float | None = None,
        *,
        vocabulary_size: int | None = None,
        chosen: int | None = None,
    ) -> None:
        """Tokens' texts with their natural log-probabilities at temperature 1, the most likely first.

        With the size of the vocabulary the share of the tokens not given is shown and takes part in
        tempering; without it only those given count. `chosen` is the index of the token that was said.
        """
        self._alternatives = list(alternatives)
        self._others = max(0, (vocabulary_size or 0) - len(self._alternatives))
        self._chosen = chosen
        if temperature is not None:
            self.set_reactive(Distribution.temperature, temperature)
        self._update()

    def clear(self) -> None:
        """Shows nothing."""
        self.show(())

    def watch_temperature(self) -> None:
        self._update()

    def _update(self) -> None:
        shares, rest = tempered([log_p for _, log_p in self._alternatives], self.temperature, self._others)
        texts = [text for text, _ in self._alternatives]
        rows = list(zip(texts[:ROWS], shares[:ROWS], strict=True))
        hidden = rest + math.fsum(shares[ROWS:])
        if self._others or len(texts) > ROWS:
            rows.append(("", hidden))
        self._shown = rows
        self.refresh()

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        if y >= len(self._shown):
            return Strip.blank(self.size.width, base)
        text, share = self._shown[y]
        glyphs = glyphs_of(self.app)
        is_others = y >= min(ROWS, len(self._alternatives))
        label = "all others" if is_others else token_label(text, _LABEL, glyphs=glyphs)
        width = max(1, self.size.width - _LABEL - 1 - _PERCENT - 1)
        parts = [
            (label + " " * (_LABEL + 1 - cell_width(label)), self._style(y, is_others)),
            (bar(share, width, glyphs), self._bar_style(is_others)),
            (f" {percent(share):>{_PERCENT}}", base),
        ]
        segments = [Segment(part, style) for part, style in parts]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _style(self, y: int, is_others: bool) -> Style:
        name = "others" if is_others else "chosen" if y == self._chosen else "token"
        return self.get_component_rich_style(f"distribution--{name}")

    def _bar_style(self, is_others: bool) -> Style:
        return self.get_component_rich_style("distribution--others" if is_others else "distribution--bar")


def bar(share: float, width: int, glyphs: Glyphs) -> str:
    """A bar that is exactly `width` cells long with its empty end; shares above zero are never invisible."""
    steps = len(glyphs.bar_steps)
    filled = min(width * steps, max(round(share * width * steps), 1 if share > 1e-4 else 0))
    full, part = divmod(filled, steps)
    text = glyphs.bar_steps[-1] * full + (glyphs.bar_steps[part - 1] if part else "")
    return text + glyphs.bar_empty * (width - len(text))
