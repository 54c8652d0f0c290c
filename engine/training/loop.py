"""The training loop: steps, and between them records, evaluations, checkpoints, samples and commands.

With several processes each runs this loop. All that follows from a clock or from people is decided by the first
and sent to the others; the first alone writes, evaluates and samples.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.config.budget import parse_budget
from engine.inference.filling import has_mask
from engine.runs.checkpoints import remove_old, write_checkpoint
from engine.runs.journals.records import (
    Checkpoint,
    Continued,
    Finished,
    LearningRateChanged,
    NotFinite,
    Notice,
    Paused,
    Sample,
    Stopped,
)
from engine.runs.process import control
from engine.sampling.config import SamplingConfig
from engine.training.clock import TrainingClock
from engine.training.distributed.processes import ALONE, Processes
from engine.training.evaluation.evaluator import Evaluator
from engine.training.metrics import Meter
from engine.training.optim.rate_changes import RateChanges
from engine.training.optim.schedule import evaluation_fractions
from engine.training.process.full_disk import PatientWriter, system_errors
from engine.training.process.steering import LOOK_SECONDS
from engine.training.state import TrainingState, write_state
from engine.training.trainer import NotFiniteError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.runs.folder import Run
    from engine.runs.journals.records import AnyEvent
    from engine.training.preparation import Prepared
    from engine.training.process.steering import Steering
    from engine.training.trainer import Trainer


class StopRequestedError(Exception):
    """A command or a signal asks for the end of the run."""


class TrainingLoop:
    def __init__(
        self,
        run: Run,
        settings: RunSettings,
        prepared: Prepared,
        trainer: Trainer,
        state: TrainingState,
        steering: Steering,
        *,
        processes: Processes = ALONE,
        rate_changes: RateChanges | None = None,
        sample_tokens: int,
        final_tokens: int | None = None,
        closing_seconds: float = 0.0,
        is_extended: bool = False,
    ) -> None:
        """`sample_tokens` are scored at each evaluation, `final_tokens` (None: all) after the last step.

        `closing_seconds` of a time budget are reserved for what follows the last step. `is_extended`: the budget
        is larger than the one that `state` counts a fraction of.
        """
        self._run = run
        self._settings = settings.training
        self._seed = settings.seed
        self._prepared = prepared
        self._trainer = trainer
        self._state = state
        self._processes = processes
        self.rate_changes = rate_changes or RateChanges()
        budget = parse_budget(settings.training.budget)
        kept_back = closing_seconds if budget.unit == "seconds" else 0.0
        self._budget = replace(budget, amount=budget.amount - kept_back)
        self._evaluator = Evaluator(prepared, settings, state, sample_tokens, self.record, final_tokens)
        self._evaluation_points = evaluation_fractions(settings.training.evaluations)
        self._steering = steering
        self._clock = TrainingClock(state.seconds)
        self._writer = PatientWriter(run, state, self._clock, self._steering)
        self._meter = Meter(state, settings.training.log_every)
        self._commands: deque[control.Command] = deque()
        self._stop_signalled = False
        self._paused = False
        self._saved_step = state.step if state.step else -1
        self._checkpoint_step = state.step
        """Of the checkpoint that a resumed run would continue from."""
        if is_extended:
            state.fraction = self._fraction()
            state.evaluations_done = self._evaluations_due()
            state.stale_evaluations = 0

    def train(self) -> None:
        """Runs until the budget is used. Ends with a Finished or Stopped event.

        Raises NotFiniteError, after recording diagnostics, when the loss is NaN or infinite, and LilmError
        when its folder cannot be written, unless for want of room: then it waits.
        """
        with self._writer if self._processes.is_first else nullcontext():
            try:
                try:
                    self._make_steps()
                    self._finish()
                except StopRequestedError:
                    self._stop()
            except NotFiniteError as error:
                self._record_diagnostics(error.step)
                raise

    def record(self, event: AnyEvent) -> None:
        """In the first of several processes; waits while the disk is full."""
        if self._processes.is_first:
            self._writer.record(event)

    def _make_steps(self) -> None:
        self._listen()
        self._obey()
        while self._state.fraction < 1.0 and not self._evaluator.is_out_of_patience:
            self._step()
            if self._meter.line_is_due:
                self._log()
            if self._evaluation_is_due():
                self._checkpoint_with_evaluation()
            self._obey()

    def _step(self) -> None:
        state = self._state
        state.tokens += self._trainer.step(state.step, state.fraction, self.rate_changes.at(state.step))
        state.step += 1
        self._listen()
        state.fraction = self._fraction()

    def _fraction(self) -> float:
        """Fraction of the budget that is used."""
        state, own = self._state, self._trainer.own_fraction
        if own is not None:
            return own
        return self._budget.fraction_used(
            step=state.step,
            tokens=state.tokens,
            seconds=state.seconds,
            tokens_per_epoch=self._trainer.tokens_per_epoch,
        )

    def _log(self) -> None:
        """One line of metrics over the steps since the line before."""
        if self._meter.steps and (measurement := self._trainer.measure()):
            line = self._meter.line(measurement, self._trainer)
            if self._processes.is_first:
                self._writer.write(lambda: self._run.record_step(line))

    def _record_diagnostics(self, step: int) -> None:
        self.record(
            NotFinite(
                time=time.time(),
                step=step,
                diagnostics=self._trainer.diagnostics(),
                batch=self._trainer.fingerprint(step),
            )
        )

    # Evaluations

    def _evaluation_is_due(self) -> bool:
        done, points = self._state.evaluations_done, self._evaluation_points
        return done < len(points) and self._state.fraction >= points[done]

    def _evaluations_due(self) -> int:
        return sum(point <= self._state.fraction for point in self._evaluation_points)

    def _checkpoint_with_evaluation(self) -> None:
        """Evaluation, sample and checkpoint, in this order: a checkpoint holds what its evaluation found."""
        self._log()  # which also finds a bad loss before it is written
        state = self._state
        # Where a step was longer than the distance between evaluations, one stands for all of them.
        state.evaluations_done = self._evaluations_due()
        with self._trainer.evaluated_weights():
            if self._processes.is_first:
                self._evaluator.score_sample(self._trainer.model, self._clock.seconds)
                self._sample()
        (stale,) = self._processes.numbers_of_first([state.stale_evaluations])
        state.stale_evaluations = int(stale)
        self._save()

    def _sample(self) -> None:
        if not self._settings.sample_tokens:
            return
        for prompt in self._settings.prompts:
            if self._prepared.is_masked and not has_mask(prompt):
                continue
            completion = self._prepared.sample(
                self._trainer.model,
                prompt,
                SamplingConfig(seed=self._seed),
                tokens=self._settings.sample_tokens,
            )
            sample = Sample(time=time.time(), step=self._state.step, prompt=prompt, seed=self._seed)
            self.record(sample)
            full = Sample(
                time=sample.time, step=sample.step, prompt=prompt, completion=completion, seed=self._seed
            )
            self._write_sample(full)

    def _write_sample(self, sample: Sample) -> None:
        self._writer.write(lambda: self._run.record_sample(sample))

    def _save(self) -> None:
        """A checkpoint of this step, if there is none yet."""
        state = self._state
        if self._saved_step == state.step:
            return
        write_trainer = self._trainer.saver()
        if self._processes.is_first:
            state.seconds = self._clock.seconds

            def write_files(folder: Path) -> None:
                with system_errors():
                    write_trainer(folder)
                write_state(folder, state)
                for name, content in self._prepared.tokenizer_files.items():
                    (folder / name).write_bytes(content)

            if self._writer.write(lambda: write_checkpoint(self._run, state.step, write_files)):
                self._checkpoint_step = state.step
                remove_old(self._run, self._settings.keep_checkpoints, state.best_step)
                self.record(Checkpoint(time=time.time(), step=state.step))
        self._saved_step = state.step
        self._listen()
        self._meter.restart()

    # What the outside asks for

    def _listen(self) -> None:
        orders = self._steering.listen(self._clock.seconds)
        self._state.seconds = orders.seconds
        self._stop_signalled = orders.stop
        self._commands.extend(orders.commands)

    def _obey(self) -> None:
        """Does what was asked for."""
        if self._stop_signalled:
            raise StopRequestedError
        while self._commands:
            self._obey_one(self._commands.popleft())

    def _obey_one(self, command: control.Command) -> None:
        match command:
            case control.Stop():
                raise StopRequestedError
            case control.Pause() if not self._paused:
                self._pause()
            case control.Continue() if self._paused:
                self._paused = False
                self._clock.go_on()
                self._meter.restart()
                self.record(Continued(time=time.time(), step=self._state.step))
            case control.SaveCheckpoint():
                self._log()
                self._save()
            case control.TakeSample():
                self._log()
                with self._trainer.evaluated_weights():
                    if self._processes.is_first:
                        self._sample()
                self._listen()
                self._meter.restart()
            case control.ScaleLearningRate(scale):
                change = LearningRateChanged(time=time.time(), step=self._state.step, scale=scale)
                self.rate_changes.add(change)
                self.record(change)
            case control.Pause() | control.Continue():
                pass  # it is so already

    def _pause(self) -> None:
        """Writes a checkpoint and waits for more commands."""
        self._log()
        self._save()
        self._clock.pause()
        self.record(Paused(time=time.time(), step=self._state.step))
        self._paused = True
        while self._paused:
            time.sleep(LOOK_SECONDS)
            self._listen()
            self._obey()

    def _stop(self) -> None:
        self._log()
        self._save()
        if self._writer.has_given_up:
            lost = (
                f"what was learned since the checkpoint of step {self._checkpoint_step} could not be written"
            )
            self.record(Notice(time=time.time(), step=self._state.step, message=lost))
        self.record(Stopped(time=time.time(), run=self._run.name, step=self._checkpoint_step))

    def _finish(self) -> None:
        state = self._state
        self._log()
        self._save()
        if any(self._processes.numbers_of_first([self._writer.has_given_up])):
            raise StopRequestedError
        with self._trainer.evaluated_weights():
            if self._processes.is_first:
                self._evaluator.score_final(self._trainer.model, self._clock.seconds)
        self._listen()
        self.record(
            Finished(
                time=time.time(),
                run=self._run.name,
                step=state.step,
                val_loss=state.val_loss,
                val_bpb=state.val_bpb,
                seconds=round(state.seconds, 3),
                tokens_per_second=self._meter.tokens_per_second,
                impossible=state.impossible,
                lossless=state.lossless,
                pseudo_likelihood=state.pseudo_likelihood,
                whole=state.scored_whole,
            )
        )
