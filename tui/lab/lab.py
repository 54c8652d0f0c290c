"""What the app can do and what it knows: runs, texts, the sampler. No widgets; answers come as messages."""

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
    PreviewReady,
    RunCreated,
    RunsChanged,
    RunStarted,
    SamplerSpoke,
    SourceFound,
    TaskDone,
    TaskFailed,
    TextSeen,
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
    """Owned by the app, used from its thread only."""

    def __init__(self, post: Post, sampler_command: Sequence[str] = ()) -> None:
        self._post = post
        self.watcher = RunWatcher(poke=lambda: post(RunsChanged()))
        self.sampler = SamplerClient(poke=lambda: post(SamplerSpoke()), command=sampler_command or SAMPLER)
        self.talker = Talker(self.sampler, self._remember)
        self._has_told_unsaved = False
        self._resuming: set[str] = set()

    def open(self) -> None:
        run_in_background(self._post, self.watcher.follow, "Cannot follow the runs")
        self.list_corpora()

    def close(self) -> None:
        """Lets go of everything but the trainers, which go on."""
        self.watcher.stop()
        self.sampler.stop()

    def start(self, settings: RunSettings, name: str | None = None) -> None:
        """Makes a run and starts its trainer: RunCreated, then RunStarted, or TaskFailed."""

        def work() -> None:
            run = create_run(anchored(settings), name)
            self._post(RunCreated(run.name))
            self._train(run, resume=False)

        self._try(work, "Cannot train")

    def resume(self, run: Run) -> bool:
        """False when that is under way already, as when the key is held."""
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

    def go_on(self, run: Run) -> None:
        self._send(run, control.Continue(), f"{run.name} goes on.")

    def stop(self, run: Run) -> None:
        self._send(run, control.Stop(), f"{run.name} writes a checkpoint and stops.")

    def end_by_force(self, run: Run) -> None:
        def work() -> None:
            control.end_by_force(run)
            self.watcher.look_now()
            self._post(TaskDone(f"The trainer of {run.name} was ended by force; r resumes the run."))

        self._try(work, f"Cannot end the trainer of {run.name}")

    def scale_rate(self, run: Run, scale: float) -> None:
        note = f"{run.name} learns at {scale:g} times its schedule's rate from the next step on."
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

    def list_corpora(self) -> None:
        from tui.lab.corpus_list import list_corpora

        self._try(lambda: self._post(CorporaListed(list_corpora())), "Cannot list the texts")

    def look_up(self, source: str) -> None:
        """A text of the user's own: SourceFound, or TaskFailed when nothing readable is there."""
        from tui.lab.corpus_list import look_up

        self._try(lambda: self._post(SourceFound(look_up(source))), "Cannot use that text")

    def look_at(self, sources: Sequence[str]) -> None:
        """TextSeen, also when something is wrong with the texts."""
        from tui.lab.corpus_list import look_at

        self._try(lambda: self._post(TextSeen(look_at(sources))), "Cannot look at the texts")

    def preview(self, sources: Sequence[str]) -> None:
        from tui.lab.corpus_list import read_preview

        self._try(lambda: self._post(PreviewReady(read_preview(sources))), "Cannot show the text")

    def keep_draft(self, run: Run, text: str, *, waits: bool) -> None:
        """A prompt that is not sent yet, for the next start. Not worth a word when that fails."""

        def work() -> None:
            with contextlib.suppress(LilmError, OSError):
                save_draft(run, text)

        if waits:
            work()
        else:
            run_in_background(self._post, work, "Cannot keep the prompt")

    def _remember(self, run: Run, turn: Turn) -> None:
        """At once, so that it is on the disk before anything comes of it: a line is written in no time."""
        try:
            save(run, turn)
        except (LilmError, OSError) as error:
            if not self._has_told_unsaved:
                self._has_told_unsaved = True
                self._post(TaskFailed("What is said is not kept", _sentence(error)))

    def _train(self, run: Run, *, resume: bool) -> None:
        self.watcher.look_now()
        trainer = start_trainer(run, resume=resume)
        self._resuming.discard(run.name)
        self._post(RunStarted(run.name))
        # Waiting reaps the process, should it end before the app does.
        trainer.wait()
        self.watcher.look_now()

    def _send(self, run: Run, command: control.Command, note: str) -> None:
        def work() -> None:
            control.send(run, command)
            self._post(TaskDone(note))

        self._try(work, f"Cannot reach {run.name}")

    def _try(self, work: Callable[[], object], title: str) -> None:
        """In a thread; what goes wrong because of the user or the machine becomes a message."""

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
