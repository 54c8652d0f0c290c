"""The help screen, made from the bindings: what is here works, and what works is here."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.keys import HELP_GROUPS
from tui.screens.dialogs import Dialog
from tui.widgets.lines import Line, Piece, TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.widget import Widget

KEY_WIDTH = 12
WHAT_TO_EXPECT = (
    "Pick a text, press Enter: a small model learns it while its loss is drawn. Talk to its newest checkpoint at any "
    "time. Models here are a few megabytes of numbers that continue text; they know nothing but what they read."
)


class HelpScreen(Dialog[None]):
    DEFAULT_CSS = """
    HelpScreen > VerticalScroll {
        width: 78; max-width: 96%; height: 90%; padding: 1 2; background: $panel; border-left: thick $primary;
        scrollbar-size-vertical: 1;
    }
    HelpScreen .help--intro { margin-bottom: 1; }
    """

    def compose(self) -> Iterable[Widget]:
        with VerticalScroll():
            yield Static(WHAT_TO_EXPECT, classes="help--intro", markup=False)
            for title, bindings in help_groups():
                lines = [
                    Line((Piece(title, "accent"),)),
                    *(self._line(binding) for binding in bindings),
                    Line(),
                ]
                group = TextLines(*lines)
                group.styles.height = len(lines)
                yield group

    def _line(self, binding: Binding) -> Line:
        keys = ", ".join(self.app.get_key_display(one) for one in Binding.make_bindings([binding]))
        return Line(
            (Piece(f"  {keys:<{KEY_WIDTH}} ", "strong"), Piece(binding.tooltip or binding.description))
        )


def help_groups() -> list[tuple[str, list[Binding]]]:
    """Every binding of the app under its title, once."""
    own = _widget_bindings()
    return [(title, [*bindings, *own.get(title, ())]) for title, bindings in HELP_GROUPS]


def _widget_bindings() -> dict[str, list[Binding]]:
    from tui.widgets.chart.chart import LossChart
    from tui.widgets.slider import Slider
    from tui.widgets.transcript import Transcript

    def of(*widgets: type[Widget]) -> list[Binding]:
        return [binding for widget in widgets for binding in widget.BINDINGS if isinstance(binding, Binding)]

    return {"Chart": of(LossChart), "Talk": of(Transcript, Slider)}


def palette_bindings(screen: Screen[object]) -> Iterator[tuple[Binding, DOMNode]]:
    """What the command palette offers: each visible binding in force, once."""
    active = [item for item in screen.active_bindings.values() if item.binding.id and item.binding.tooltip]
    shown = [item for item in active if item.binding.action != "command_palette"]
    for _, same in groupby(
        sorted(shown, key=lambda item: item.binding.id or ""), key=lambda item: item.binding.id
    ):
        first = next(same)
        yield first.binding, first.node
