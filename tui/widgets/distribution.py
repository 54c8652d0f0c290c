"""Bar chart of the next-token distribution: the top tokens, at any temperature."""

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
    """One row per top token with a bar and its probability; the last row is for all other tokens.

    Setting `temperature` updates the bars without another request to the model.
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
        """Show tokens, given by text and natural log-probability at temperature 1, most likely first.

        With `vocabulary_size` the total probability of all other tokens is shown and takes part in the
        normalization; without it only the given tokens do. `chosen` is the index of the sampled token.
        """
        self._alternatives = list(alternatives)
        self._others = max(0, (vocabulary_size or 0) - len(self._alternatives))
        self._chosen = chosen
        if temperature is not None:
            self.set_reactive(Distribution.temperature, temperature)
        self._update()

    def clear(self) -> None:
        """Remove all bars."""
        self.show(())

    def watch_temperature(self) -> None:
        self._update()

    def _update(self) -> None:
        probabilities, rest = tempered(
            [log_p for _, log_p in self._alternatives], self.temperature, self._others
        )
        texts = [text for text, _ in self._alternatives]
        rows = list(zip(texts[:ROWS], probabilities[:ROWS], strict=True))
        hidden = rest + math.fsum(probabilities[ROWS:])
        if self._others or len(texts) > ROWS:
            rows.append(("", hidden))
        self._shown = rows
        self.refresh()

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        if y >= len(self._shown):
            return Strip.blank(self.size.width, base)
        text, probability = self._shown[y]
        glyphs = glyphs_of(self.app)
        is_others = y >= min(ROWS, len(self._alternatives))
        label = "all others" if is_others else token_label(text, _LABEL, glyphs=glyphs)
        width = max(1, self.size.width - _LABEL - 1 - _PERCENT - 1)
        parts = [
            (label + " " * (_LABEL + 1 - cell_width(label)), self._style(y, is_others)),
            (bar(probability, width, glyphs), self._bar_style(is_others)),
            (f" {percent(probability):>{_PERCENT}}", base),
        ]
        segments = [Segment(part, style) for part, style in parts]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _style(self, y: int, is_others: bool) -> Style:
        name = "others" if is_others else "chosen" if y == self._chosen else "token"
        return self.get_component_rich_style(f"distribution--{name}")

    def _bar_style(self, is_others: bool) -> Style:
        return self.get_component_rich_style("distribution--others" if is_others else "distribution--bar")


def bar(fraction: float, width: int, glyphs: Glyphs) -> str:
    """Return a bar of exactly `width` cells, including its empty part. Fractions above 1e-4 are visible."""
    steps = len(glyphs.bar_steps)
    filled = min(width * steps, max(round(fraction * width * steps), 1 if fraction > 1e-4 else 0))
    full, part = divmod(filled, steps)
    text = glyphs.bar_steps[-1] * full + (glyphs.bar_steps[part - 1] if part else "")
    return text + glyphs.bar_empty * (width - len(text))
