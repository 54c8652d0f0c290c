"""The loss chart in an app: what its keys do, and what it sends."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from textual import events
from textual.app import App, ComposeResult

from tui.widgets.chart.chart import SMOOTHINGS, LossChart

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.app.widgets.conftest import Wire


class Host(App[None]):
    ascii_glyphs = False

    def compose(self) -> ComposeResult:
        yield LossChart(id="chart")

    @property
    def chart(self) -> LossChart:
        return self.query_one(LossChart)


def fill(chart: LossChart, points: int = 1000) -> None:
    noise = random.Random(1)
    chart.set_series(
        "train",
        range(points),
        [1.2 + 3 * math.exp(-5 * step / points) + noise.gauss(0, 0.1) for step in range(points)],
    )
    chart.set_series("validation", [points // 2, points - 1], [1.9, 1.4], kind="validation")


def shown(chart: LossChart) -> list[str]:
    return [chart.render_line(y).text for y in range(chart.size.height)]


async def ready(pilot: Pilot[None]) -> LossChart:
    chart = pilot.app.query_one(LossChart)
    fill(chart)
    chart.focus()
    await pilot.pause()
    return chart


async def test_it_shows_what_it_was_fed() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        lines = shown(chart)
        assert len(lines) == 24
        assert "train" in lines[0]
        assert "validation 1.400" in lines[0]
        chart.append("validation", 2000, 0.5, kind="validation")
        chart.append("new\x1b[2J", 2000, 0.7)
        await pilot.pause()
        assert "validation 0.5000" in shown(chart)[0]
        assert "new␛[2J 0.7000" in shown(chart)[0]
        chart.clear()
        await pilot.pause()
        assert "validation" not in shown(chart)[0]


async def test_keys_change_the_view() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("l")
        assert chart.view.log
        for smoothing in (*SMOOTHINGS[3:], *SMOOTHINGS[:3]):
            await pilot.press("s")
            assert chart.view.smoothing == smoothing
        assert chart.view.x_range is None
        await pilot.press("plus", "plus")
        assert chart.view.x_range == (999 * 3 / 4, 999)
        await pilot.press("left")
        assert chart.view.x_range == (999 * 11 / 16, 999 * 15 / 16)
        await pilot.press("minus", "minus")
        assert chart.view.x_range is None
        await pilot.press("plus", "home")
        assert chart.view.x_range is None


async def test_a_close_look_follows_the_end_until_it_is_moved_away() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("plus", "plus")
        chart.append("train", 1100, 1.0)
        await pilot.pause()
        assert chart.view.x_range is not None
        assert chart.view.x_range[0] < 1100 <= chart.view.x_range[1]
        await pilot.press("left", "left")
        moved = chart.view.x_range
        chart.append("train", 2000, 1.0)
        await pilot.pause()
        assert chart.view.x_range == moved
        await pilot.press("end")
        await pilot.pause()
        assert chart.view.x_range[1] >= 2000


async def test_the_cursor_reads_values_and_escape_hides_it() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("c")
        start = chart.view.cursor
        assert start is not None
        await pilot.press("right", "right", "left")
        assert chart.view.cursor is not None
        assert start < chart.view.cursor < start + 30
        await pilot.pause()
        assert f"step {chart.view.cursor:.0f}" in shown(chart)[0]
        await pilot.press("end")
        assert chart.view.cursor == 999
        await pilot.press("escape")
        assert chart.view.cursor is None


async def test_the_mouse_points_and_the_wheel_zooms() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.click(chart, offset=(43, 10))
        assert chart.view.cursor is not None
        assert 450 < chart.view.cursor < 550
        chart.post_message(events.MouseScrollUp(chart, 43, 10, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert chart.view.x_range is not None


async def test_ascii_signs_are_ascii() -> None:
    app = Host()
    app.ascii_glyphs = True
    async with app.run_test() as pilot:
        assert "".join(shown(await ready(pilot))).isascii()


async def test_it_fits_any_size() -> None:
    async with Host().run_test(size=(120, 40)) as pilot:
        chart = await ready(pilot)
        for size in ((80, 24), (20, 5), (8, 3), (1, 1), (200, 50)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert [len(line) for line in shown(chart)][:3] == [size[0]] * min(3, size[1])


async def test_a_new_point_sends_little(wire: Wire) -> None:
    async with Host().run_test(size=(80, 24)) as pilot:
        chart = await ready(pilot)
        chart.set_axis("steps", x_end=2000)
        fill(chart)
        await pilot.pause()
        sent = []
        for step in range(1000, 1040):
            wire.taken()
            chart.append("train", step, 1.2 + random.Random(step).gauss(0, 0.1))
            await pilot.pause()
            sent.append(wire.bytes())
        assert 0 < sum(sent) / len(sent) < 1000
        assert max(sent) < 2000
        wire.taken()
        await pilot.pause(0.1)
        assert wire.bytes() == 0, "an idle chart sends nothing"
