"""A finished run that gets more budget continues, and keeps the larger budget when it is resumed again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.cli import main
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import BudgetExtended, Finished
from tests.unit.inference.small_runs import make_run as make_counted
from tests.unit.training.trainers import losses, train_here

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from engine.runs.folder import Run


def test_a_finished_run_goes_on_with_more_budget(make_run: Callable[..., Run]) -> None:
    run = make_run("more", {"training": {"budget": "8steps", "evaluations": 4}})
    assert train_here(run) == 0
    first = losses(run)
    assert train_here(run, "--resume", "--more-budget", "8steps") == 0
    history = RunHistory(run).read_all()
    assert history.extension is not None
    assert (history.extension.step, history.extension.budget) == (8, "16steps")
    assert history.finished is not None
    assert history.finished.step == 16
    assert losses(run).keys() == set(range(1, 17))
    assert {step: losses(run)[step] for step in first} == first
    # The four of eight steps, then those after the first half of sixteen.
    assert [evaluation.step for evaluation in history.evaluations] == [1, 3, 6, 8, 11, 16]
    assert history.last is not None
    assert history.last.fraction == 1.0

    # Killed before it wrote a checkpoint, it has an extension and a checkpoint that knows nothing of it.
    run.record_event(BudgetExtended(time=time.time(), step=16, budget="18steps"))
    assert train_here(run, "--resume") == 0
    assert [event.step for event in run.events().read_all() if isinstance(event, Finished)] == [8, 16, 18]


def test_what_cannot_get_more_is_refused(
    make_run: Callable[..., Run], capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run("steps", {"training": {"budget": "8steps"}})
    assert train_here(run) == 0
    make_counted("counted")
    for name, more, said in (
        ("steps", "3m", "a budget of 8steps is in steps, and 3m in seconds"),
        ("steps", "lots", "cannot read the budget 'lots'"),
        ("counted", "3m", "nothing to go on with"),
    ):
        assert main(["train", "--resume", name, "--budget", more]) == 2
        assert said in capsys.readouterr().err
    assert main(["train", "--resume", "steps"]) == 2
    assert "more with --budget" in capsys.readouterr().err
    assert max(losses(run)) == 8
