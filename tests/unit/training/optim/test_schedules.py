"""Schedules: rates, their changes, evaluations, budgets, forecasts, lines of metrics."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.budget import parse_budget
from engine.config.settings import TrainingSettings
from engine.runs.journals.records import Estimate, Evaluated, Finished, LearningRateChanged, Started
from engine.training.autotune.estimate import Pace, forecast
from engine.training.metrics import Meter
from engine.training.optim import schedule
from engine.training.optim.rate_changes import RateChanges
from engine.training.optim.schedule import LEAST_SAMPLE, evaluation_fractions, rate_factor, sample_size
from engine.training.state import TrainingState
from tests.unit.training.simulated_time import simulate_time
from tests.unit.training.trainers import losses, train_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run


def change(step: int, scale: float) -> LearningRateChanged:
    return LearningRateChanged(time=0.0, step=step, scale=scale)


def test_a_changed_rate_holds_from_its_step_on() -> None:
    changes = RateChanges([change(10, 0.5), change(20, 0.1)])
    assert [changes.at(step) for step in (0, 9, 10, 19, 20, 99)] == [1.0, 1.0, 0.5, 0.5, 0.1, 0.1]


def test_a_later_word_takes_back_what_a_resumed_run_had_before_it() -> None:
    changes = RateChanges([change(10, 0.5), change(20, 0.1), change(15, 2.0)])
    assert [changes.at(step) for step in (9, 10, 15, 20, 30)] == [1.0, 0.5, 2.0, 2.0, 2.0]


@given(st.floats(0, 1e12), st.integers(1, 200))
def test_all_evaluations_score_a_twentieth_of_what_is_trained_on(trained: float, evaluations: int) -> None:
    tokens = sample_size(trained, evaluations)
    assert tokens == LEAST_SAMPLE or 0.025 * trained <= tokens * evaluations <= 0.05 * trained
    assert tokens >= LEAST_SAMPLE
    assert tokens.bit_count() == 1


def test_evaluations_are_denser_at_first() -> None:
    fractions = evaluation_fractions(10)
    assert fractions[-1] == 1.0
    assert len(fractions) == 10
    distances = [after - before for before, after in itertools.pairwise([0.0, *fractions])]
    assert distances == sorted(distances)


@pytest.mark.parametrize("cooldown", ["linear", "cosine"])
def test_rates_rise_stay_and_fall(cooldown: str) -> None:
    settings = TrainingSettings(warmup=0.1, cooldown=cooldown, cooldown_fraction=0.5, final_rate=0.2)  # type: ignore[arg-type]
    assert rate_factor(0.0, settings) == 0.0
    assert rate_factor(0.05, settings) == pytest.approx(0.5)
    assert rate_factor(0.3, settings) == 1.0
    assert rate_factor(0.75, settings) == pytest.approx(0.6)
    assert rate_factor(1.0, settings) == pytest.approx(0.2)


PACE = Pace(step=0.1, scoring=1e-3, sampling=0.5, saving=0.1)


@pytest.mark.parametrize("budget", ["1000steps", "512k", "2epochs", "111.056s"])
def test_a_forecast_for_each_kind_of_budget(budget: str) -> None:
    """Eight evaluations score 2,048 tokens, sample and save; the end scores 5,000, and a minute later it is over."""
    training = TrainingSettings(budget=budget, evaluations=8)
    expected = forecast(PACE, training, tokens_per_step=512, tokens_per_epoch=256_000, held_out_tokens=5000)
    beside = 8 * (2.048 + 0.6) + 5.0
    assert expected.sample_tokens == 2048
    assert expected.seconds == pytest.approx(expected.step_seconds + beside)
    assert expected.excess == ""
    if budget.endswith("s") and "steps" not in budget and "epochs" not in budget:
        assert expected.seconds == pytest.approx(111.056)
        assert expected.closing_seconds == pytest.approx(2.648 + 5.0)
    else:
        assert expected.steps == pytest.approx(1000)
        assert expected.closing_seconds == 0.0


def test_what_is_too_much_for_a_budget_of_time_is_said() -> None:
    training = TrainingSettings(budget="10s", evaluations=2)
    tight = {"tokens_per_step": 512, "tokens_per_epoch": 256_000, "held_out_tokens": 20_000}
    costly = forecast(replace(PACE, saving=5.0), training, **tight)
    assert costly.closing_seconds == 5.0
    assert "about 13s, more than its budget of 10s" in costly.excess
    assert "at the end" not in costly.excess, "the last evaluation stands for the final one"
    slow = forecast(replace(PACE, step=4.0), training, **{**tight, "held_out_tokens": 0})
    assert "a step takes 4.0s" in slow.excess
    assert forecast(PACE, training, **{**tight, "held_out_tokens": 2000}).excess == ""


@pytest.mark.parametrize(
    ("budget", "held_out_tokens", "final_tokens"),
    [("100s", 5000, 5000), ("100s", 10**6, 25_000), ("8s", 10**6, 2048), ("1000steps", 10**6, 256_000)],
)
def test_the_final_scoring_takes_a_quarter_of_a_time_budget_and_half_the_tokens(
    budget: str, held_out_tokens: int, final_tokens: int
) -> None:
    """A held-out token takes a millisecond."""
    training = TrainingSettings(budget=budget, evaluations=1)
    text = {"tokens_per_step": 512, "tokens_per_epoch": 256_000, "held_out_tokens": held_out_tokens}
    expected = forecast(replace(PACE, sampling=0.0), training, **text)
    assert expected.final_tokens == final_tokens
    assert expected.final_tokens <= max(expected.sample_tokens, expected.steps * 512 / 2)
    assert expected.seconds <= parse_budget(budget).amount * 1.01 or "steps" in budget


def test_a_slow_model_scores_half_of_what_it_is_trained_on() -> None:
    training = TrainingSettings(budget="1000s", evaluations=1)
    pace = Pace(step=10.0, scoring=1e-3, sampling=0.0, saving=0.0)
    expected = forecast(pace, training, tokens_per_step=512, tokens_per_epoch=256_000, held_out_tokens=10**6)
    assert expected.final_tokens == pytest.approx(expected.steps * 512 / 2, abs=1)
    assert expected.seconds == pytest.approx(1000)


def test_lines_of_metrics() -> None:
    state = TrainingState()
    by_time, by_steps = Meter(state, None), Meter(state, 3)
    due: dict[str, list[int]] = {"time": [], "steps": []}
    for state.step in range(1, 13):
        state.seconds = 0.1 * state.step
        for name, meter in (("time", by_time), ("steps", by_steps)):
            if meter.line_is_due:
                due[name].append(state.step)
                meter.restart()
    assert due == {"time": [1, 2, 3, 8], "steps": [3, 6, 9, 12]}


@pytest.mark.parametrize(
    ("budget", "steps"),
    # 8 targets in each of 4 windows a step.
    [("10steps", 10), ("200tokens", 7), ("0.5epochs", None)],
)
def test_a_run_ends_with_its_budget(make_run: Callable[..., Run], budget: str, steps: int | None) -> None:
    run = make_run("budget", {"training": {"budget": budget}})
    assert train_here(run) == 0
    events = run.events().read_all()
    finished = events[-1]
    assert isinstance(finished, Finished)
    if steps is None:
        epoch = run.metrics().read_all()[-1].epoch
        assert epoch == pytest.approx(0.5, abs=0.05)
    else:
        assert finished.step == steps
    estimate = next(event for event in events if isinstance(event, Estimate))
    assert estimate.steps == pytest.approx(finished.step, abs=1)


def test_a_budget_of_time_ends_in_time(
    make_run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scoring the held-out text belongs to it."""
    simulate_time(monkeypatch, step=0.02, scored_token=1e-4)
    monkeypatch.setattr(schedule, "LEAST_SAMPLE", 16)
    path = tmp_path / "long.txt"
    path.write_text("Bottles stand on walls. " * 800)
    training = {"budget": "2.5s", "batch_size": 32, "micro_batch_size": 32}
    run = make_run("seconds", {"corpus": {"sources": [str(path)]}, "training": training})
    assert train_here(run) == 0
    events = run.events().read_all()
    began = next(event.time for event in events if isinstance(event, Started))
    evaluated = [event for event in events if isinstance(event, Evaluated)]
    whole, finished = evaluated[-1], events[-1]
    assert whole.whole
    assert whole.tokens_scored == 3840
    assert isinstance(finished, Finished)
    assert 2.0 < finished.time - began <= 2.5, "scoring the whole text alone takes 0.38 seconds"
    assert finished.seconds == pytest.approx(finished.time - began, abs=0.3)
    assert evaluated[-1].step == evaluated[-2].step == max(losses(run))
    assert run.metrics().read_all()[-1].fraction == 1.0
