"""The help screen: keys, made from the bindings, and further topics. `/` finds words in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, cast

from textual.containers import Vertical
from textual.widgets import Input

from engine.files.storage import settings_file
from tui.keys.catalog import HELP_GROUPS
from tui.keys.forms import HELP_KEYS
from tui.screens.dialogs import Dialog
from tui.screens.help_topics import TOPICS
from tui.terminal.defects import shown_path
from tui.widgets.lines import INDENT, Line, Piece, TextLines, beside_key, wrap_paragraphs
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.binding import BindingType
    from textual.widget import Widget

TEXT_COLUMN = 15
INTRODUCTION = (
    "Choose a text and press Enter: a small model is trained on it while its loss is plotted. Talk to its newest "
    "checkpoint at any time. These models have a few megabytes and continue text; they know only what they were "
    "trained on.",
    "Below are the keys of each pane, then sliders, the mouse, copying, pasting, ssh with tmux and screen, and "
    "config.toml.",
)
NOTHING = "Nothing in the help has all of these words."


class Entry(NamedTuple):
    """A key or a paragraph."""

    key: str
    """Empty for a paragraph."""
    text: str

    def has(self, words: Iterable[str]) -> bool:
        return all(word in f"{self.key} {self.text}".casefold() for word in words)

    def lines(self, width: int) -> list[Line]:
        if not self.key:
            return wrap_paragraphs([Piece(" " * INDENT + self.text)], width)
        return beside_key(self.key, self.text, TEXT_COLUMN, width)


class NamesKeys(Protocol):
    def key_names(self, id: str) -> str:
        """Return the keys of a binding as people read them."""


def sections(app: NamesKeys) -> Iterator[tuple[str, list[Entry]]]:
    """Yield titles with their keys or paragraphs."""
    for title, bindings in HELP_GROUPS:
        yield (
            title,
            [Entry(app.key_names(str(key.id)), key.tooltip or key.description) for key in bindings],
        )
    config = shown_path(settings_file())
    for title, paragraphs in TOPICS:
        yield title, [Entry("", paragraph.replace("{config}", config)) for paragraph in paragraphs]


def help_lines(app: NamesKeys, search: str, width: int) -> list[Line]:
    """Return the help, or the entries that have all words of `search`, also in the title, below their titles."""
    words, lines = search.casefold().split(), []
    if not words:
        lines += [*(line for text in INTRODUCTION for line in Entry("", text).lines(width)), Line()]
    for title, entries in sections(app):
        rest = [word for word in words if word not in title.casefold()]
        found = [entry for entry in entries if entry.has(rest)]
        if found:
            lines.append(Line((Piece(title, "accent"),)))
            lines += [line for entry in found for line in entry.lines(width)]
            lines.append(Line())
    return lines or wrap_paragraphs([Piece(NOTHING, "warm")], width)


class HelpDialog(Dialog[None]):
    BINDINGS: ClassVar[list[BindingType]] = list(HELP_KEYS)
    DEFAULT_CSS = """
    HelpDialog > Vertical {
        width: 78; max-width: 96%; height: 90%; padding: 1 2; background: $panel; border-left: thick $primary;
    }
    HelpDialog Input { margin-bottom: 1; }
    HelpDialog .help--foot { height: 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._search = Input(placeholder="words to find", compact=True)
        self._search.cursor_blink = False
        self._search.display = False
        self._body = ScrolledLines()
        self._shown = ("", 0)
        """Words and width of the lines that are shown."""

    def compose(self) -> Iterable[Widget]:
        with Vertical():
            yield self._search
            yield self._body
            yield TextLines(Line((Piece("/ finds words   esc closes", "dim"),)), classes="help--foot")

    def on_mount(self) -> None:
        self._body.focus()
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def on_input_changed(self) -> None:
        self._show()
        self._body.scroll_home(animate=False)

    def on_input_submitted(self) -> None:
        """Keep what was found, and give the keys that scroll to it."""
        self._body.focus()

    def action_search(self) -> None:
        self._search.display = True
        self._search.focus()

    def action_leave(self) -> None:
        """End the search, or else close the help."""
        if self._search.display:
            self._search.value = ""
            self._search.display = False
            self._body.focus()
        else:
            super().action_leave()

    def _show(self) -> None:
        width = self._body.size.width - 1  # the scrollbar's column
        wanted = (self._search.value, width)
        if wanted != self._shown:
            self._shown = wanted
            self._body.set_lines(help_lines(cast("NamesKeys", self.app), *wanted))
