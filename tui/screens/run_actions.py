"""Actions on the selected run: pause, stop, resume, delete, rename, and the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.lab.host import host_of
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun


class RunActionsScreen(BaseScreen[None]):
    """A screen on which one run is selected."""

    @property
    def _lab(self) -> Lab:
        return host_of(self).lab

    @property
    def selected(self) -> WatchedRun | None:
        raise NotImplementedError

    def show_note(self, note: str) -> None:
        """Show a sentence at the foot of the screen for a few seconds."""
        raise NotImplementedError

    def expect_run(self, name: str) -> None:
        """Select the run of this name when it is listed."""
        raise NotImplementedError

    def action_pause_run(self) -> None:
        watched = self.selected
        if watched is None:
            self.show_note("There is no run to pause.")
        elif watched.history.state == "paused":
            self._lab.continue_run(watched.run)
        elif watched.is_alive:
            self._lab.pause(watched.run)
        else:
            self.show_note(f"{watched.name} is not training; r resumes it.")

    def action_stop_run(self) -> None:
        from tui.screens.dialogs import ConfirmDialog

        watched = self.selected
        if watched is None or not watched.is_alive:
            self.show_note("There is nothing to stop: the run is not training.")
        elif watched.history.state == "hung":

            def confirmed(sure: bool | None) -> None:
                if sure:
                    self._lab.end_by_force(watched.run)

            loss = f"{watched.ending}.\nTraining since its last checkpoint will be lost."
            question = f"Kill the trainer of {watched.name}?"
            self.app.push_screen(ConfirmDialog(question, loss[:1].upper() + loss[1:]), confirmed)
        else:
            self._lab.stop(watched.run)

    def action_resume_run(self) -> None:
        watched = self.selected
        if watched is None:
            self.show_note("There is no run to resume.")
        elif watched.history.state == "paused":
            self._lab.continue_run(watched.run)
        elif watched.is_alive:
            self.show_note(f"{watched.name} is training.")
        elif watched.history.state == "finished":
            self.show_note(f"{watched.name} has used its budget; n starts another run.")
        elif self._lab.resume(watched.run):
            self.show_note(f"{watched.name} resumes from its last checkpoint.")

    def action_delete_run(self) -> None:
        from tui.screens.dialogs import DeleteDialog

        watched = self.selected
        if watched is None:
            self.show_note("There is no run to delete.")
        elif watched.is_alive:
            self.show_note(f"{watched.name} is training: S stops it, then d deletes it.")
        else:

            def confirmed(sure: bool | None) -> None:
                if sure:
                    self._lab.talker.forget(watched.name)
                    self._lab.delete(watched.run)

            self.app.push_screen(DeleteDialog(watched, self._dependents(watched.name)), confirmed)

    def _dependents(self, base: str) -> list[str]:
        """Return the names of unfinished runs that started from the weights of a run."""
        return [
            name
            for name, other in self._lab.watcher.runs.items()
            if other.settings and other.settings.base == base and other.history.state != "finished"
        ]

    def action_rename_run(self) -> None:
        from engine.errors import MisuseError
        from engine.runs.folder import check_name
        from tui.screens.dialogs import InputDialog

        watched = self.selected
        if watched is None or watched.is_alive:
            self.show_note("A run can be renamed when it is not training.")
            return

        def check(name: str) -> None:
            if name in self._lab.watcher.runs and name != watched.name:
                raise MisuseError("a run of this name exists")
            check_name(name)

        def answered(name: str | None) -> None:
            if name and name != watched.name:
                self.expect_run(name)
                self._lab.rename(watched.run, name)

        self.app.push_screen(InputDialog(f"Rename {watched.name}", watched.name, check), answered)

    def action_scale_rate(self) -> None:
        from engine.runs.control import read_scale
        from engine.runs.records import NgramEstimate
        from tui.screens.dialogs import InputDialog

        watched = self.selected
        if watched is None or not watched.is_alive:
            self.show_note("The learning rate can be changed while a run is training.")
            return
        if isinstance(watched.history.estimate, NgramEstimate):
            self.show_note("An n-gram model is counted and has no learning rate.")
            return

        def answered(text: str | None) -> None:
            if text is not None:
                self._lab.scale_rate(watched.run, read_scale(text))

        question = f"{watched.name}: multiply the scheduled learning rate by"
        self.app.push_screen(InputDialog(question, f"{watched.history.rate_scale:g}", read_scale), answered)
