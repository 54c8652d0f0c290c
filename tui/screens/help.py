"""The help screen, made from the key bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.keys.catalog import HELP_GROUPS
from tui.screens.dialogs import Dialog
from tui.widgets.lines import Line, Piece, TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

KEY_WIDTH = 12
INTRODUCTION = (
    "Choose a text and press Enter: a small model is trained on it while its loss is plotted. Talk to its newest "
    "checkpoint at any time. These models have a few megabytes and continue text; they know only what they were "
    "trained on."
)


class HelpDialog(Dialog[None]):
    DEFAULT_CSS = """
    HelpDialog > VerticalScroll {
        width: 78; max-width: 96%; height: 90%; padding: 1 2; background: $panel; border-left: thick $primary;
        scrollbar-size-vertical: 1;
    }
    HelpDialog .help--intro { margin-bottom: 1; }
    """

    def compose(self) -> Iterable[Widget]:
        with VerticalScroll():
            yield Static(INTRODUCTION, classes="help--intro", markup=False)
            for title, bindings in HELP_GROUPS:
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
