"""The command palette: every command of the app with its key, also those of panes without the focus.

A command that cannot act now is listed last, with the reason in place of its description.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Provider

from tui.keys.catalog import ALL_KEYS, FOCUS_ONLY, HELP_GROUPS
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from textual.command import Hits
    from textual.dom import DOMNode
    from textual.screen import Screen

MOVING = frozenset(
    {
        *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"),
        *("j", "k", "g", "G", "escape", "ctrl+p"),
    }
)
"""Keys that only move a cursor, step out, or open this palette, and so are of no use from it."""
MOVING_FAR = frozenset({"chart.whole", "chart.follow"})
"""Ids of keys that move as well, but whose effect is one to look for by name."""
IN_THE_LAB = "It works in the lab; esc closes this screen."
PLACES = {
    **dict.fromkeys(("Everywhere", "Texts", "Runs", "Chart", "Talk"), IN_THE_LAB),
    "Surprise, side by side": "It works on the screens that {surprise} and {sides} open.",
    "Studies": "It works on the screens of studies, which {studies} opens.",
    "New run": "It works in the form that {new_run} opens.",
}
"""Sentences on the places of keys that do not work on a screen, by their groups. Other groups answer a question."""
IN_DESCRIPTION = 0.1
"""Score of a command in whose description the words are found. Matches of titles score more, by Textual's measure."""
LAST = 0.6
"""Factor of the score of a command that cannot act now."""


@dataclass(frozen=True)
class Command:
    """A command by its title, which ends with its key, and what it does."""

    title: str
    description: str
    act: Callable[[], Any]
    obstacle: str = ""
    """Reason why it cannot act now; empty if it can."""

    @property
    def name(self) -> str:
        """The title without its key."""
        return self.title.rpartition(" (")[0] or self.title

    @property
    def text(self) -> str:
        return f"Not now: {self.obstacle}" if self.obstacle else self.description


class PaletteApp(Protocol):
    """The app as the palette uses it."""

    def key_names(self, id: str) -> str: ...
    def obstacle_to(self, action: str, node: DOMNode) -> str: ...
    def say(self, sentence: str) -> None: ...
    def commands_without_key(self, screen: Screen[object]) -> Iterable[Command]: ...
    def run_action(self, action: str, default_namespace: DOMNode | None = None) -> Awaitable[bool]: ...


def all_commands(app: PaletteApp, screen: Screen[object]) -> list[Command]:
    """Return the commands for a screen, each once, and last those that cannot act now."""
    commands: list[Command] = []
    titles: set[str] = set()
    effects: set[tuple[str, str]] = set()
    for command in (
        *_commands_here(app, screen),
        *app.commands_without_key(screen),
        *_commands_elsewhere(app),
    ):
        effect = (command.name, command.description)
        if command.title not in titles and effect not in effects:
            titles.add(command.title)
            effects.add(effect)
            commands.append(command)
    return sorted(commands, key=lambda command: bool(command.obstacle))


def _commands_here(app: PaletteApp, screen: Screen[object]) -> Iterator[Command]:
    """Yield the commands of all widgets of a screen, of the screen and of the app."""
    seen: set[str] = set()
    for node in (*screen.query("*"), screen, screen.app):
        for bindings in node._bindings.key_to_bindings.values():
            for binding in bindings:
                id, action = str(binding.id), binding.action
                if id in ALL_KEYS and id not in seen and _is_command(id):
                    seen.add(id)
                    yield Command(
                        _title(app, id),
                        ALL_KEYS[id].tooltip,
                        partial(app.run_action, action, node),
                        app.obstacle_to(action, node),
                    )


def _commands_elsewhere(app: PaletteApp) -> Iterator[Command]:
    """Yield all commands that have a place, with that place as the obstacle."""
    names = {
        "surprise": "lab.xray",
        "sides": "lab.side_by_side",
        "studies": "lab.studies",
        "new_run": "lab.new-run",
    }
    keys = {name: app.key_names(id) for name, id in names.items()}
    for group, bindings in HELP_GROUPS:
        for id in (str(binding.id) for binding in bindings):
            if group in PLACES and _is_command(id):
                place = PLACES[group].format(**keys)
                yield Command(_title(app, id), ALL_KEYS[id].tooltip, partial(app.say, place), place)


def _is_command(id: str) -> bool:
    keys = set(ALL_KEYS[id].key.split(","))
    return id not in FOCUS_ONLY and (id in MOVING_FAR or not keys & MOVING)


def _title(app: PaletteApp, id: str) -> str:
    description = ALL_KEYS[id].description
    return f"{description[:1].upper()}{description[1:]} ({app.key_names(id)})"


class Commands(Provider):
    """Finds commands by their titles, then by their descriptions."""

    @property
    def _all(self) -> list[Command]:
        return all_commands(cast("PaletteApp", self.app), self.screen)

    def _act(self, command: Command) -> Callable[[], Any]:
        """Return what choosing a command does: its action, or telling why it cannot act."""
        return (
            partial(cast("PaletteApp", self.app).say, command.obstacle) if command.obstacle else command.act
        )

    async def discover(self) -> Hits:
        for command in sorted(self._all, key=lambda command: (bool(command.obstacle), command.title)):
            yield DiscoveryHit(command.title, self._act(command), help=command.text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._all:
            is_described = query.casefold() in command.description.casefold()
            score = matcher.match(command.title) or IN_DESCRIPTION * is_described
            if score > 0:
                score *= LAST if command.obstacle else 1
                yield Hit(score, matcher.highlight(command.title), self._act(command), help=command.text)


class Palette(CommandPalette, BaseScreen[None]):
    """Textual's command palette. Its list raises exceptions for a width or height of nothing."""

    DEFAULT_CSS = "Palette CommandList { min-width: 12; }"

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)
