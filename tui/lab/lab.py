"""Everything the app can do to runs and texts. No widgets: results arrive as messages."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from engine.config.anchoring import anchored
from engine.errors import LilmError, cause_of
from engine.runs import control
from engine.runs.folder import create_run, remove_run, rename_run
from engine.runs.launch import start_trainer
from tui.lab.background import run_in_background
from tui.lab.conversation import save, save_draft
from tui.lab.messages import (
    CorporaListed,
    CorpusFound,
    PreviewReady,
    RunCreated,
    RunsChanged,
    RunStarted,
    SamplerAnswered,
    TaskDone,
    TaskFailed,
    TextChecked,
)
from tui.lab.run_watcher import RunWatcher
from tui.lab.sampler_client import SAMPLER, SamplerClient
from tui.lab.talker import Talker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.config.settings import RunSettings
    from engine.runs.folder import Run
    from tui.lab.background import Post
    from tui.lab.conversation import Turn


class Lab:
    """Owned by the app and called from its thread only."""

    def __init__(self, post: Post, sampler_command: Sequence[str] = ()) -> None:
        self._post = post
        self.watcher = RunWatcher(notify=lambda: post(RunsChanged()))
        self.sampler = SamplerClient(
            notify=lambda: post(SamplerAnswered()), command=sampler_command or SAMPLER
        )
        self.talker = Talker(self.sampler, self._save_turn)
        self._has_reported_unsaved = False
        self._resuming: set[str] = set()

    def open(self) -> None:
        run_in_background(self._post, self.watcher.follow, "Cannot follow the runs")
        self.list_corpora()

    def close(self) -> None:
        """Stop following runs and end the sampler. Trainers continue."""
        self.watcher.stop()
        self.sampler.stop()

    # Runs

    def start(self, settings: RunSettings, name: str | None = None) -> None:
        """Create a run and start its trainer. Posts RunCreated, then RunStarted, or TaskFailed."""

        def work() -> None:
            run = create_run(anchored(settings), name)
            self._post(RunCreated(run.name))
            self._train(run, resume=False)

        self._try(work, "Cannot train")

    def resume(self, run: Run) -> bool:
        """Resume a run in the background; return False if that is in progress already."""
        if run.name in self._resuming:
            return False
        self._resuming.add(run.name)

        def work() -> None:
            try:
                self._train(run, resume=True)
            finally:
                self._resuming.discard(run.name)

        self._try(work, f"Cannot resume {run.name}")
        return True

    def pause(self, run: Run) -> None:
        self._send(run, control.Pause(), f"{run.name} pauses after this step.")

    def continue_run(self, run: Run) -> None:
        self._send(run, control.Continue(), f"{run.name} continues.")

    def stop(self, run: Run) -> None:
        self._send(run, control.Stop(), f"{run.name} saves a checkpoint and stops.")

    def end_by_force(self, run: Run) -> None:
        def work() -> None:
            control.end_by_force(run)
            self.watcher.look_now()
            self._post(TaskDone(f"The trainer of {run.name} was killed; r resumes the run."))

        self._try(work, f"Cannot kill the trainer of {run.name}")

    def scale_rate(self, run: Run, scale: float) -> None:
        note = f"{run.name}: the learning rate is {scale:g} times its schedule from the next step on."
        self._send(run, control.ScaleLearningRate(scale), note)

    def delete(self, run: Run) -> None:
        def work() -> None:
            remove_run(run)
            self.watcher.look_now()
            self._post(TaskDone(f"{run.name} is deleted."))

        self._try(work, f"Cannot delete {run.name}")

    def rename(self, run: Run, name: str) -> None:
        def work() -> None:
            rename_run(run, name)
            self.watcher.look_now()

        self._try(work, f"Cannot rename {run.name}")

    # Texts

    def list_corpora(self) -> None:
        """Post CorporaListed, or TaskFailed."""
        from tui.lab.corpus_list import list_corpora

        self._try(lambda: self._post(CorporaListed(list_corpora())), "Cannot list the texts")

    def find_corpus(self, source: str) -> None:
        """Post CorpusFound, or TaskFailed if the text cannot be read."""
        from tui.lab.corpus_list import find_corpus

        self._try(lambda: self._post(CorpusFound(find_corpus(source))), "Cannot use that text")

    def check_texts(self, sources: Sequence[str]) -> None:
        """Post TextChecked, which also reports a problem with the texts."""
        from tui.lab.corpus_list import check_texts

        self._try(lambda: self._post(TextChecked(check_texts(sources))), "Cannot read the texts")

    def preview(self, sources: Sequence[str]) -> None:
        """Post PreviewReady, or TaskFailed."""
        from tui.lab.corpus_list import read_preview

        self._try(lambda: self._post(PreviewReady(read_preview(sources))), "Cannot show the text")

    # Conversations

    def save_draft(self, run: Run, text: str, *, waits: bool) -> None:
        """Save an unsent prompt for the next start, in the background unless `waits`. Failures are ignored."""

        def work() -> None:
            with contextlib.suppress(LilmError, OSError):
                save_draft(run, text)

        if waits:
            work()
        else:
            run_in_background(self._post, work, "Cannot save the prompt")

    def _save_turn(self, run: Run, turn: Turn) -> None:
        """Save a turn at once, before the sampler sees it; appending a line takes microseconds."""
        try:
            save(run, turn)
        except (LilmError, OSError) as error:
            if not self._has_reported_unsaved:
                self._has_reported_unsaved = True
                self._post(TaskFailed("The conversation cannot be saved", _sentence(error)))

    # Background work

    def _train(self, run: Run, *, resume: bool) -> None:
        self.watcher.look_now()
        trainer = start_trainer(run, resume=resume)
        self._resuming.discard(run.name)
        self._post(RunStarted(run.name))
        # Waiting reaps the process if it ends before the app.
        trainer.wait()
        self.watcher.look_now()

    def _send(self, run: Run, command: control.Command, note: str) -> None:
        def work() -> None:
            control.send(run, command)
            self._post(TaskDone(note))

        self._try(work, f"Cannot reach {run.name}")

    def _try(self, work: Callable[[], object], title: str) -> None:
        """Run in a thread; errors that the user or the machine caused are posted as TaskFailed."""

        def attempt() -> None:
            try:
                work()
            except (LilmError, OSError) as error:
                self.watcher.look_now()
                self._post(TaskFailed(title, _sentence(error)))

        run_in_background(self._post, attempt, title)


def _sentence(error: LilmError | OSError) -> str:
    if isinstance(error, LilmError):
        return str(error)
    return f"{error.filename}: {cause_of(error)}" if error.filename else cause_of(error)
