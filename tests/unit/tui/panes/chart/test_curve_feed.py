"""Records become points, each once, while another thread appends them."""

from __future__ import annotations

import pytest

from engine.runs.journals.records import Step
from tui.panes.chart.curve_feed import CurveFeed
from tui.widgets.chart.chart import LossChart


def step(number: int) -> Step:
    return Step(step=number, tokens=number, seconds=1, fraction=0.5, train_loss=2.0, tokens_per_second=1)


@pytest.mark.fault("app ends")
def test_a_list_that_another_thread_extends_is_drawn_up_to_where_it_was() -> None:
    chart, records = LossChart(), [step(1), step(2)]
    feed = CurveFeed(chart)

    def value(record: Step) -> float | None:
        if len(records) == 2:
            records.append(step(3))
        return record.train_loss

    feed.feed("train", records, value, x=lambda record: record.step)
    assert list(chart.curves["train"].x) == [1, 2]
    feed.feed("train", records, value, x=lambda record: record.step)
    assert list(chart.curves["train"].x) == [1, 2, 3]
