"""Schedules as functions of the used fraction of the budget: the learning rate and the evaluations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.config.settings import TrainingSettings

EVALUATION_SHARE = 0.05
"""Of the tokens trained on, as many are scored in all evaluations together. One costs no more to score than to train
on, so they take at most this fraction of the time."""
LEAST_SAMPLE = 1024
"""Tokens. On fewer the loss says little, and even short runs hardly notice so many."""
LEAST_MASKED_SAMPLE = 512
"""Tokens, where each takes a forward pass of its own."""


def rate_factor(fraction: float, settings: TrainingSettings) -> float:
    """Factor of the peak learning rate at a fraction from 0 to 1 of the budget.

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
    """When held-out text is scored, ending with 1: denser at first, where the loss falls fastest."""
    return [(index / evaluations) ** 1.5 for index in range(1, evaluations + 1)]


def sample_size(trained_tokens: float, evaluations: int, cost: float = 1.0) -> int:
    """Number of held-out tokens that each evaluation scores, a power of two, for a run of `trained_tokens` in all.

    `cost` is that of scoring a token in masked training, relative to training on one.
    """
    affordable = EVALUATION_SHARE * trained_tokens / evaluations / cost
    least = LEAST_SAMPLE if cost == 1.0 else LEAST_MASKED_SAMPLE
    return max(least, 1 << int(math.log2(max(1.0, affordable))))
