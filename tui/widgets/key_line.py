"""The footer: the keys that work where the focus is, made from the bindings in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.sanitize import cell_width
from tui.widgets.lines import Line, Piece, TextLines

if TYPE_CHECKING:
    from textual import events
    from textual.binding import Binding
    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.timer import Timer

ALWAYS = ("app.help", "app.commands", "app.quit")
"""Ids that stand at the right, wherever one is."""
SAY_SECONDS = 5.0


@dataclass(frozen=True)
class _Key:
    sign: str
    name: str
    binding: Binding
    node: DOMNode

    @property
    def width(self) -> int:
        """Cells, with the gap to the next."""
        return cell_width(f"{self.sign} {self.name}  ")


class KeyLine(TextLines):
    """One line; a click on a key does what the key does. For a moment it may say something else."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._places: list[tuple[int, int, _Key]] = []
        self._saying: Timer | None = None

    def say(self, note: str) -> None:
        """Stands in the place of the keys, for a few seconds."""
        if self._saying is not None:
            self._saying.stop()
        self._saying = self.set_timer(SAY_SECONDS, self._say_no_more)
        self._places = []
        self.set_lines(Line((Piece(" "), Piece(note, "accent"))))

    def _say_no_more(self) -> None:
        self._saying = None
        self._update(self.screen)

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def on_resize(self) -> None:
        self._update(self.screen)

    def _update(self, screen: Screen[object]) -> None:
        if self._saying is not None or not screen.is_attached:
            return
        left, right = self._keys_in_force(screen)
        self._places = []
        room = self.size.width - 2
        if sum(key.width for key in (*left, *right)) > room:
            right = [key for key in right if key.binding.id == "app.help"]
        width = sum(key.width for key in right)
        right_pieces = self._pieces(right, room, start=room - width + 3)
        left_pieces = self._pieces(left, room - width, start=1)
        self.set_lines(Line((Piece(" "), *left_pieces), (*right_pieces, Piece(" "))))

    def _keys_in_force(self, screen: Screen[object]) -> tuple[list[_Key], list[_Key]]:
        """Those where the focus is, and those that work everywhere. Keys of one description stand together."""
        keys: dict[str, _Key] = {}
        seen: set[str] = set()
        for binding, node in ((active.binding, active.node) for active in screen.active_bindings.values()):
            if not binding.show or not binding.id or binding.id in seen:
                continue
            seen.add(binding.id)
            name, sign = binding.description.lower(), self.app.get_key_display(binding)
            other = keys.get(name)
            keys[name] = (
                _Key(f"{other.sign}/{sign}", name, other.binding, node)
                if other
                else _Key(sign, name, binding, node)
            )
        right = [key for key in keys.values() if key.binding.id in ALWAYS]
        return [key for key in keys.values() if key not in right], right

    def _pieces(self, keys: list[_Key], room: int, start: int) -> list[Piece]:
        pieces: list[Piece] = []
        for key in keys:
            room -= key.width
            if room < 0:
                break
            self._places.append((start, start + key.width - 2, key))
            start += key.width
            gap = "" if key is keys[-1] else "  "
            pieces += [Piece(key.sign, "accent"), Piece(f" {key.name}{gap}", "dim")]
        return pieces

    async def on_click(self, event: events.Click) -> None:
        for start, end, key in self._places:
            if start <= event.x < end:
                await self.app.run_action(key.binding.action, key.node)
