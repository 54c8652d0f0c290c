"""Events of a run on the axis of the chart."""

from __future__ import annotations

from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Checkpoint, LearningRateChanged, NotFinite, Resumed
from tests.app.fake_trainer import step_record
from tests.unit.inference.small_runs import make_run
from tui.panes.chart.marks import describe_marks, event_marks
from tui.widgets.glyphs import ASCII


def history_with(*events: Checkpoint | LearningRateChanged | NotFinite | Resumed) -> RunHistory:
    history = RunHistory(make_run())
    history.steps = [step_record(step, 100) for step in (10, 20, 30)]
    history.marks.clear()
    history.marks.extend(events)
    return history


def step(record: object) -> float:
    return record.step  # type: ignore[attr-defined, no-any-return]


def test_an_event_is_at_the_first_line_from_its_step_on() -> None:
    history = history_with(
        Checkpoint(time=0, step=10),
        Checkpoint(time=0, step=11),
        LearningRateChanged(time=0, step=20, scale=0.5),
    )
    assert event_marks(history, step, ASCII) == [(10, "'"), (20, "'"), (20, "L")], (
        "the rarer kind covers the other"
    )
    assert (
        describe_marks(history, step, 15, 25)
        == "checkpoint, learning rate 0.5 times the schedule's from here"
    )
    assert describe_marks(history, step, 21, 29) == ""


def test_a_loss_that_ends_the_run_is_marked_at_its_last_line() -> None:
    history = history_with(NotFinite(time=0, step=31, diagnostics={}), Checkpoint(time=0, step=30))
    assert event_marks(history, step, ASCII) == [(30, "'"), (30, "!")]
    assert "the loss of step 31 is NaN or infinite" in describe_marks(history, step, 30, 30)


def test_a_run_that_is_resumed_is_marked_there_and_one_without_a_line_has_no_marks() -> None:
    history = history_with(Resumed(time=0, step=15))
    assert event_marks(history, step, ASCII) == [(20, "R")]
    history.steps = []
    assert event_marks(history, step, ASCII) == []
