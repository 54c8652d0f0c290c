"""The lab in terminals of all sizes, as columns, tabs or one pane, by keyboard and mouse, and while they change."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tui.lab.conversation import Turn
from tui.lab.saved_talk import save
from tui.panes.pane import Pane
from tui.widgets.chart.chart import LossChart
from tui.widgets.prompt import Prompt
from tui.widgets.tab_line import TabLine
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from tui.screens.lab.pane_layout import PaneName

WIDE, TABS, SINGLE = (120, 40), (80, 24), (58, 15)
SHAPES = (WIDE, TABS, SINGLE)
KEYS: dict[str, PaneName] = {"1": "corpora", "2": "runs", "3": "chart", "4": "talk"}


def on_screen(user: User) -> list[str | None]:
    return [pane.id for pane in user.app.lab_screen.query(Pane) if pane.is_on_screen]


async def resize(user: User, size: tuple[int, int]) -> None:
    await user.pilot.resize_terminal(*size)
    await user.until(lambda: user.app.lab_screen.size == size)
    await user.pilot.pause()


@pytest.mark.parametrize(
    ("size", "pages"),
    [
        (TABS, (["corpora", "chart"], ["runs", "chart"], ["chart"], ["chart", "talk"])),
        (SINGLE, (["corpora"], ["runs"], ["chart"], ["talk"])),
    ],
)
async def test_digits_and_clicks_open_the_pages(size: tuple[int, int], pages: tuple[list[str], ...]) -> None:
    make_run("fox", "finished")
    async with open_lab(size) as user:
        await user.run_is("fox", "finished")
        for key, page in reversed(list(zip(KEYS, pages, strict=True))):
            await user.press("escape", key)
            assert on_screen(user) == page
            assert user.app.lab_screen.pane == KEYS[key]
        line = user.app.lab_screen.query_one(TabLine)
        for key, page in zip(KEYS, pages, strict=True):
            await user.pilot.click(line, offset=(line.text.index(key), 0))
            await user.pilot.pause()
            assert on_screen(user) == page
            assert user.app.lab_screen.pane == KEYS[key]


async def test_panes_have_the_width_of_a_small_terminal() -> None:
    make_run("fox", "finished")
    async with open_lab(TABS) as user:
        await user.run_is("fox", "finished")
        await user.press("4")
        assert user.app.lab_screen.query_one("#talk").size.width == 78
        await user.press("escape", "3")
        assert user.app.lab_screen.query_one("#chart").outer_size == (80, 21)
        await resize(user, SINGLE)
        assert user.app.lab_screen.query_one("#chart").outer_size == (58, 13)
        await resize(user, (20, 6))
        assert user.app.lab_screen.query_one("#chart").outer_size == (20, 5)


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("zoomed", [False, True])
async def test_tab_goes_round_all_panes(size: tuple[int, int], zoomed: bool) -> None:
    make_run("fox", "finished")
    async with open_lab(size) as user:
        await user.run_is("fox", "finished")
        if zoomed and size != SINGLE:
            await user.press("z")
        for key, order in (("tab", KEYS.values()), ("shift+tab", reversed(KEYS.values()))):
            await user.press("1")
            passed = ["corpora"]
            for _ in range(4 if key == "tab" else 5):
                await user.press(key)
                pane = user.app.lab_screen.pane
                assert pane in on_screen(user)
                if pane != passed[-1]:
                    passed.append(pane)
            assert passed[:4] == [*order][:4] if key == "tab" else passed[1:4] == [*order][:3]


async def test_a_page_stays_while_the_focus_is_on_it() -> None:
    make_run("fox", "finished")
    async with open_lab(TABS) as user:
        await user.run_is("fox", "finished")
        await user.press("2", "tab")
        assert user.app.lab_screen.pane == "chart"
        assert on_screen(user) == ["runs", "chart"]
        await user.press("z")
        assert on_screen(user) == ["chart"]
        await user.press("z")
        assert on_screen(user) == ["runs", "chart"]
        await user.press("z", "2")
        assert on_screen(user) == ["runs"], "the zoom goes with the keys of panes"
        await user.press("escape")
        assert on_screen(user) == ["runs", "chart"]


async def test_one_pane_has_nothing_to_zoom() -> None:
    async with open_lab(SINGLE) as user:
        await user.press("z")
        await user.sees("fills the screen already")
        assert "zoom" not in user.app.lab_screen.query_one("#keys").text
        await resize(user, TABS)
        assert len(on_screen(user)) == 2


async def test_a_run_that_trains_is_in_view_while_one_talks_to_another() -> None:
    make_run("owl", "training", step=100)
    make_run("fox", "finished")
    for size in (TABS, SINGLE):
        async with open_lab(size) as user:
            await user.run_is("owl", "training")
            await user.run_is("fox", "finished")
            user.app.lab_screen.select("fox")
            await user.press("4")
            await user.write("once")
            await user.sees("● owl 50%  loss")
            await user.press("enter")
            await user.sees("little fox")
            user.app.lab_screen.select("owl")
            await user.until(lambda user=user: "owl" not in user.app.lab_screen.query_one(TabLine).text)
            line = user.screen_text().splitlines()[0]
            assert "training" in line
            assert "loss" in line


async def test_nothing_is_lost_by_other_sizes() -> None:
    for number in range(30):
        make_run(f"fox-{number:02}", "finished", step=40)
    run = make_run("owl", "finished")
    for number in range(60):
        save(run, Turn("you" if number % 2 else "model", f"turn {number}"))
    async with open_lab(WIDE) as user:
        await user.run_is("owl", "finished")
        screen = user.app.lab_screen
        screen.select("owl")
        await user.sees("turn 59")
        await user.press("1", "down", "down")
        text = screen._corpora.chosen
        await user.press("3", "l", "plus", "plus", "c")
        chart = screen.query_one(LossChart)
        transcript = screen.query_one(Transcript)
        await user.press("4")
        await user.write("half")
        transcript.scroll_to_row(transcript._conversation.row_of(20, 0))
        view = (chart.view.log, chart.view.x_range, chart.view.cursor)
        for size in (TABS, SINGLE, (20, 5), TABS, WIDE, SINGLE, WIDE):
            await resize(user, size)
            assert screen.pane == "talk"
            assert "talk" in on_screen(user)
            assert screen.query_one(Prompt).has_focus
            assert screen.query_one(Prompt).text == "half"
            assert screen.selected is user.run("owl")
            assert screen._corpora.chosen == text
            assert (chart.view.log, chart.view.x_range, chart.view.cursor) == view
            assert transcript._conversation.row(transcript.top).turn == 20


async def test_a_list_that_was_scrolled_away_from_its_cursor_stays_so() -> None:
    for number in range(40):
        make_run(f"fox-{number:02}", "finished", step=40)
    async with open_lab(TABS) as user:
        await user.until(lambda: len(user.app.lab_screen.query_one("#runs-rows").rows) == 40)
        await user.press("2")
        rows = user.app.lab_screen.query_one("#runs-rows")
        rows.scroll_to(y=30, animate=False)
        await user.until(lambda: rows.scroll_offset.y == 30)
        for size in (SINGLE, TABS, WIDE, TABS):
            await resize(user, size)
            assert rows.scroll_offset.y == 30


async def test_the_focus_comes_back_with_the_room_for_what_had_it() -> None:
    make_run("fox", "finished")
    async with open_lab(TABS) as user:
        await user.run_is("fox", "finished")
        await user.press("3")
        await resize(user, (20, 3))
        await resize(user, TABS)
        assert user.app.lab_screen.query_one(LossChart).has_focus


@pytest.mark.fault("app ends")
async def test_no_size_is_too_small_or_too_large() -> None:
    """open_lab fails for every defect that the app survived."""
    make_run("owl", "training", step=100)
    make_run("fox", "died", step=30)
    sizes = [*product((1, 2, 5, 12, 59, 60), (1, 2, 3, 7, 15, 16)), (300, 100), (99, 200), (100, 1), (1, 100)]
    async with open_lab(TABS) as user:
        await user.run_is("owl", "training")
        user.app.lab_screen.select("owl")
        for index, size in enumerate(sizes):
            await resize(user, size)
            await user.press("escape", list(KEYS)[index % 4], "tab", "z")
        await resize(user, TABS)
        await user.press("escape", "2")
        await user.sees("owl")
