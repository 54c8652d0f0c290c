"""What happens when: rates, their changes, evaluations, budgets, forecasts, lines of metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.settings import TrainingSettings
from engine.runs.records import Estimate, Evaluated, Finished, LearningRateChanged
from engine.training.forecast import Pace, forecast
from engine.training.meter import Meter
from engine.training.rate_changes import RateChanges
from engine.training.schedule import affordable_evaluations, evaluation_fractions, rate_factor
from engine.training.state import TrainingState
from tests.unit.training.trainers import losses, train_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run


def change(step: int, scale: float) -> LearningRateChanged:
    return LearningRateChanged(time=0.0, step=step, scale=scale)


def test_a_changed_rate_holds_from_its_step_on() -> None:
    changes = RateChanges([change(10, 0.5), change(20, 0.1)])
    assert [changes.at(step) for step in (0, 9, 10, 19, 20, 99)] == [1.0, 1.0, 0.5, 0.5, 0.1, 0.1]


def test_a_later_word_takes_back_what_a_resumed_run_had_before_it() -> None:
    changes = RateChanges([change(10, 0.5), change(20, 0.1), change(15, 2.0)])
    assert [changes.at(step) for step in (9, 10, 15, 20, 30)] == [1.0, 0.5, 2.0, 2.0, 2.0]


@given(st.integers(1, 200), st.floats(0, 100), st.floats(0.1, 10_000))
def test_evaluations_are_affordable(evaluations: int, each: float, training: float) -> None:
    scored = affordable_evaluations(evaluations, each, training)
    assert scored <= set(range(evaluations))
    assert {0, evaluations - 1} <= scored
    assert len(scored) <= 2 or len(scored) * each <= 0.1 * training
    assert len(scored) in (evaluations, max(2, int(0.1 * training / max(1e-9, each))))


def test_evaluations_are_spread_evenly() -> None:
    assert affordable_evaluations(10, 1.0, 40.0) == {0, 3, 6, 9}
    assert affordable_evaluations(10, 0.0, 40.0) == set(range(10))
    assert evaluation_fractions(4)[-1] == 1.0


@pytest.mark.parametrize("cooldown", ["linear", "cosine"])
def test_rates_rise_stay_and_fall(cooldown: str) -> None:
    settings = TrainingSettings(warmup=0.1, cooldown=cooldown, cooldown_fraction=0.5, final_rate=0.2)  # type: ignore[arg-type]
    assert rate_factor(0.0, settings) == 0.0
    assert rate_factor(0.05, settings) == pytest.approx(0.5)
    assert rate_factor(0.3, settings) == 1.0
    assert rate_factor(0.75, settings) == pytest.approx(0.6)
    assert rate_factor(1.0, settings) == pytest.approx(0.2)


PACE = Pace(step=0.1, scoring=2.0, sampling=0.5)


@pytest.mark.parametrize(
    ("budget", "steps", "seconds"),
    [("1000steps", 1000, 114), ("32k", 1000, 114), ("2epochs", 1000, 114), ("114s", 1000, 114)],
)
def test_a_forecast_for_each_kind_of_budget(budget: str, steps: float, seconds: float) -> None:
    """Five of eight evaluations fit into a tenth of the time; each takes its two seconds, and all of them sample."""
    training = TrainingSettings(budget=budget, evaluations=8)
    expected = forecast(PACE, training, tokens_per_step=32, tokens_per_epoch=16_000)
    assert len(expected.scored) == 5
    assert expected.steps == pytest.approx(steps)
    assert expected.seconds == pytest.approx(seconds)


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


def test_a_budget_of_time_ends_in_time(make_run: Callable[..., Run]) -> None:
    run = make_run("seconds", {"training": {"budget": "0.4s"}})
    assert train_here(run) == 0
    last = run.metrics().read_all()[-1]
    assert last.fraction == 1.0
    assert last.seconds >= 0.4
    evaluated = [event for event in run.events().read_all() if isinstance(event, Evaluated)]
    assert evaluated[-1].step == last.step == max(losses(run))
