from __future__ import annotations

import pytest

from engine.runs.journals.records import Step
from tui.panes.chart.chart_pane import ChartPane
from tui.panes.chart.scales import short_names


def step(number: int) -> Step:
    return Step(step=number, tokens=number, seconds=1, fraction=0.5, train_loss=2.0, tokens_per_second=1)


@pytest.mark.fault("app ends")
def test_a_list_that_another_thread_extends_is_drawn_up_to_where_it_was() -> None:
    pane, records = ChartPane(), [step(1), step(2)]

    def value(record: Step) -> float | None:
        if len(records) == 2:
            records.append(step(3))
        return record.train_loss

    pane._feed("train", records, value, "train")
    assert list(pane._chart._curves["train"].x) == [1, 2]
    pane._feed("train", records, value, "train")
    assert list(pane._chart._curves["train"].x) == [1, 2, 3]


def test_compared_runs_are_named_without_what_they_have_in_common() -> None:
    assert short_names(["race-1-gpt", "race-1-mlp"]) == {"race-1-gpt": "gpt", "race-1-mlp": "mlp"}
    assert short_names(["stories-gpt-1", "stories-gpt-12"]) == {"stories-gpt-1": "1", "stories-gpt-12": "12"}
    assert short_names(["fox", "foxes"]) == {"fox": "fox", "foxes": "foxes"}
    assert short_names(["only-one"]) == {"only-one": "only-one"}
