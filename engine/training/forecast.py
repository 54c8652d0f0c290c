"""How long a run will take, from how long its parts take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.budget import parse_budget
from engine.training.schedule import affordable_evaluations

if TYPE_CHECKING:
    from engine.config.settings import TrainingSettings


@dataclass(frozen=True)
class Pace:
    """Seconds that the parts of a run take."""

    step: float
    scoring: float
    """Of the whole held-out text."""
    sampling: float
    """At one evaluation point."""


@dataclass(frozen=True)
class Forecast:
    steps: float
    step_seconds: float
    """For all steps."""
    seconds: float
    """For everything."""
    scored: frozenset[int]
    """The evaluation points at which the held-out text is scored."""


def forecast(
    pace: Pace, training: TrainingSettings, *, tokens_per_step: float, tokens_per_epoch: int
) -> Forecast:
    """With a budget of time, evaluations take their share of it; with any other they come on top."""
    budget = parse_budget(training.budget)
    if budget.unit == "seconds":
        scored = affordable_evaluations(training.evaluations, pace.scoring, budget.amount)
        beside = len(scored) * pace.scoring + training.evaluations * pace.sampling
        steps = max(1.0, (budget.amount - beside) / pace.step)
    else:
        tokens = {"tokens": budget.amount, "epochs": budget.amount * tokens_per_epoch}
        steps = max(1.0, tokens.get(budget.unit, budget.amount * tokens_per_step) / tokens_per_step)
        scored = affordable_evaluations(training.evaluations, pace.scoring, steps * pace.step)
        beside = len(scored) * pace.scoring + training.evaluations * pace.sampling
    return Forecast(steps, steps * pace.step, steps * pace.step + beside, scored)
