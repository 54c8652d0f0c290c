"""The state in which the lab was left, to which it opens again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from tui.memory import remember, remembered
from tui.screens.lab.pane_layout import PANES, PaneName

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from tui.lab.lab import Lab

STATE_SECONDS = 1.0
"""Longest time that a change of the state stays unsaved."""


@dataclass(frozen=True)
class LabState:
    text: str = ""
    """Source of the selected text."""
    run: str = ""
    """Name of the selected run."""
    pane: PaneName = PANES[0]
    """The pane with the focus."""
    zoomed: bool = False


def read_lab_state() -> LabState:
    """Return the remembered state; what is absent or makes no sense is as at the first start."""
    kept, usual = remembered().get("lab"), LabState()
    if not isinstance(kept, dict):
        return usual
    known = {
        field.name: kept[field.name]
        for field in fields(LabState)
        if isinstance(kept.get(field.name), type(getattr(usual, field.name)))
    }
    state = LabState(**known)
    return state if state.pane in PANES else replace(state, pane=usual.pane)


class StateKeeper:
    """Saves the state of the lab within STATE_SECONDS of a change, in the background."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._saved = self.state = read_lab_state()
        self.text_to_select = self.state.text
        """The remembered text, until it is selected or known to be gone."""
        self.run_to_select = self.state.run
        """The same for the run."""
        self._later: Timer | None = None

    def keep(self, lab: Lab, *, text: str, run: str, pane: PaneName, zoomed: bool) -> None:
        """Save what is selected and shown. A remembered selection stays until it could be restored."""
        text, run = self.text_to_select or text, self.run_to_select or run
        self.state = state = LabState(text, run, pane, zoomed)
        if state != self._saved and self._later is None:
            self._later = self._screen.set_timer(STATE_SECONDS, lambda: self._save_later(lab))

    def _save_later(self, lab: Lab) -> None:
        self._later = None
        self._saved = state = self.state
        lab.write_later(lambda: remember(lab=asdict(state)), "Cannot remember the state of the lab")

    def save(self) -> None:
        """Save the state now, if it has changed."""
        if self.state != self._saved:
            self._saved = self.state
            remember(lab=asdict(self.state))
