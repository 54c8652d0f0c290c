"""Actions on runs: pause, stop, resume, delete, rename, note, and the learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.lab.host import host_of
from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from tui.lab.exports import Export
    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun

OF_RUNS = frozenset(
    {
        *("pause_run", "stop_run", "resume_run", "delete_run", "note_run", "export_run", "rename_run"),
        *("checkpoint_now", "sample_now", "fork_run", "scale_rate"),
    }
)
"""Actions on the selected run."""


class RunActionsScreen(BaseScreen[None]):
    """A screen on which one run is selected, or several are chosen."""

    @property
    def _lab(self) -> Lab:
        return host_of(self).lab

    @property
    def selected(self) -> WatchedRun | None:
        raise NotImplementedError

    @property
    def targets(self) -> list[WatchedRun]:
        """Runs that pausing, stopping, deleting and notes act on: the chosen ones, else the selected one."""
        return [self.selected] if self.selected is not None else []

    def obstacle(self, action: str) -> str:
        """Return why the selected run or its state rules an action out; empty if it can act."""
        if action not in OF_RUNS:
            return ""
        key, watched = host_of(self).key_names, self.selected
        if watched is None:
            return f"There is no run yet: {key('corpora.train')} on a text trains one."
        name, state = watched.name, watched.history.state
        any_alive = any(target.is_alive for target in self.targets)
        match action:
            case "pause_run" if not any_alive:
                return f"{name} is not training; {key('runs.resume')} resumes it."
            case "stop_run" if not any_alive:
                return f"There is nothing to stop: {name} is not training."
            case "resume_run" if state == "finished":
                return f"{name} has used its budget; {key('lab.new-run')} starts another run."
            case "resume_run" if watched.is_alive and state != "paused":
                return f"{name} is training."
            case "delete_run" if all(target.is_alive for target in self.targets):
                return (
                    f"{name} is training: {key('runs.stop')} stops it, then {key('runs.delete')} deletes it."
                )
            case "rename_run" if watched.is_alive:
                return "A run can be renamed when it is not training."
            case "checkpoint_now" | "sample_now" if not watched.is_alive:
                what = "checkpoint" if action == "checkpoint_now" else "sample"
                return f"A {what} can be asked of a run that is training."
            case "fork_run" if watched.checkpoint is None or watched.settings is None:
                return "A run without a checkpoint has no weights to start from."
            case "scale_rate" if not watched.is_alive:
                return "The learning rate can be changed while a run is training."
        return ""

    def show_note(self, note: str) -> None:
        """Show a sentence at the foot of the screen for a few seconds."""
        raise NotImplementedError

    def expect_run(self, name: str) -> None:
        """Select the run of this name when it is listed."""
        raise NotImplementedError

    def action_pause_run(self) -> None:
        """Pause what trains; continue it where all of it is paused."""
        alive = [watched for watched in self.targets if watched.is_alive]
        running = [watched for watched in alive if watched.history.state != "paused"]
        for watched in running or alive:
            (self._lab.pause if running else self._lab.continue_run)(watched.run)

    def action_stop_run(self) -> None:
        from tui.screens.dialogs import ConfirmDialog

        alive = [watched for watched in self.targets if watched.is_alive]
        if len(alive) != 1 or alive[0].history.state != "hung":
            for watched in alive:
                self._lab.stop(watched.run)
        else:
            (hung,) = alive

            def confirmed(sure: bool | None) -> None:
                if sure:
                    self._lab.end_by_force(hung.run)

            loss = f"{hung.ending}.\nTraining since its last checkpoint will be lost."
            question = f"Kill the trainer of {hung.name}?"
            self.app.push_screen(ConfirmDialog(question, loss[:1].upper() + loss[1:]), confirmed)

    def action_resume_run(self) -> None:
        watched = self.selected
        if watched is None:
            return
        if watched.history.state == "paused":
            self._lab.continue_run(watched.run)
        elif self._lab.resume(watched.run):
            self.show_note(f"{watched.name} resumes from its last checkpoint.")

    def action_delete_run(self) -> None:
        from tui.screens.dialogs import DeleteDialog

        ended = [watched for watched in self.targets if not watched.is_alive]
        if not ended:
            return

        def confirmed(sure: bool | None) -> None:
            for watched in ended if sure else ():
                self._lab.talker.forget(watched.name)
                self._lab.delete(watched.run)

        self.app.push_screen(DeleteDialog(ended, self._dependents({run.name for run in ended})), confirmed)

    def _dependents(self, bases: set[str]) -> list[str]:
        """Return the names of other unfinished runs that started from the weights of these."""
        return [
            name
            for name, other in self._lab.watcher.runs.items()
            if other.settings and other.settings.base in bases
            if other.history.state != "finished" and name not in bases
        ]

    def action_note_run(self) -> None:
        """Edit the note of a run, or add tags to those of several."""
        from engine.runs.listing.notes import change_tags, check_note
        from tui.screens.dialogs import InputDialog

        targets = self.targets
        if len(targets) == 1:
            (watched,) = targets

            def write(note: str | None) -> None:
                if note is not None:
                    self._lab.write_note([watched.run], lambda _: note)

            question = f"Note on {watched.name}; words that begin with # are tags"
            self.app.push_screen(InputDialog(question, watched.note, check_note, may_be_empty=True), write)
        else:

            def tag(tags: str | None) -> None:
                if tags:
                    self._lab.write_note([run.run for run in targets], lambda note: change_tags(note, tags))

            question = f"Tags to add to {len(targets)} runs; -tag takes one away"
            self.app.push_screen(InputDialog(question, "", lambda tags: change_tags("", tags)), tag)

    def action_export_run(self) -> None:
        from tui.screens.export import ExportDialog

        targets = self.targets

        def answered(answer: tuple[Export, str] | None) -> None:
            if answer is not None:
                self._lab.export([watched.name for watched in targets], *answer)

        self.app.push_screen(ExportDialog(targets), answered)

    def action_rename_run(self) -> None:
        from engine.errors import MisuseError
        from engine.runs.folder import check_name
        from tui.screens.dialogs import InputDialog

        watched = self.selected
        if watched is None:
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

    def action_checkpoint_now(self) -> None:
        watched = self.selected
        if watched is not None:
            self._lab.save_checkpoint(watched.run)

    def action_sample_now(self) -> None:
        watched = self.selected
        if watched is not None:
            self._lab.take_sample(watched.run)

    def action_fork_run(self) -> None:
        """Open the new-run form with this run's texts and weights."""
        watched = self.selected
        if watched is not None and watched.settings is not None:
            host_of(self).open_new_run(watched.settings.corpus.sources, watched.name)

    def action_scale_rate(self) -> None:
        from engine.runs.journals.records import NgramEstimate
        from engine.runs.process.control import read_scale
        from tui.screens.dialogs import InputDialog

        watched = self.selected
        if watched is None:
            return
        if isinstance(watched.history.estimate, NgramEstimate):
            self.show_note("An n-gram model is counted and has no learning rate.")
            return

        def answered(text: str | None) -> None:
            if text is not None:
                self._lab.scale_rate(watched.run, read_scale(text))

        question = f"{watched.name}: multiply the scheduled learning rate by"
        self.app.push_screen(InputDialog(question, f"{watched.history.rate_scale:g}", read_scale), answered)
