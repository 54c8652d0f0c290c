"""Time that passes by training and scoring alone, so that a busy machine changes no budget of time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.models.gpt.model import GPT
from engine.training.gradient_trainer import GradientTrainer

if TYPE_CHECKING:
    import numpy as np
    import pytest
    from numpy.typing import NDArray

    from engine.models.windows import Spans
    from engine.training.data.loading import Batch


def simulate_time(patch: pytest.MonkeyPatch, *, step: float, scored_token: float) -> None:
    """Let each training step of a GPT, and each token that it scores, take so many seconds."""
    score, accumulate = GPT.span_log_probabilities, GradientTrainer.accumulate
    now = time.time()

    def score_and_pass(model: GPT, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        nonlocal now
        now += scored_token * int(spans.lengths.sum())
        return score(model, ids, spans)

    def accumulate_and_pass(trainer: GradientTrainer, number: int, batch: Batch) -> int:
        nonlocal now
        now += step
        return accumulate(trainer, number, batch)

    patch.setattr(GPT, "span_log_probabilities", score_and_pass)
    patch.setattr(GradientTrainer, "accumulate", accumulate_and_pass)
    for clock in ("time", "monotonic", "perf_counter"):
        patch.setattr(time, clock, lambda: now)
