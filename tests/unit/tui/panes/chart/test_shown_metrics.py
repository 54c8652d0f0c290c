"""Cycling through the metrics that a run records, above and below."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.runs.journals import journal
from engine.runs.journals.history import RunHistory
from tests.app.fake_trainer import step_record
from tests.unit.inference.small_runs import make_run
from tui.panes.chart.shown_metrics import LOSS, ShownMetrics, recorded_metrics

RECORDED = [LOSS, "tokens_per_second", "learning_rate"]


def test_the_upper_metric_goes_round() -> None:
    metrics, seen = ShownMetrics(), []
    for _ in range(4):
        seen.append(metrics.upper)
        metrics.next_upper(RECORDED)
    assert seen == [*RECORDED, LOSS]


def test_the_lower_metric_is_another_one_and_then_none() -> None:
    metrics, seen = ShownMetrics(), []
    for _ in range(4):
        seen.append(metrics.names)
        metrics.next_lower(RECORDED)
    assert seen == [(LOSS,), (LOSS, "tokens_per_second"), (LOSS, "learning_rate"), (LOSS,)]


@given(st.lists(st.sampled_from("mM"), max_size=20))
def test_no_metric_is_shown_twice(keys: list[str]) -> None:
    metrics = ShownMetrics()
    for key in keys:
        (metrics.next_upper if key == "m" else metrics.next_lower)(RECORDED)
        assert len(set(metrics.names)) == len(metrics.names)
        assert set(metrics.names) <= set(RECORDED)


def test_a_run_has_the_metrics_that_any_of_its_lines_has() -> None:
    run = make_run()
    for line in (replace(step_record(2, 9), gradient_norm=0.5), step_record(3, 9)):
        journal.append(run.metrics_path, line)
    history = RunHistory(run).read_all()
    assert recorded_metrics(history) == [LOSS, "tokens_per_second", "learning_rate", "gradient_norm"]
