"""The pace of training, and its lines of metrics."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import UNSET

from engine.runs.journals.records import Step

if TYPE_CHECKING:
    from engine.training.state import TrainingState
    from engine.training.trainer import Measurement, Trainer

LOG_SECONDS = 0.5
"""Between two lines of metrics, where the settings name no number of steps."""
FIRST_STEPS = 3
"""These have a line each, so that a curve begins at once."""


class Meter:
    """Counts steps, tokens and seconds since the last line, and over all of this process's steps."""

    def __init__(self, state: TrainingState, log_every: int | None) -> None:
        self._state = state
        self._log_every = log_every
        self._seconds = 0.0
        self._tokens = 0
        self.restart()

    def restart(self) -> None:
        """Start the next line here: the time since the last one was not spent on training."""
        self._since = (self._state.step, self._state.tokens, self._state.seconds)

    @property
    def steps(self) -> int:
        """Made since the last line."""
        return self._state.step - self._since[0]

    @property
    def line_is_due(self) -> bool:
        if self._log_every is not None:
            return self._state.step % self._log_every == 0
        return self._state.step <= FIRST_STEPS or self._state.seconds - self._since[2] >= LOG_SECONDS

    @property
    def tokens_per_second(self) -> float:
        """Over all steps, evaluations and everything else between them left out."""
        return round(self._tokens / max(1e-9, self._seconds), 1)

    def line(self, measurement: Measurement, trainer: Trainer) -> Step:
        """The line over the steps since the last one."""
        state = self._state
        tokens, seconds = state.tokens - self._since[1], max(1e-9, state.seconds - self._since[2])
        self._tokens += tokens
        self._seconds += seconds
        self.restart()
        loss, gpus = measurement.train_loss, trainer.gpu_readings()
        return Step(
            step=state.step,
            tokens=state.tokens,
            seconds=round(state.seconds, 3),
            train_loss=loss if math.isfinite(loss) else None,
            fraction=round(state.fraction, 6),
            tokens_per_second=round(tokens / seconds, 1),
            learning_rate=trainer.learning_rate,
            gradient_norm=measurement.gradient_norm,
            epoch=round(state.tokens / max(1, trainer.tokens_per_epoch), 4),
            memory_bytes=trainer.memory_bytes,
            gpu_utilization=gpus.utilization if gpus else UNSET,
            gpu_memory_bytes=gpus.memory_bytes if gpus else UNSET,
            gpu_temperature=gpus.temperature if gpus else UNSET,
            gpu_power=gpus.power if gpus else UNSET,
            restarts=state.restarts,
        )
