"""The beginning of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tui.screens.dialogs import Dialog
from tui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from tui.lab.corpus_list import Preview


class PreviewDialog(Dialog[None]):
    DEFAULT_CSS = """
    PreviewDialog > Vertical {
        width: 92%; height: 90%; padding: 1 2; background: $panel; border-left: thick $primary;
    }
    PreviewDialog .dialog--title { margin-bottom: 0; }
    PreviewDialog .preview--facts { color: $text-muted; margin-bottom: 1; }
    PreviewDialog VerticalScroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self._preview = preview

    def compose(self) -> Iterable[Widget]:
        with Vertical():
            yield Static(plain(self._preview.title), classes="dialog--title")
            yield Static(plain(self._preview.facts), classes="preview--facts")
            with VerticalScroll():
                yield Static(plain(self._preview.text))
