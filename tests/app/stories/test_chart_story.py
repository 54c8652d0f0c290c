"""A user compares a curve with baselines, and sees where it is going."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.studies.results.baselines import BaselineStudy
from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.widgets.chart.chart import LossChart

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
        last = chart._curves["train"].y[-1]
        await user.press("3", "B")
        await user.sees("ln vocabulary")
        await user.sees("5-gram")
        assert chart.view.levels[-1] == (2.5, "5-gram")
        await user.press("B")
        await user.sees("nats per token above Kneser-Ney")
        assert chart._curves["train"].y[-1] == last - 2.5
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


async def test_a_run_that_trains_has_a_forecast_up_to_its_planned_end() -> None:
    make_run("fox", "training")
    async with open_lab() as user:
        await user.run_is("fox", "training")
        chart = user.app.screen.query_one(LossChart)
        await user.until(lambda: chart.view.forecast is not None)
        forecast = chart.view.forecast
        assert (forecast.x[0], forecast.x[-1]) == (120, 200)
        await user.until(lambda: chart._figure is not None and chart._figure.x.high == 200)
        await user.press("3", "m")
        await user.until(lambda: chart.view.forecast is None)
