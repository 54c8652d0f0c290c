"""A user compares a curve with baselines, and sees where it is going."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from engine.runs.journals import journal
from engine.studies.results.baselines import BaselineStudy
from tests.app.conftest import open_lab
from tests.app.fake_trainer import step_record
from tests.app.frozen_runs import make_run
from tui.panes.chart.baselines import COMPARED, NO_LOSSES
from tui.widgets.chart.chart import LossChart
from tui.widgets.chart.drawing.legend import end_value
from tui.widgets.glyphs import UNICODE

if TYPE_CHECKING:
    import pytest

    from tui.lab.study_runner import StudyCommand, StudyReader

FOUND = BaselineStudy(uniform=6.9, unigram=5.5, kneser_ney=2.5, order=5, tokens=999, seconds=0.5)


async def test_baselines_are_lines_and_then_the_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        asked = []

        def run(command: StudyCommand, reader: StudyReader) -> None:
            asked.append(command.shown)
            reader.result_came(msgspec.json.encode(FOUND).decode())
            reader.ended("")

        monkeypatch.setattr(user.app.lab.studies, "run", run)
        chart = user.app.screen.query_one(LossChart)
        last = chart.curves["train"].y[-1]
        await user.press("3", "B")
        await user.sees("ln vocabulary")
        await user.sees("5-gram")
        assert chart.view.levels[-1] == (2.5, "5-gram")
        await user.press("B")
        await user.sees("nats per token above Kneser-Ney")
        assert chart.curves["train"].y[-1] == last - 2.5
        await user.press("B")
        await user.sees("nats per token")
        assert not chart.view.levels
        assert asked == ["lilm study baselines fox"], "counted once"


async def test_a_run_without_baselines_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        monkeypatch.setattr(
            user.app.lab.studies, "run", lambda command, reader: reader.ended("its text is gone")
        )
        await user.press("3", "B")
        await user.sees("no baselines: its text is gone")


async def test_baselines_that_are_not_drawn_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("fox", "hen"):
        make_run(name, "finished")
    async with open_lab((120, 40)) as user:
        for name in ("fox", "hen"):
            await user.run_is(name, "finished")
        monkeypatch.setattr(
            user.app.lab.studies, "run", lambda command, reader: reader.ended("its text is gone")
        )
        await user.press("3", "B", "m")
        await user.sees(NO_LOSSES)
        await user.press("2", "asterisk")
        await user.sees(COMPARED)
        await user.press("asterisk", "3", "B", "B")
        await user.until(lambda: COMPARED not in user.screen_text())


async def test_a_run_that_trains_has_a_forecast_up_to_its_planned_end() -> None:
    make_run("fox", "training")
    async with open_lab() as user:
        await user.run_is("fox", "training")
        chart = user.app.screen.query_one(LossChart)
        await user.until(lambda: chart.view.forecast is not None)
        forecast = chart.view.forecast
        assert (forecast.x[0], forecast.x[-1]) == (120, 200)
        await user.until(lambda: chart.stack is not None and chart.stack.x.high == 200)
        await user.press("3", "m")
        await user.until(lambda: chart.view.forecast is None)


async def test_a_second_metric_is_below_the_losses_where_it_fits() -> None:
    make_run("fox", "finished")
    async with open_lab((100, 24)) as user:
        await user.run_is("fox", "finished")
        await user.press("3", "M")
        await user.sees("A second metric needs more rows; z may help.")
        await user.press("z")
        await user.sees("━ tokens per second 8.19k tok/s")
        assert "needs more rows" not in user.screen_text()
        chart = user.app.screen.query_one(LossChart)
        upper, lower = chart.panels
        assert [len(upper.curves["train"]), len(lower.curves["tokens per second"])] == [120, 120]
        await user.press("M", "M")
        await user.until(lambda: len(chart.panels) == 1)
        assert len(chart.curves["train"]) == 120


async def test_a_box_is_explained_and_escape_and_u_lead_out_of_it() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        chart = user.app.screen.query_one(LossChart)
        await user.press("3", "c", "Z")
        await user.sees("A corner of the box is set.")
        await user.press("escape")
        await user.sees("Written at step")
        await user.press("Z", *["left"] * 6, "up", "Z")
        await user.sees("zoomed")
        x_range = chart.view.x_range
        await user.press("m")
        await user.sees("tokens per second")
        assert chart.view.x_range == x_range, "another metric of the same steps"
        await user.press("U")
        await user.until(lambda: not chart.is_zoomed)
        assert "zoomed" not in user.screen_text()


async def test_the_legend_has_the_expected_end_of_a_run_that_trains() -> None:
    make_run("fox", "training")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "training")
        chart = user.app.screen.query_one(LossChart)
        await user.until(lambda: chart.view.forecast is not None)
        await user.sees(f"at the end {end_value(chart.view.forecast, UNICODE)}")


async def test_a_metric_that_the_next_run_lacks_is_said() -> None:
    make_run("fox", "finished")
    counted = make_run("ngram", "finished", step=0)
    for step in range(1, 121):
        journal.append(counted.metrics_path, replace(step_record(step, 200), learning_rate=None))
    async with open_lab((120, 40)) as user:
        for name in ("fox", "ngram"):
            await user.run_is(name, "finished")
        user.app.lab_screen.select("fox")
        await user.press("3", "m", "m")
        await user.sees("━ learning rate")
        user.app.lab_screen.select("ngram")
        await user.sees("ngram has no record of learning rate; m and M show other metrics.")


async def test_each_gpu_of_a_run_has_a_curve() -> None:
    run = make_run("fox", "finished", step=0)
    for step in range(1, 41):
        of_gpus = {"gpu_utilization": (90.0 + step % 5, 50.0), "gpu_temperature": (61.0, None)}
        journal.append(run.metrics_path, replace(step_record(step, 40), **of_gpus))
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        chart = user.app.screen.query_one(LossChart)
        await user.press("3", "M", "M", "M")
        await user.sees("GPU utilization  ━ 0 9")
        await user.sees("━ 1 50%")
        assert {len(curve) for curve in chart.panels[1].curves.values()} == {40}
        await user.press("M")
        await user.sees("GPU temperature  ━ 0 61 °C")
        await user.press("M")
        await user.until(lambda: len(chart.panels) == 1, "no memory or power was recorded")


async def test_events_at_the_cursor_are_named() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("3", "c", "end")
        await user.sees("Here: checkpoint.")
