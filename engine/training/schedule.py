"""The learning rate as a function of how much of the budget is used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.config.settings import TrainingSettings


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
    if settings.cooldown == "cosine":
        remaining = 0.5 * (1.0 + math.cos(math.pi * progress))
    else:
        remaining = 1.0 - progress
    return settings.final_rate + (1.0 - settings.final_rate) * remaining


def evaluation_fractions(evaluations: int) -> list[float]:
    """When the held-out text is scored, ending with 1: denser at first, where the loss falls fastest."""
    return [(index / evaluations) ** 1.5 for index in range(1, evaluations + 1)]
