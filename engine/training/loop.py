"""The training loop: steps, and between them records, evaluations, checkpoints, samples and commands."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from engine.config.budget import parse_budget
from engine.inference.generation import generate
from engine.inference.sampling_config import SamplingConfig
from engine.machine import resident_bytes
from engine.runs import control, journal
from engine.runs.checkpoints import remove_old, write_checkpoint
from engine.runs.records import (
    Checkpoint,
    Continued,
    Evaluated,
    Finished,
    LearningRateChanged,
    NotFinite,
    Paused,
    Sample,
    Step,
    Stopped,
)
from engine.training.clock import TrainingClock
from engine.training.evaluation import evaluate
from engine.training.schedule import evaluation_fractions
from engine.training.state import TrainingState, write_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.runs.folder import Run
    from engine.training.learner import Learner
    from engine.training.preparation import Prepared

LOG_SECONDS = 0.5
"""Between two lines of metrics."""
EVALUATION_SHARE = 0.1
"""Of the time, at most, for scoring the held-out text."""
CONTROL_SECONDS = 0.1
"""Between two looks for commands."""


class NotFiniteError(Exception):
    """The loss is no number any more; the last checkpoint is the last good state."""


class StopRequestedError(Exception):
    """Somebody asked for the end; it comes between two steps."""


class TrainingLoop:
    def __init__(
        self,
        run: Run,
        settings: RunSettings,
        prepared: Prepared,
        learner: Learner,
        state: TrainingState,
        stop_requested: Callable[[], bool],
    ) -> None:
        self._run = run
        self._settings = settings.training
        self._seed = settings.seed
        self._prepared = prepared
        self._learner = learner
        self._state = state
        self._stop_requested = stop_requested
        self._budget = parse_budget(settings.training.budget)
        self._evaluation_fractions = evaluation_fractions(settings.training.evaluations)
        self._clock = TrainingClock(state.seconds)
        self._last_saved = -1
        self._last_log = (state.step, state.tokens, self._clock.seconds)
        """Step, tokens and seconds at the last line of metrics."""
        self._next_look = 0.0
        self._measured_seconds = 0.0
        """Of making steps alone, in this process."""
        self._measured_tokens = 0
        self._evaluation_seconds = 0.0

    def train(self) -> None:
        """Runs until the budget is used. Ends with a Finished or Stopped event.

        Raises NotFiniteError, after recording an autopsy, when the loss is no number any more.
        """
        state = self._state
        try:
            while state.fraction < 1.0:
                self._obey()
                self._step()
                if self._clock.seconds - self._last_log[2] >= LOG_SECONDS or state.step < 4:
                    self._log()
                while self._evaluation_is_due():
                    self._checkpoint_with_evaluation()
        except StopRequestedError:
            self._save()
            self._run.record_event(Stopped(time=time.time(), run=self._run.name, step=state.step))
            return
        if self._last_saved != state.step:
            self._save()
        self._run.record_event(
            Finished(
                time=time.time(),
                run=self._run.name,
                step=state.step,
                val_loss=state.val_loss,
                val_bpb=state.val_bpb,
                seconds=round(self._clock.seconds, 3),
                tokens_per_second=round(self._measured_tokens / max(1e-9, self._measured_seconds), 1),
            )
        )

    def _step(self) -> None:
        state = self._state
        tokens = self._learner.step(state.step, state.fraction, state.rate_scale)
        state.step += 1
        state.tokens += tokens
        state.seconds = self._clock.seconds
        own = self._learner.own_fraction
        state.fraction = (
            own
            if own is not None
            else self._budget.fraction_used(
                step=state.step,
                tokens=state.tokens,
                seconds=state.seconds,
                tokens_per_epoch=self._learner.tokens_per_epoch,
            )
        )

    def _log(self) -> None:
        """One line of metrics over the steps since the line before."""
        state, seconds = self._state, self._clock.seconds
        step, tokens, since = self._last_log
        if step == state.step:
            return
        measurement = self._learner.measure()
        if math.isnan(measurement.train_loss) or (
            math.isinf(measurement.train_loss) and self._learner.learning_rate is not None
        ):
            self._run.record_event(
                NotFinite(time=time.time(), step=state.step, autopsy=self._learner.autopsy())
            )
            raise NotFiniteError
        elapsed = max(1e-9, self._clock.seconds - since)
        self._measured_seconds += elapsed
        self._measured_tokens += state.tokens - tokens
        journal.append(
            self._run.metrics_path,
            Step(
                step=state.step,
                tokens=state.tokens,
                seconds=round(seconds, 3),
                train_loss=_finite(measurement.train_loss),
                fraction=round(state.fraction, 6),
                tokens_per_second=round((state.tokens - tokens) / elapsed, 1),
                learning_rate=self._learner.learning_rate,
                gradient_norm=measurement.gradient_norm,
                epoch=round(state.tokens / max(1, self._learner.tokens_per_epoch), 4),
                memory_bytes=resident_bytes(),
            ),
        )
        self._last_log = (state.step, state.tokens, self._clock.seconds)

    def _evaluation_is_due(self) -> bool:
        done = self._state.evaluations_done
        fractions = self._evaluation_fractions
        return done < len(fractions) and self._state.fraction >= fractions[done]

    def _checkpoint_with_evaluation(self) -> None:
        """Evaluation, sample and checkpoint, in this order: a checkpoint holds what its evaluation found."""
        self._log()
        fractions, state = self._evaluation_fractions, self._state
        # Where a step was longer than the distance between evaluations, one stands for all of them.
        state.evaluations_done = sum(fraction <= state.fraction for fraction in fractions)
        with self._learner.evaluated_weights():
            if self._evaluation_is_affordable():
                self._evaluate()
            self._sample()
        self._save()
        self._last_log = (state.step, state.tokens, self._clock.seconds)

    def _evaluation_is_affordable(self) -> bool:
        """The first and the last always are; those between may take a tenth of the time."""
        first, last = self._evaluation_seconds == 0, self._state.fraction >= 1
        return first or last or self._evaluation_seconds < EVALUATION_SHARE * self._clock.seconds

    def _evaluate(self) -> None:
        validation = self._prepared.tokens.validation
        if not len(validation):
            return
        state, began = self._state, self._clock.seconds
        result = evaluate(
            self._learner.model,
            validation,
            self._prepared.tokens.validation_bytes,
            self._prepared.tokenizer.end_of_text,
        )
        self._evaluation_seconds += self._clock.seconds - began
        state.val_loss, state.val_bpb = _finite(result.loss), _finite(result.bits_per_byte)
        best = state.val_loss is not None and (state.best_loss is None or state.val_loss < state.best_loss)
        if best:
            state.best_loss, state.best_step = state.val_loss, state.step
        self._run.record_event(
            Evaluated(
                time=time.time(),
                step=state.step,
                tokens=state.tokens,
                seconds=round(self._clock.seconds, 3),
                val_loss=state.val_loss,
                val_bpb=state.val_bpb,
                best=best,
            )
        )

    def _sample(self) -> None:
        if not self._settings.sample_tokens:
            return
        tokenizer = self._prepared.tokenizer
        for prompt in self._settings.prompts:
            completion = generate(
                self._learner.model,
                tokenizer,
                tokenizer.encode(prompt),
                SamplingConfig(seed=self._seed),
                tokens=self._settings.sample_tokens,
            )
            sample = Sample(time=time.time(), step=self._state.step, prompt=prompt, seed=self._seed)
            self._run.record_event(sample)
            full = Sample(
                time=sample.time, step=sample.step, prompt=prompt, completion=completion, seed=self._seed
            )
            journal.append(self._run.samples_path, full)

    def _save(self) -> None:
        state = self._state
        state.seconds = self._clock.seconds

        def write_files(folder: Path) -> None:
            self._learner.save(folder)
            write_state(folder, state)

        write_checkpoint(self._run, state.step, write_files)
        remove_old(self._run, self._settings.keep_checkpoints, state.best_step)
        self._last_saved = state.step
        self._run.record_event(Checkpoint(time=time.time(), step=state.step))

    def _obey(self) -> None:
        """Does what commands ask for. While paused, waits for more of them."""
        if self._stop_requested():
            raise StopRequestedError
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + CONTROL_SECONDS
        for command in control.receive(self._run):
            self._obey_one(command)

    def _obey_one(self, command: control.Command) -> None:
        state = self._state
        match command:
            case control.Stop():
                self._log()
                raise StopRequestedError
            case control.Pause():
                self._pause()
            case control.SaveCheckpoint():
                self._log()
                self._save()
            case control.TakeSample():
                with self._learner.evaluated_weights():
                    self._sample()
            case control.ScaleLearningRate(scale):
                state.rate_scale = scale
                event = LearningRateChanged(time=time.time(), step=state.step, scale=scale)
                self._run.record_event(event)
            case control.Continue():
                pass

    def _pause(self) -> None:
        state = self._state
        self._log()
        if self._last_saved != state.step:
            self._save()
        self._clock.pause()
        self._run.record_event(Paused(time=time.time(), step=state.step))
        while True:
            if self._stop_requested():
                raise StopRequestedError
            for command in control.receive(self._run):
                if isinstance(command, control.Continue):
                    self._clock.go_on()
                    self._last_log = (state.step, state.tokens, self._clock.seconds)
                    self._run.record_event(Continued(time=time.time(), step=state.step))
                    return
                if not isinstance(command, control.Pause):
                    self._obey_one(command)
            time.sleep(CONTROL_SECONDS)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
