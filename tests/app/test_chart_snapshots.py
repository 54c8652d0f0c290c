"""Snapshots of the chart: two metrics, boxes, and what the cursor reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from engine.runs.journals import journal
from engine.runs.journals.records import LearningRateChanged, NotFinite
from tests.app.fake_trainer import step_record
from tests.app.frozen_runs import STEPS, make_run
from tests.app.test_snapshots import LARGE, SMALL, frozen_texts, looks_as_before  # noqa: F401  (fixtures)
from tui.widgets.chart.chart import LossChart

if TYPE_CHECKING:
    from tests.app.conftest import User


def noise(step: int, device: int) -> float:
    """A sequence between -1 and 1 that is the same on each machine."""
    return (step * 7919 + device * 104_729) % 13 / 6 - 1


def run_on_gpus(state: Any = "training") -> None:
    """Write a run on two GPUs, whose losses scatter around their course, and whose rate was changed before a NaN."""
    run = make_run("stories-gpt-1", state, step=0)
    for step in range(1, 131):
        plain = step_record(step, STEPS)
        of_gpus = {
            "gpu_utilization": tuple(88 + 6 * noise(step, device) for device in range(2)),
            "gpu_power": tuple(400 + 40 * noise(step, device) for device in range(2)),
        }
        loss = (plain.train_loss or 0) + 0.3 * noise(step, 0)
        journal.append(run.metrics_path, replace(plain, train_loss=loss, **of_gpus))
    run.record_event(LearningRateChanged(time=0.0, step=60, scale=0.5))
    run.record_event(NotFinite(time=0.0, step=100, diagnostics={}))


async def in_the_chart(user: User, *keys: str) -> LossChart:
    """Press keys in the chart of the run, which is drawn whole."""
    await user.until(lambda: "stories-gpt-1" in user.app.lab.watcher.runs)
    user.app.lab_screen.select("stories-gpt-1")
    await user.press("3", "z")
    chart = user.app.screen.query_one(LossChart)
    await user.until(lambda: len(chart.curves.get("train", ())) == 130, "the whole curve is drawn")
    await user.settles()
    for key in keys:  # each moves by what is drawn
        await user.press(key)
        await user.settles()
    return chart


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "dark"), (LARGE, "dark"), (SMALL, "light")])
def test_two_metrics(looks_as_before: Any, size: tuple[int, int], theme: str) -> None:  # noqa: F811
    run_on_gpus()

    async def story(user: User) -> None:
        await in_the_chart(user, "M", "M", "M", "c")
        await user.sees("GPU utilization")

    assert looks_as_before(story, size, theme)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_box_between_two_corners(looks_as_before: Any, size: tuple[int, int]) -> None:  # noqa: F811
    run_on_gpus("finished")

    async def story(user: User) -> None:
        await in_the_chart(user, "c", "Z", *["right"] * 12, *["up"] * 3)
        await user.sees("A corner of the box is set.")

    assert looks_as_before(story, size)


def test_a_zoomed_box_with_a_wide_average(looks_as_before: Any) -> None:  # noqa: F811
    run_on_gpus("finished")

    async def story(user: User) -> None:
        await in_the_chart(user, "s", "c", "Z", "end", *["down"] * 1, "Z")
        await user.sees("zoomed")

    assert looks_as_before(story, SMALL)


def test_two_metrics_and_a_box_in_plain_ascii(
    looks_as_before: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LILM_ASCII", "1")
    run_on_gpus()

    async def story(user: User) -> None:
        await in_the_chart(user, "M", "c", "Z", *["left"] * 8, *["up"] * 2)
        await user.sees("A corner of the box is set.")

    assert looks_as_before(story, SMALL)
