"""Boxes to zoom into, by keyboard and mouse, and two panels with one crosshair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.widgets.test_chart import Host, ready, shown
from tui.widgets.chart.panel import Panel
from tui.widgets.glyphs import UNICODE

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.widgets.chart.chart import LossChart

GPU = [50.0 + step % 7 for step in range(1000)]


async def two_panels(pilot: Pilot[None]) -> LossChart:
    chart = await ready(pilot)
    curve = chart.curves["train"]
    chart.set_panels(Panel("loss"), Panel("", "{:.0f}%".format))
    chart.set_series("train", curve.x, curve.y)
    chart.set_series("GPU", range(1000), GPU, panel=1)
    await pilot.pause()
    return chart


async def test_the_keyboard_sets_two_corners_and_steps_back_out() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("Z")
        assert chart.crosshair.x is not None, "the first time it shows the crosshair"
        first = chart.crosshair.x
        await pilot.press("Z", *["right"] * 10, *["down"] * 3)
        second, level = chart.crosshair.x, chart.crosshair.y
        assert level is not None
        await pilot.pause()
        assert sum(UNICODE.cross in line for line in shown(chart)) >= 2, "the outline has corners"
        await pilot.press("Z")
        assert chart.view.x_range == (first, second)
        assert chart.view.y_range is not None
        assert chart.view.y_range[0] == level
        assert chart.crosshair.x is None
        await pilot.pause()
        assert "zoomed" in shown(chart)[0]
        await pilot.press("U")
        assert (chart.view.x_range, chart.view.y_range) == (None, None)


async def test_a_box_without_a_height_shows_all_values_and_escape_drops_a_corner() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("c", "Z", "left", "escape")
        assert chart.crosshair.corner is None
        assert chart.crosshair.x is not None, "the cursor stays"
        await pilot.press("Z", *["left"] * 5, "Z")
        assert chart.view.x_range is not None
        assert chart.view.y_range is None
        await pilot.press("backspace")
        assert chart.view.x_range is None


async def test_two_corners_in_one_place_change_nothing() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("c", "Z", "Z")
        assert not chart.is_zoomed
        assert chart.crosshair.corner is None


@pytest.mark.parametrize(
    ("start", "end", "zooms_x", "zooms_y"),
    [((20, 5), (50, 15), True, True), ((20, 5), (50, 5), True, False), ((20, 5), (20, 15), False, True)],
)
async def test_the_mouse_drags_a_box(
    start: tuple[int, int], end: tuple[int, int], zooms_x: bool, zooms_y: bool
) -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        x, figure = chart.stack.x, chart.stack.figures[0]
        await pilot.mouse_down(chart, offset=start)
        await pilot.hover(chart, offset=end)
        assert chart.view.box is not None
        await pilot.mouse_up(chart, offset=end)
        view = chart.view
        assert chart.crosshair.x is None, "a drag sets no cursor"
        assert (view.x_range is not None, view.y_range is not None, view.box) == (zooms_x, zooms_y, None)
        if view.x_range is not None:
            assert view.x_range[0] == pytest.approx(x.value((start[0] - 7) / (figure.plot_width - 1)))
        if view.y_range is not None:
            assert view.y_range == (figure.level(end[1] - 1), figure.level(start[1] - 1))
        await pilot.press("U")
        assert not chart.is_zoomed


async def test_two_panels_have_one_axis_of_steps_and_one_crosshair() -> None:
    async with Host().run_test() as pilot:
        chart = await two_panels(pilot)
        assert len(shown(chart)) == 24
        assert sum("steps" in line for line in shown(chart)) == 1
        assert len({(figure.x.low, figure.x.high) for figure in chart.stack.figures}) == 1
        await pilot.press("c")
        await pilot.pause()
        step = int(chart.crosshair.x or 0)
        legends = [shown(chart)[top] for top in chart.stack.tops]
        assert all(f"step {step}" in legend for legend in legends)
        assert f"GPU {GPU[step]:.0f}%" in legends[1]
        columns = {
            line.index(UNICODE.marker)
            for line in shown(chart)[1:]
            if UNICODE.marker in line and "GPU" not in line
        }
        assert len(columns) == 1, "the marks at the crosshair are in one column"


async def test_the_crosshair_goes_down_into_the_next_panel_where_keys_then_act() -> None:
    async with Host().run_test() as pilot:
        chart = await two_panels(pilot)
        await pilot.press("c", *["down"] * 20)
        assert chart.crosshair.panel == 1
        await pilot.press("l")
        assert [panel.log for panel in chart.panels] == [False, True]
        await pilot.press("Z", *["up"] * 30, *["right"] * 3, "Z")
        assert chart._looks.now.y.keys() == {1}, "a box stays in its panel"
        assert chart.view.x_range is not None


async def test_where_there_is_no_room_for_two_panels_the_first_is_drawn() -> None:
    async with Host().run_test(size=(80, 9)) as pilot:
        chart = await two_panels(pilot)
        assert len(chart.stack.figures) == 1
        assert len(shown(chart)) == 9
        await pilot.press("c", *["down"] * 20, "Z", "left", "Z")
        for size in ((80, 10), (20, 3), (1, 1), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert len(chart.stack.figures) == 2


async def test_other_panels_keep_the_visible_steps_and_the_cursor() -> None:
    async with Host().run_test() as pilot:
        chart = await ready(pilot)
        await pilot.press("plus", "c")
        before, cursor = chart.view.x_range, chart.crosshair.x
        chart.set_panels(Panel(""))
        chart.set_series("GPU", range(1000), GPU)
        await pilot.pause()
        assert (chart.view.x_range, chart.crosshair.x) == (before, cursor)
