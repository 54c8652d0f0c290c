"""Evaluations of a run: held-out loss of a sample at each, of more at the end, the best step, and early stopping."""

from __future__ import annotations

import math
import time
from functools import cached_property
from typing import TYPE_CHECKING

from engine.runs.journals.records import Evaluated, Notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config.settings import RunSettings
    from engine.models.interface import LanguageModel
    from engine.runs.journals.records import AnyEvent
    from engine.training.data.held_out import HeldOut
    from engine.training.preparation import Prepared
    from engine.training.state import TrainingState

STALE = 3
"""Evaluations since the best one, after which a notice names training.patience."""


class Evaluator:
    """Scores the same sample at every evaluation, so that steps can be compared, and more of the text at the end."""

    def __init__(
        self,
        prepared: Prepared,
        settings: RunSettings,
        state: TrainingState,
        sample_tokens: int,
        record: Callable[[AnyEvent], None],
        final_tokens: int | None = None,
    ) -> None:
        """`final_tokens` are scored after the last step; None: all of the held-out text."""
        self._prepared = prepared
        self._seed = settings.seed
        self._patience = settings.training.patience
        self._state = state
        self._sample_tokens = sample_tokens
        self._final_tokens = prepared.held_out.tokens if final_tokens is None else final_tokens
        self._record = record

    @property
    def is_out_of_patience(self) -> bool:
        return self._patience is not None and self._state.stale_evaluations >= self._patience

    @cached_property
    def _sample(self) -> HeldOut:
        return self._prepared.held_out_sample(self._sample_tokens, self._seed)

    def score_sample(self, model: LanguageModel, seconds: float) -> None:
        """At one of the run's evaluations, after `seconds` of training."""
        state = self._state
        if not self._sample.tokens:
            return
        self._score(model, self._sample)
        if state.sampled_tokens != self._sample.tokens:
            state.best_loss, state.sampled_tokens = None, self._sample.tokens
        best = state.val_loss is not None and (state.best_loss is None or state.val_loss < state.best_loss)
        if best:
            state.best_loss, state.best_step, state.stale_evaluations = state.val_loss, state.step, 0
        elif state.best_step is not None:
            state.stale_evaluations += 1
        self._record_score(self._sample, seconds, best=best)
        if self._patience is None and state.stale_evaluations == STALE:
            self._notify(
                f"the held-out loss was best at step {state.best_step:,} and has not improved for {STALE} "
                f"evaluations; training.patience={STALE} would stop here"
            )

    def score_final(self, model: LanguageModel, seconds: float) -> None:
        """After the last step, unless the last evaluation scored as much."""
        if self.is_out_of_patience:
            self._notify(
                f"stopped early: the held-out loss was best at step {self._state.best_step:,} and has not improved "
                f"for {self._state.stale_evaluations} evaluations"
            )
        if self._final_tokens > self._sample.tokens:
            part = self._prepared.held_out_sample(self._final_tokens, self._seed)
            self._score(model, part)
            self._record_score(part, seconds, best=False, final=True)

    def _score(self, model: LanguageModel, part: HeldOut) -> None:
        state, result = self._state, self._prepared.evaluate(model, part)
        state.val_loss, state.val_bpb = _finite(result.loss), _finite(result.bits_per_byte)
        state.impossible, state.lossless = result.impossible, result.side.lossless
        state.pseudo_likelihood = result.pseudo_likelihood

    def _record_score(self, part: HeldOut, seconds: float, *, best: bool, final: bool = False) -> None:
        state, side = self._state, self._prepared.side
        state.scored_whole = part is self._prepared.held_out
        self._record(
            Evaluated(
                time=time.time(),
                step=state.step,
                tokens=state.tokens,
                seconds=round(seconds, 3),
                val_loss=state.val_loss,
                val_bpb=state.val_bpb,
                best=best,
                impossible=state.impossible,
                side_bpb=side.bits / max(1, self._prepared.tokens.validation_bytes),
                lossless=state.lossless,
                pseudo_likelihood=state.pseudo_likelihood,
                tokens_scored=part.tokens,
                whole=state.scored_whole,
                final=final,
            )
        )

    def _notify(self, message: str) -> None:
        self._record(Notice(time=time.time(), message=message, step=self._state.step))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
