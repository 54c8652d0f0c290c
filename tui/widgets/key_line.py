"""The footer: the keys of the focused widget, taken from the active bindings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine.sanitize import cell_width
from tui.widgets.lines import Line, Piece, TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.binding import Binding
    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.timer import Timer
    from textual.widget import Widget

GLOBAL_KEYS = ("app.help", "app.commands", "app.quit")
"""Ids of bindings shown at the right, independent of the focus."""
LEAST_WIDTH = 60
"""Columns. In fewer, only help stands at the right."""
NOTE_SECONDS = 5.0
FIGURE_WIDTH = 12
"""Columns."""


@runtime_checkable
class KeyHost(Protocol):
    """An app in which some actions have no effect at times."""

    @property
    def mark(self) -> str:
        """A word for the right end of the line; empty: none."""

    def obstacle_to(self, action: str, node: DOMNode) -> str:
        """Return why an action cannot act on a node now, in one sentence; empty if it can."""


@dataclass(frozen=True)
class _Key:
    """Keys with one description, and the binding that a click runs."""

    keys: str
    name: str
    binding: Binding
    node: DOMNode

    @property
    def width(self) -> int:
        """Cells, including the gap to the next key."""
        return cell_width(f"{self.keys} {self.name}  ")


class KeyLine(TextLines):
    """One line of keys, which can be clicked. A note may replace them for NOTE_SECONDS."""

    DEFAULT_CSS = f"KeyLine .keys--figure {{ dock: right; width: {FIGURE_WIDTH}; }}"

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._columns: list[tuple[int, int, _Key]] = []
        """Columns of each key, start ≤ column < end."""
        self._note_ends: Timer | None = None
        self._note = ""
        self._figure = TextLines(classes="keys--figure")
        self._figure.display = False

    def compose(self) -> Iterable[Widget]:
        yield self._figure

    def show_figure(self, figure: str) -> None:
        """Show a figure at the right end, beside keys and notes. Redrawing it sends about 60 bytes."""
        self._figure.set_lines(Line((), (Piece(figure, "strong"), Piece(" "))))
        if self._figure.display != bool(figure):
            self._figure.display = bool(figure)
            self._update(self.screen)

    def show_note(self, note: str) -> None:
        """Show a sentence instead of the keys for NOTE_SECONDS."""
        if self._note_ends is not None:
            self._note_ends.stop()
        self._note_ends = self.set_timer(NOTE_SECONDS, self._hide_note)
        self._note = note
        self._update(self.screen)

    def show_keys(self) -> None:
        """Show the keys that apply now, as after another run was selected."""
        if self.is_attached:
            self._update(self.screen)

    def _hide_note(self) -> None:
        self._note_ends = None
        self._update(self.screen)

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def on_resize(self) -> None:
        self._update(self.screen)

    def _update(self, screen: Screen[object]) -> None:
        if not screen.is_attached:
            return
        # Before the first layout, the width is that of the terminal.
        width = self.size.width or self.app.size.width
        self._columns = []
        app = self.app
        mark = Piece(f"  {app.mark}" if isinstance(app, KeyHost) and app.mark else "", "warm")
        figure = FIGURE_WIDTH if self._figure.display else 0
        if self._note_ends is not None:
            self.set_lines(Line((Piece(" "), Piece(self._note, "accent")), (mark, Piece(" " * (1 + figure)))))
            return
        left, right = self._active_keys(screen)
        room = width - 2 - figure - len(mark.text)
        if room < LEAST_WIDTH:
            right = [key for key in right if key.binding.id == "app.help"]
        room_left = room - sum(key.width for key in right)
        right_pieces = self._pieces(right, room, start=room_left + 3)
        left_pieces = self._pieces(left, room_left, start=1)
        self.set_lines(Line((Piece(" "), *left_pieces), (*right_pieces, mark, Piece(" " * (1 + figure)))))

    def _active_keys(self, screen: Screen[object]) -> tuple[list[_Key], list[_Key]]:
        """Return the keys of the focused widget and the global ones. Keys with one description are joined."""
        keys: dict[str, _Key] = {}
        seen: set[str] = set()
        for binding, node in ((active.binding, active.node) for active in screen.active_bindings.values()):
            if not binding.show or not binding.id or binding.id in seen:
                continue
            if isinstance(self.app, KeyHost) and self.app.obstacle_to(binding.action, node):
                continue
            seen.add(binding.id)
            name, display = binding.description.lower(), self.app.get_key_display(binding)
            other = keys.get(name)
            keys[name] = (
                _Key(f"{other.keys}/{display}", name, other.binding, node)
                if other
                else _Key(display, name, binding, node)
            )
        right = [key for key in keys.values() if key.binding.id in GLOBAL_KEYS]
        return [key for key in keys.values() if key not in right], right

    def _pieces(self, keys: list[_Key], room: int, start: int) -> list[Piece]:
        pieces: list[Piece] = []
        for key in keys:
            room -= key.width
            if room < 0:
                break
            self._columns.append((start, start + key.width - 2, key))
            start += key.width
            gap = "" if key is keys[-1] else "  "
            pieces += [Piece(key.keys, "accent"), Piece(f" {key.name}{gap}", "dim")]
        return pieces

    async def on_click(self, event: events.Click) -> None:
        for start, end, key in self._columns:
            if start <= event.x < end:
                await self.app.run_action(key.binding.action, key.node)
