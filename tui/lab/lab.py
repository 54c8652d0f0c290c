"""Everything the app can do to runs and texts. No widgets: results arrive as messages."""

from __future__ import annotations

import contextlib
from threading import Lock
from typing import TYPE_CHECKING

from engine.commands.service.protocol import ServiceAnswer
from engine.config.anchoring import anchored
from engine.errors import LilmError, cause_of
from engine.files.storage import is_read_only
from engine.runs.creation import create_run
from engine.runs.folder import remove_run, rename_run
from engine.runs.listing.notes import read_note, write_note
from engine.runs.process import control
from engine.runs.process.launch import queue_trainer, start_trainer
from tui.lab.background import run_in_background
from tui.lab.child_client import SAMPLER, SERVICE, ChildClient, SamplerClient
from tui.lab.inquiries import Inquiries
from tui.lab.messages import (
    BeginningRead,
    CorporaListed,
    CorpusFound,
    PreviewReady,
    RaceQueued,
    RunCreated,
    RunsChanged,
    RunStarted,
    SamplerAnswered,
    StudyAnswered,
    TaskDone,
    TaskFailed,
    TextChecked,
    TextCounted,
)
from tui.lab.new_run.measuring import TextCounter
from tui.lab.run_watcher import RunWatcher
from tui.lab.saved_talk import TalkSettings, save, save_draft, save_talk_settings, save_tokens
from tui.lab.study_runner import StudyRunner
from tui.lab.talker import Talker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from threading import Thread

    from engine.config.settings import RunSettings
    from engine.runs.folder import Run
    from tui.lab.background import Post
    from tui.lab.conversation import Turn
    from tui.lab.exports import Export
    from tui.lab.new_run.measuring import Key


WRITING_SECONDS = 2.0
"""Longest wait of an app that ends for a file that is being written."""


class Lab:
    """Owned by the app and called from its thread only."""

    def __init__(self, post: Post, sampler_command: Sequence[str] = ()) -> None:
        self._post = post
        self.watcher = RunWatcher(notify=lambda: post(RunsChanged()))
        self.sampler = SamplerClient(
            notify=lambda: post(SamplerAnswered()), command=sampler_command or SAMPLER
        )
        self.talker = Talker(self.sampler, self._save_turn, self._save_tokens)
        self.inquiries = Inquiries(self.sampler)
        self.studies = StudyRunner(ChildClient(lambda: post(StudyAnswered()), SERVICE, ServiceAnswer))
        self._has_reported_unsaved = False
        self._resuming: set[str] = set()
        self._counter = TextCounter()
        self._writing: list[Thread] = []
        self._talk_settings: dict[Path, TalkSettings] = {}
        """Settings that wait to be written, by the folder of their run."""
        self._settings_lock = Lock()

    def open(self) -> None:
        run_in_background(self._post, self.watcher.follow, "Cannot follow the runs")
        self.list_corpora()

    def finish_writing(self) -> None:
        """Wait for what is written in the background, so that nothing older is written later."""
        for thread in self._writing:
            thread.join(WRITING_SECONDS)

    def write_later(self, work: Callable[[], None], title: str) -> None:
        """Write in the background; the app waits for it when it ends."""
        self._writing = [thread for thread in self._writing if thread.is_alive()]
        self._writing.append(run_in_background(self._post, work, title))

    def close(self) -> None:
        """Stop following runs and end the sampler and studies. Trainers continue."""
        self.watcher.stop()
        self._counter.stop()
        self.sampler.stop()
        self.studies.close()

    # Runs

    def start(self, settings: RunSettings, name: str | None = None, *, waits: bool = False) -> None:
        """Create a run and start its trainer. Posts RunCreated, then RunStarted, or TaskFailed.

        `waits`: begin when the runs that train or wait now have ended.
        """
        before = [other.name for other in self.watcher.runs.values() if waits and other.is_alive]

        def work() -> None:
            run = create_run(anchored(settings), name)
            self._post(RunCreated(run.name))
            if before:
                queue_trainer(run, before)
                self.watcher.look_now()
                self._post(TaskDone(f"{run.name} begins when {' and '.join(before)} ended."))
            else:
                self._train(run, resume=False)

        self._try(work, "Cannot train")

    def race(self, sources: Sequence[str], budget: str) -> None:
        """Create the runs of a race and queue them. Posts RaceQueued, or TaskFailed."""

        def work() -> None:
            from engine.race import create_race, queue_race

            runs = create_race(sources, budget)
            queue_race(runs)
            self.watcher.look_now()
            self._post(RaceQueued(tuple(run.name for run in runs)))

        self._try(work, "Cannot race")

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

    def save_checkpoint(self, run: Run) -> None:
        self._send(run, control.SaveCheckpoint(), f"{run.name} writes a checkpoint after this step.")

    def take_sample(self, run: Run) -> None:
        self._send(run, control.TakeSample(), f"{run.name} writes a sample after this step.")

    def end_by_force(self, run: Run) -> None:
        def work() -> None:
            control.end_by_force(run)
            self.watcher.look_now()
            self._post(TaskDone(f"The trainer of {run.name} was killed; the run can be resumed."))

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

    def write_note(self, runs: Sequence[Run], change: Callable[[str], str]) -> None:
        """Replace the note of each run by what `change` makes of it."""

        def work() -> None:
            for run in runs:
                write_note(run, change(read_note(run)))
            self.watcher.look_now()

        self._try(work, "Cannot write the note")

    def export(self, names: Sequence[str], kind: Export, folder: str) -> None:
        """Export runs into a folder, one after another. Posts TaskDone, or TaskFailed for the first that fails."""
        from tui.lab.exports import run_export

        def work() -> None:
            for name in names:
                run_export(kind.command(name, folder))
            self._post(TaskDone(f"Wrote {' and '.join(str(kind.path(name, folder)) for name in names)}"))

        self._try(work, "Cannot export")

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

    def count_text(self, key: Key, settings: RunSettings, base: RunSettings | None) -> None:
        """Count the tokens of a run's text. Posts TextCounted, unless another request comes meanwhile."""

        def work() -> None:
            try:
                figures = self._counter.count(settings, base)
            except (LilmError, OSError) as error:
                self._post(TextCounted(key, _sentence(error)))
            else:
                if figures is not None:
                    self._post(TextCounted(key, figures))

        run_in_background(self._post, work, "Cannot count the text")

    def preview(self, sources: Sequence[str]) -> None:
        """Post PreviewReady, or TaskFailed."""
        from tui.lab.corpus_list import read_preview

        self._try(lambda: self._post(PreviewReady(read_preview(sources))), "Cannot show the text")

    def read_beginning(self, sources: Sequence[str]) -> None:
        """Post BeginningRead, or TaskFailed."""
        from tui.lab.corpus_list import read_documents

        self._try(lambda: self._post(BeginningRead(read_documents(sources))), "Cannot read the text")

    # Conversations

    def save_draft(self, run: Run, text: str, *, waits: bool) -> None:
        """Save an unsent prompt for the next start, in the background unless `waits`. Failures are ignored."""

        def work() -> None:
            with contextlib.suppress(LilmError, OSError):
                save_draft(run, text)

        if waits:
            work()
        else:
            self.write_later(work, "Cannot save the prompt")

    def save_talk_settings(self, run: Run, sampling: dict[str, float | None], system: str) -> None:
        """Save the settings of a conversation in the background. Failures are ignored."""
        self._talk_settings[run.folder] = TalkSettings(dict(sampling), system)

        def work() -> None:
            with self._settings_lock, contextlib.suppress(LilmError, OSError):
                # Of many changes in a moment, the newest is written and nothing after it.
                if (settings := self._talk_settings.pop(run.folder, None)) is not None:
                    save_talk_settings(run, settings)

        self.write_later(work, "Cannot save the settings of sampling")

    def _save_turn(self, run: Run, turn: Turn) -> None:
        """Save a turn at once, before the sampler sees it; appending a line takes microseconds."""
        self._save(save, run, turn)

    def _save_tokens(self, run: Run, turn: Turn) -> None:
        self._save(save_tokens, run, turn)

    def _save(self, how: Callable[[Run, Turn], None], run: Run, turn: Turn) -> None:
        if is_read_only():
            return
        try:
            how(run, turn)
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
