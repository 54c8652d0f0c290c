"""Forecast of a run's time from the times of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import formatting
from engine.config.budget import parse_budget
from engine.training.optim.schedule import EVALUATION_SHARE, sample_size

if TYPE_CHECKING:
    from engine.config.settings import TrainingSettings

LONGEST_CLOSING = 0.5
"""Fraction of a time budget that is reserved at most for what follows the last step."""
LONGEST_FINAL = 0.25
"""Fraction of a time budget for scoring held-out text after the last step. Of a longer text a sample is scored."""
FINAL_SHARE = 0.5
"""At most so many held-out tokens are scored after the last step for each token that is trained on."""
LEAST_IN_TIME = 64
"""Tokens that an evaluation scores at least in a time budget, where each takes a forward pass of its own."""
TOLERANCE = 0.1
"""Fraction of a time budget that a run may exceed without a notice."""


@dataclass(frozen=True)
class Pace:
    """Seconds that the parts of a run take."""

    step: float
    scoring: float
    """Of one held-out token."""
    sampling: float
    """Of text, at one evaluation."""
    saving: float
    """A checkpoint."""


@dataclass(frozen=True)
class Forecast:
    steps: float
    step_seconds: float
    """For all steps."""
    seconds: float
    """For everything."""
    sample_tokens: int
    """Number of tokens that each evaluation scores."""
    final_tokens: int
    """Number of tokens that are scored after the last step."""
    closing_seconds: float
    """Part of a time budget reserved for the last evaluation, the last checkpoint and the final scoring."""
    excess: str
    """Reason why the run will take longer than its time budget; empty where it will not."""


def forecast(
    pace: Pace,
    training: TrainingSettings,
    *,
    tokens_per_step: float,
    tokens_per_epoch: int,
    held_out_tokens: int,
    scoring_cost: float = 1.0,
) -> Forecast:
    """A time budget covers everything; with any other budget evaluations and checkpoints come on top of the steps.

    `scoring_cost`: as in `sample_size`.
    """
    budget = parse_budget(training.budget)
    most_steps = {
        "steps": budget.amount,
        "tokens": budget.amount / tokens_per_step,
        "epochs": budget.amount * tokens_per_epoch / tokens_per_step,
        "seconds": budget.amount / pace.step,
    }[budget.unit]
    sample_tokens = min(
        held_out_tokens, sample_size(most_steps * tokens_per_step, training.evaluations, scoring_cost)
    )
    if scoring_cost > 1.0 and budget.unit == "seconds":
        in_time = EVALUATION_SHARE * budget.amount / training.evaluations / max(1e-9, pace.scoring)
        sample_tokens = min(sample_tokens, max(LEAST_IN_TIME, int(in_time)))
    at_each = sample_tokens * pace.scoring + pace.sampling + pace.saving
    affordable = FINAL_SHARE * most_steps * tokens_per_step / scoring_cost
    if budget.unit == "seconds":
        # The time of a final token is its scoring, and training on the tokens that it stands for.
        step_share = pace.step / tokens_per_step / FINAL_SHARE
        affordable = max(0.0, budget.amount - training.evaluations * at_each) / (pace.scoring + step_share)
        if pace.scoring > 0:
            affordable = min(affordable, LONGEST_FINAL * budget.amount / pace.scoring)
    final_tokens = min(held_out_tokens, max(sample_tokens, int(affordable)))
    at_the_end = final_tokens * pace.scoring if sample_tokens < final_tokens else 0.0
    beside = training.evaluations * at_each + at_the_end
    if budget.unit != "seconds":
        steps = max(1.0, most_steps)
        step_seconds = steps * pace.step
        return Forecast(steps, step_seconds, step_seconds + beside, sample_tokens, final_tokens, 0.0, "")
    closing = min(at_each + at_the_end, LONGEST_CLOSING * budget.amount)
    between = (training.evaluations - 1) * at_each
    steps = max(1.0, (budget.amount - closing - between) / pace.step)
    seconds = steps * pace.step + beside
    excess = ""
    if seconds + pace.step > (1 + TOLERANCE) * budget.amount:
        excess = (
            f"the run will take about {formatting.duration(seconds)}, more than its budget of {training.budget}: "
            f"a step takes {formatting.duration(pace.step)}, what each of {training.evaluations} evaluations does "
            f"{formatting.duration(at_each)}"
        )
        if at_the_end:
            took = formatting.duration(at_the_end)
            excess += f", scoring {final_tokens:,} held-out tokens at the end {took}"
    return Forecast(steps, steps * pace.step, seconds, sample_tokens, final_tokens, closing, excess)
