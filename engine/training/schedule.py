"""What happens when, as functions of how much of the budget is used: the learning rate, the evaluations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.config.settings import TrainingSettings

EVALUATION_SHARE = 0.1
"""Of the time that training takes, at most, for scoring the held-out text."""


def rate_factor(fraction: float, settings: TrainingSettings) -> float:
    """What the peak rate is multiplied by, for a fraction from 0 to 1 of the budget.

    Rises linearly over `warmup`, stays at 1, and falls over the last `cooldown_fraction` to `final_rate`.
    """
    if fraction < settings.warmup:
        return fraction / settings.warmup
    begin = max(1.0 - settings.cooldown_fraction, settings.warmup)
    if settings.cooldown == "none" or fraction <= begin:
        return 1.0
    progress = (fraction - begin) / (1.0 - begin)
    cosine = settings.cooldown == "cosine"
    remaining = 0.5 * (1.0 + math.cos(math.pi * progress)) if cosine else 1.0 - progress
    return settings.final_rate + (1.0 - settings.final_rate) * remaining


def evaluation_fractions(evaluations: int) -> list[float]:
    """When the held-out text is scored, ending with 1: denser at first, where the loss falls fastest."""
    return [(index / evaluations) ** 1.5 for index in range(1, evaluations + 1)]


def affordable_evaluations(evaluations: int, seconds_each: float, training_seconds: float) -> frozenset[int]:
    """Which of the evaluation points, counted from 0, score the held-out text; the others only save and sample.

    All of them where that takes at most EVALUATION_SHARE of the time, else as many as do, evenly spread; the
    first and the last always.
    """
    most = EVALUATION_SHARE * training_seconds / max(1e-9, seconds_each)
    count = min(evaluations, max(2, int(most)))
    if count == 1:
        return frozenset({0})
    return frozenset(round(index * (evaluations - 1) / (count - 1)) for index in range(count))
