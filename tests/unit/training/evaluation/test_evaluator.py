"""A learning curve on one sample, the whole text at the end, the best step, and patience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.runs.checkpoints import complete_steps
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Evaluated, Finished, Notice
from engine.training.autotune import probing
from engine.training.evaluation.held_out_loss import Evaluation
from engine.training.optim import schedule
from engine.training.preparation import Prepared
from tests.unit.training.simulated_time import simulate_time
from tests.unit.training.trainers import train_here

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.models.interface import LanguageModel
    from engine.runs.folder import Run
    from engine.training.data.held_out import HeldOut

SETTINGS = {
    "corpus": {"validation_fraction": 0.5},
    "training": {"budget": "40steps", "batch_size": 8, "evaluations": 8, "sample_tokens": 0},
}


@pytest.fixture(autouse=True)
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "LEAST_SAMPLE", 128)


def script(losses: Sequence[float], monkeypatch: pytest.MonkeyPatch, whole: float = 9.0) -> None:
    """Set the losses of the next evaluations of samples, and of the whole text."""
    left = iter(losses)

    def evaluate(self: Prepared, model: LanguageModel, part: HeldOut | None = None) -> Evaluation:
        loss = whole if part is None or part is self.held_out else next(left)
        return Evaluation(loss=loss, bits_per_byte=loss, tokens=1, bytes=1, impossible=0)

    monkeypatch.setattr(Prepared, "evaluate", evaluate)


def evaluated(run: Run) -> list[Evaluated]:
    return [event for event in run.events().read_all() if isinstance(event, Evaluated)]


def notices(run: Run) -> list[str]:
    return [event.message for event in run.events().read_all() if isinstance(event, Notice)]


def test_every_evaluation_scores_the_same_sample_and_the_end_the_whole(make_run: Callable[..., Run]) -> None:
    run = make_run("curve", SETTINGS)
    assert train_here(run) == 0
    *curve, whole = evaluated(run)
    assert len(curve) == 8
    (tokens,) = {event.tokens_scored for event in curve}
    assert tokens in range(128, 192)
    assert not any(event.whole for event in curve)
    assert whole.whole
    assert whole.tokens_scored is not None
    assert whole.tokens_scored > 512
    assert not whole.best
    finished = run.events().read_all()[-1]
    assert isinstance(finished, Finished)
    assert (finished.val_loss, finished.val_bpb) == (whole.val_loss, whole.val_bpb)
    history = RunHistory(run).read_all()
    assert history.evaluations == curve
    assert history.held_out == history.final == whole
    again = make_run("again", SETTINGS)
    assert train_here(again) == 0
    assert [event.val_loss for event in evaluated(again)] == [event.val_loss for event in (*curve, whole)]


def test_a_short_time_budget_ends_with_a_larger_sample(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate_time(monkeypatch, step=0.02, scored_token=1e-4)
    monkeypatch.setattr(probing, "seconds_to_score", lambda *_: 1e-3)
    run = make_run("brief", SETTINGS, {"training": {"budget": "2s", "evaluations": 2}})
    assert train_here(run) == 0
    *curve, last = evaluated(run)
    assert (last.final, last.whole) == (True, False)
    assert last.tokens_scored in range(500, 600)
    assert last.tokens_scored > max(event.tokens_scored or 0 for event in curve)
    finished = run.events().read_all()[-1]
    assert isinstance(finished, Finished)
    assert not finished.whole
    history = RunHistory(run).read_all()
    assert (history.evaluations, history.final) == (curve, last)


def test_few_steps_end_with_a_sample_of_half_as_many_tokens(make_run: Callable[..., Run]) -> None:
    run = make_run("few", SETTINGS, {"training": {"budget": "10steps"}})
    assert train_here(run) == 0
    last = evaluated(run)[-1]
    assert (last.final, last.whole) == (True, False)
    assert last.tokens_scored in range(320, 320 + 64), "of 640 that are trained on"


def test_a_short_held_out_text_is_scored_whole_every_time(make_run: Callable[..., Run]) -> None:
    run = make_run("short", {"corpus": {"validation_fraction": 0.04}})
    assert train_here(run) == 0
    found = evaluated(run)
    assert len(found) == 4
    assert all(event.whole for event in found)
    history = RunHistory(run).read_all()
    assert history.evaluations == found
    assert history.held_out == found[-1]


def test_the_best_is_kept_and_a_stale_one_is_said_once(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    script([5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 3.3, 3.4], monkeypatch, whole=1.0)
    run = make_run("stale", SETTINGS, {"training": {"keep_checkpoints": 1}})
    assert train_here(run) == 0
    steps = [event.step for event in evaluated(run) if event.best]
    assert len(steps) == 3
    assert complete_steps(run) == [steps[-1], 40]
    (said,) = notices(run)
    assert said == (
        f"the held-out loss was best at step {steps[-1]} and has not improved for 3 evaluations; "
        "training.patience=3 would stop here"
    )


def test_patience_ends_a_run_which_stays_ended(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    script([5.0, 4.0, 4.5, 4.6, 4.7], monkeypatch)
    run = make_run("patient", SETTINGS, {"training": {"patience": 2}})
    assert train_here(run) == 0
    *curve, whole = evaluated(run)
    finished = run.events().read_all()[-1]
    assert isinstance(finished, Finished)
    assert [event.val_loss for event in curve] == [5.0, 4.0, 4.5, 4.6]
    assert finished.step == curve[-1].step == whole.step < 40
    assert finished.val_loss == 9.0
    assert f"was best at step {curve[1].step} and has not improved for 2 evaluations" in notices(run)[-1]
    assert train_here(run, "--resume") == 0
    assert max(step.step for step in run.metrics().read_all()) == finished.step
