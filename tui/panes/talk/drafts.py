"""The unsent prompt of each run, kept in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun
    from tui.widgets.prompt import Prompt

DRAFT_SECONDS = 1.0
"""Longest time that an edited prompt stays unsaved."""


class Drafts:
    """Loads and saves the text of one prompt, as the run changes."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self._watched: WatchedRun | None = None
        self._orphaned = ""
        """Name of the run that the prompt was written for, after another app deleted that run."""
        self._later: Timer | None = None

    def take_orphaned(self) -> str:
        """Return the name of a deleted run that the prompt was written for, once."""
        orphaned, self._orphaned = self._orphaned, ""
        return orphaned

    def edited(self, lab: Lab) -> None:
        """Save the prompt within DRAFT_SECONDS."""
        if self._later is None:
            self._later = self._prompt.set_timer(DRAFT_SECONDS, lambda: self.save(lab, waits=False))

    def save(self, lab: Lab, *, waits: bool = True) -> None:
        """Save the unsent prompt in the folder of its run."""
        if self._later is not None:
            self._later.stop()
            self._later = None
        watched, text = self._watched, self._prompt.text
        if watched is not None and not self._orphaned and text != watched.draft:
            watched.draft = text
            lab.save_draft(watched.run, text, waits=waits)

    def change_run(self, lab: Lab, watched: WatchedRun | None) -> None:
        """Load the unsent prompt of a run. One written for a run that another app deleted is kept."""
        before = self._watched
        if before is not None and self._prompt.value and not self._orphaned and not before.is_there:
            self._orphaned = before.name
            self._watched = watched
            return
        self.save(lab)
        self._watched = watched
        if self._orphaned and self._prompt.value:
            return
        self._orphaned = ""
        # A prompt written before there was a run is for the first run.
        if before is not None or not self._prompt.value:
            self._prompt.text = watched.draft if watched is not None else ""
