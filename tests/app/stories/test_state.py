"""The lab opens as it was left: text, run, pane, zoom, temperature and the half-typed prompts."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from engine.runs.folder import remove_run
from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tests.app.lab_process import LAB
from tests.app.terminal import Terminal
from tui.lab.saved_talk import read_draft
from tui.memory import memory_file, remember, remembered
from tui.screens.lab.lab_state import LabState, read_lab_state
from tui.widgets.prompt import Prompt
from tui.widgets.sampling_slider import SamplingSlider

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def settled(user: User, *runs: str) -> None:
    """The texts and the runs are listed, and a run is shown."""
    for name in runs:
        await user.run_is(name, "finished")
    await user.until(lambda: user.app.lab_screen.selected is not None)
    await user.pilot.pause()


def selections(user: User) -> tuple[str | None, str | None, str, tuple[str, ...]]:
    screen = user.app.lab_screen
    return screen._corpora.selected, screen._runs.selected, screen.pane, screen.shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (58, 15)])
async def test_the_lab_opens_as_it_was_left(size: tuple[int, int]) -> None:
    for name in ("cat", "fox", "hen"):
        make_run(name, "finished", step=40)
    async with open_lab(size) as user:
        await settled(user, "cat", "fox", "hen")
        await user.press("1", "down", "2", "end", "up", "3")
        if size != (58, 15):
            await user.press("z")
        left = selections(user)
        assert left[0] != "stories"
        assert left[1] == "fox"
    async with open_lab(size) as user:
        await settled(user, "cat", "fox", "hen")
        await user.until(lambda: selections(user) == left, "it is as it was left")
        await user.press("2")
        assert user.app.lab_screen._runs.has_focus_within


async def test_theme_temperature_and_prompt_are_kept_when_the_app_ends_at_once() -> None:
    make_run("cat", "finished")
    make_run("fox", "finished")
    async with open_lab() as user:
        await settled(user, "cat", "fox")
        user.app.lab_screen.select("fox")
        await user.until(lambda: user.app.lab_screen.selected is user.run("fox"))
        user.app.theme = "high-contrast"
        user.app.lab_screen.query_one(SamplingSlider).focus()
        await user.press("left", "left", "left")
        await user.press("4")
        await user.write("half")
    async with open_lab() as user:
        await settled(user, "fox")
        assert user.app.theme == "high-contrast"
        assert user.app.lab_screen.selected is user.run("fox")
        prompt = user.app.lab_screen.query_one(Prompt)
        await user.until(lambda: prompt.text == "half")
        assert prompt.has_focus
        assert user.app.lab_screen.query_one(SamplingSlider).temperature == 0.65
        await user.write(" more")
        assert prompt.text == "half more"


async def test_a_text_of_ones_own_is_selected_when_it_is_listed(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("once upon a time")
    make_run("cat", "finished", step=40, settings={"corpus": {"sources": [str(own)]}})
    remember(lab={"text": str(own)})
    async with open_lab() as user:
        await settled(user, "cat")
        await user.until(lambda: user.app.lab_screen._corpora.selected == str(own))


async def test_a_run_and_a_text_that_are_gone_are_forgotten() -> None:
    make_run("cat", "finished", step=40)
    fox = make_run("fox", "finished", step=40)
    remember(lab={"text": "/no/such/text", "run": "fox", "pane": "talk", "zoomed": True})
    remove_run(fox)
    async with open_lab() as user:
        await settled(user, "cat")
        assert selections(user) == ("stories", "cat", "talk", ("talk",))
        assert user.screen_text().startswith(" cat  ")
    assert read_lab_state() == LabState("stories", "cat", "talk", zoomed=True)


async def test_without_any_run_a_text_is_to_be_chosen() -> None:
    remember(lab={"text": "verses", "run": "fox", "pane": "talk", "zoomed": False})
    async with open_lab() as user:
        await user.until(lambda: user.app.lab_screen.pane == "corpora")
        await user.sees("train a small GPT on verses")
        assert user.app.lab_screen._corpora.has_focus_within


@pytest.mark.fault("app ends")
@pytest.mark.parametrize(
    "kept",
    [
        "cat",
        [1],
        {"text": 3, "run": None, "pane": "moon", "zoomed": "yes"},
        {"run": ["cat"], "pane": {"a": 1}, "more": 1},
        {"run": "\x1b[2J", "text": "\0" * 9999, "zoomed": 1},
    ],
)
async def test_a_state_that_makes_no_sense_is_as_none(kept: object) -> None:
    make_run("cat", "finished", step=40)
    remember(lab=kept)
    async with open_lab() as user:
        await settled(user, "cat")
        assert selections(user) == ("stories", "cat", "corpora", ("corpora", "chart"))


@pytest.mark.fault("app ends")
async def test_a_damaged_file_is_set_aside_and_the_lab_opens() -> None:
    make_run("cat", "finished", step=40)
    remember(theme="light")
    memory_file().write_bytes(b'{"lab": \xff')
    async with open_lab() as user:
        await settled(user, "cat")
        await user.press("2")
    assert memory_file().with_name("app.damaged.json").read_bytes() == b'{"lab": \xff'
    assert read_lab_state().pane == "runs"


@pytest.mark.fault("two writers")
async def test_two_apps_keep_what_each_changed() -> None:
    make_run("cat", "finished", step=40)
    make_run("fox", "finished", step=40)
    async with open_lab() as one:
        await settled(one, "cat", "fox")
        async with open_lab() as other:
            await settled(other, "cat", "fox")
            other.app.theme = "light"
            other.app.lab_screen.select("fox")
            await other.press("4")
            await other.write("hers")
        one.app.lab_screen.select("cat")
        await one.until(lambda: one.app.lab_screen.selected is one.run("cat"))
        await one.press("4")
        await one.write("his")
    assert remembered()["theme"] == "light"
    assert read_lab_state().run == "cat"
    assert [read_draft(one.run(name).run) for name in ("cat", "fox")] == ["his", "hers"]


@pytest.mark.fault("lost work")
def test_a_killed_app_has_kept_its_state(injected: Callable[[int], None]) -> None:
    injected(1)
    make_run("fox", "finished", step=40)
    with Terminal(LAB) as terminal:
        terminal.sees(b"fox")
        terminal.send(b"2z")
        terminal.rests(1.5)
        terminal.signal(signal.SIGKILL)
        terminal.returned()
    state = read_lab_state()
    assert (state.run, state.pane, state.zoomed) == ("fox", "runs", True)
