"""The app as its screens and panes use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.dom import DOMNode

    from engine.config.settings import RunSettings
    from tui.lab.lab import Lab


class LabApp(Protocol):
    @property
    def lab(self) -> Lab: ...

    def show_note(self, note: str) -> None:
        """Show a sentence at the foot of the lab for a few seconds."""

    def obstacle_to(self, action: str, node: DOMNode) -> str:
        """Return why an action cannot act on a node now, in one sentence; empty if it can."""

    @property
    def frugal(self) -> bool:
        """True while few bytes are to be sent to the terminal."""

    def key_names(self, id: str) -> str:
        """Return the keys of a binding as people read them, after the changes of config.toml."""

    async def deliver_early_input(self) -> None:
        """Handle what was typed before the app had opened."""

    def ask_terminal(self) -> None:
        """Measure the link to the terminal, behind what was drawn so far."""

    def train_on(self, sources: Sequence[str]) -> None:
        """Train the default model; open the new-run screen instead if a run is training."""

    def open_new_run(self, sources: Sequence[str], base: str = "") -> None: ...

    def start_run(self, settings: RunSettings, name: str | None, *, waits: bool = False) -> None: ...


def host_of(node: DOMNode) -> LabApp:
    """Return the app that a screen or widget belongs to."""
    return cast("LabApp", node.app)
