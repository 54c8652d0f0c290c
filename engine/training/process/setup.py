"""Setup of a run before its first step: its text, its trainer, the plan, and the checkpoint that it resumes from."""

from __future__ import annotations

import time
from concurrent.futures import wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from engine.config.budget import extended
from engine.models.registry import family_of
from engine.runs.checkpoints import checkpoint_folder, checkpoint_to_resume, sweep
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import (
    BudgetExtended,
    LearningRateChanged,
    Notice,
    Preparing,
    Resumed,
    Started,
)
from engine.training.loop import StopRequestedError, TrainingLoop
from engine.training.optim.rate_changes import RateChanges
from engine.training.optim.schedule import sample_size
from engine.training.preparation import Prepared, build_trainer, prepare_text
from engine.training.process.environment import describe_environment
from engine.training.state import TrainingState, read_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from engine.config.settings import RunSettings
    from engine.runs.folder import Run
    from engine.runs.journals.records import AnyEvent
    from engine.training.autotune.plan import Plan
    from engine.training.distributed.processes import Processes
    from engine.training.process.full_disk import PatientWriter
    from engine.training.process.steering import Steering
    from engine.training.trainer import Trainer

T = TypeVar("T")

LONGEST_WAIT = 20.0
"""Seconds for a compiler that usually takes some."""


@dataclass(frozen=True)
class Start:
    """The user's choices for starting a trainer on a run."""

    resume: bool = False
    scale_rate: float | None = None
    """Factor of the scheduled learning rates from here on."""
    from_step: int | None = None
    """Step of the checkpoint to resume from; None: the newest whole one."""
    more_budget: str | None = None
    """Added to the run's budget."""


class RunSetup:
    """One process's setup. Files are written by the first process, and again when a full disk has room."""

    def __init__(
        self,
        run: Run,
        start: Start,
        processes: Processes,
        steering: Steering,
        writer: PatientWriter,
        record: Callable[[AnyEvent], None],
    ) -> None:
        self._run = run
        self._start = start
        self._processes = processes
        self._steering = steering
        self._writer = writer
        self._record = record
        self._rate_changes = RateChanges()

    def make_loop(self) -> TrainingLoop:
        """Return the loop, ready for its first step.

        Raises StopRequestedError for a stop while the disk is full, LilmError for a text, settings or checkpoints
        that cannot be used, and NotFiniteError for weights that are NaN or infinite.
        """
        settings, extension = self._settings()
        decoding = self._begin_decoding(settings)
        self._written(self._describe)
        prepared = self._prepare_text(settings)
        self._begin("building the model")
        trainer = build_trainer(settings, prepared, processes=self._processes, notify=self._notify)
        self._wait_for(decoding)
        plan = self._settle(trainer, settings, prepared)
        state = self._restore(trainer) if self._start.resume else TrainingState()
        if self._start.scale_rate is not None:
            change = LearningRateChanged(time=time.time(), step=state.step, scale=self._start.scale_rate)
            self._rate_changes.add(change)
            self._record(change)
        if extension is not None and extension.step < 0:  # asked for with this start
            extension = BudgetExtended(time=time.time(), step=state.step, budget=extension.budget)
            self._record(extension)
        self._record(
            Started(
                time=time.time(),
                device=str(getattr(trainer.model, "device", "cpu")),
                precision=trainer.precision,
                parameters=trainer.parameters,
                vocabulary_size=prepared.tokenizer.vocabulary_size,
                train_tokens=len(prepared.tokens.train),
                validation_tokens=len(prepared.tokens.validation),
                step=state.step,
                processes=self._processes.world,
            )
        )
        evaluations = settings.training.evaluations
        return TrainingLoop(
            self._run,
            settings,
            prepared,
            trainer,
            state,
            self._steering,
            processes=self._processes,
            rate_changes=self._rate_changes,
            sample_tokens=plan.sample_tokens if plan else sample_size(trainer.tokens_per_epoch, evaluations),
            final_tokens=plan.final_tokens if plan else None,
            closing_seconds=plan.closing_seconds if plan else 0.0,
            # A checkpoint from before an extension has the fraction of the smaller budget.
            is_extended=extension is not None and extension.step >= state.step,
        )

    def _begin_decoding(self, settings: RunSettings) -> Future[Any] | None:
        """Have ready what the talk and the samples need, so that the first answer does not wait for a compiler."""
        family = family_of(settings.model)
        return family.begin_decoding(settings.model, settings.device) if self._processes.is_first else None

    def _wait_for(self, decoding: Future[Any] | None) -> None:
        """Wait for the compiler, which would slow down trial steps that are timed."""
        if decoding is not None and not decoding.done():
            self._begin("compiling the decoding step, once on this machine")
            wait([decoding], timeout=LONGEST_WAIT)

    def _settings(self) -> tuple[RunSettings, BudgetExtended | None]:
        """Return the run's settings with its extended budget, and the extension; its step is -1 if it is new.

        All processes read the events before the first one adds to them. Raises as `extended`.
        """
        settings = self._run.settings()
        extension = RunHistory(self._run).read_events().extension if self._start.resume else None
        budget = extension.budget if extension else settings.training.budget
        if self._start.more_budget is not None:
            budget = extended(budget, self._start.more_budget)
            extension = BudgetExtended(time=time.time(), step=-1, budget=budget)
        training = msgspec.structs.replace(settings.training, budget=budget)
        return msgspec.structs.replace(settings, training=training), extension

    def _describe(self) -> None:
        """Write env.json, after removing what a killed trainer left unfinished."""
        if self._processes.is_first:
            sweep(self._run)
            before = self._run.read_json("env.json", self._notify) if self._start.resume else {}
            self._run.write_json("env.json", before | describe_environment(self._processes.world))

    def _prepare_text(self, settings: RunSettings) -> Prepared:
        """The first process makes the tokenizer and the tokens, which the others then read."""
        if not self._processes.is_first:
            self._processes.wait_for_all()
            return prepare_text(self._run, settings, self._record, writes=False)
        self._begin("reading")
        prepared = self._written(lambda: prepare_text(self._run, settings, self._run.record_event))
        for note in prepared.notes:
            self._notify(note)
        self._processes.wait_for_all()
        return prepared

    def _settle(self, trainer: Trainer, settings: RunSettings, prepared: Prepared) -> Plan | None:
        """Set the trainer to its plan, which is written when it is new. Counting has none."""
        plan, estimate = trainer.settle(
            self._run, settings, prepared, resume=self._start.resume, begin=self._begin, notify=self._notify
        )
        if estimate is not None:
            self._record(estimate)
        if plan is not None and estimate is not None and self._processes.is_first:
            from engine.training.autotune.plan import write_plan

            self._written(partial(write_plan, self._run, plan))
        return plan

    def _restore(self, trainer: Trainer) -> TrainingState:
        """Load the newest whole checkpoint; a run without any begins again."""
        run, step = self._run, 0
        if self._processes.is_first:
            found = checkpoint_to_resume(run, self._notify, self._start.from_step)
            step = found[0] if found else 0
        step = int(self._processes.numbers_of_first([step])[0])
        state = TrainingState()
        reader = run.events()
        events = reader.read_all()
        if step:
            trainer.load(checkpoint_folder(run, step))
            state = read_state(checkpoint_folder(run, step))
            self._rate_changes = RateChanges(events)
            if reader.skipped:
                self._notify(
                    f"{reader.skipped} lines of {run.events_path} are damaged; if the learning rate was changed, "
                    "change it again"
                )
        elif self._start.from_step is None:
            self._notify("there was no checkpoint yet, so the run begins again")
        state.restarts = 1 + sum(isinstance(event, Resumed) for event in events)
        self._record(Resumed(time=time.time(), step=state.step, restarts=state.restarts))
        return state

    def _written(self, action: Callable[[], T]) -> T:
        """Return the result of an action that writes files. It is tried again while the disk is full."""
        results: list[T] = []
        if not self._writer.write(lambda: results.append(action())):
            raise StopRequestedError
        return results[0]

    def _begin(self, stage: str) -> None:
        self._record(Preparing(time=time.time(), stage=stage))

    def _notify(self, message: str) -> None:
        self._record(Notice(time=time.time(), message=message))
