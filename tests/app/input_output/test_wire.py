"""Bytes that the lab sends over ssh: while watching, for a streamed token, and at rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual._compositor import LayoutUpdate

from engine.runs.journals import journal
from tests.app.conftest import open_lab
from tests.app.fake_trainer import evaluate_and_save, step_record
from tests.app.frozen_runs import STEPS, make_run
from tui.app import LilmApp
from tui.screens.lab import lab_screen
from tui.screens.lab.lab_screen import SHOW_SECONDS

if TYPE_CHECKING:
    from textual.screen import Screen

    from tests.app.widgets.conftest import Wire

WATCHING = 2000
"""Bytes a second."""
TOKEN = 300
"""Bytes for each."""
MOVED_FOCUS = 9000
"""Bytes for a Tab, which repaints the widgets that lose and get the focus; the whole screen is 12,000."""
STEPS_A_SECOND = 8
"""Of the trainer; the screen shows them once in SHOW_SECONDS."""
NEVER = 3600.0
SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_watching_a_run_costs_little(
    wire: Wire, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("fox", "training", step=40)
    async with open_lab(size) as user:
        await user.run_is("fox", "training")
        await user.press("2")
        await user.pilot.pause(SHOW_SECONDS)
        monkeypatch.setattr(lab_screen, "SHOW_SECONDS", NEVER)
        wire.taken()
        shown = 0
        for step in range(41, STEPS, int(STEPS_A_SECOND * SHOW_SECONDS)):
            for number in range(step, step + int(STEPS_A_SECOND * SHOW_SECONDS)):
                journal.append(run.metrics_path, step_record(number, STEPS))
                if number % 40 == 0:
                    evaluate_and_save(run, number)
            user.app.lab.watcher.look_now()
            await user.until(lambda last=number: user.run("fox").history.steps[-1].step == last)
            user.app.lab_screen.show_now()
            await user.pilot.pause()
            shown += 1
        seconds = shown * SHOW_SECONDS
        sent = wire.bytes() / seconds
        assert 100 < sent < WATCHING


@pytest.mark.parametrize("size", SIZES)
async def test_a_streamed_token_costs_little(wire: Wire, size: tuple[int, int]) -> None:
    make_run("fox", "finished")
    async with open_lab(size) as user:
        await user.run_is("fox", "finished")
        await user.press("4")
        await user.write("endless")
        await user.press("enter")
        await user.sees("little fox")
        answer = user.app.lab.talker.turns(user.run("fox"))[-1]
        wire.taken()
        first = len(answer.tokens)
        await user.until(lambda: len(answer.tokens) >= first + 40)
        await user.pilot.pause()
        tokens = len(answer.tokens) - first
        assert 5 < wire.bytes() / tokens < TOKEN
        await user.press("escape")


async def test_a_moved_focus_repaints_its_panes_alone(wire: Wire) -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        await user.press("2")
        for _ in range(6):
            await user.pilot.pause(0.1)
            wire.taken()
            await user.press("tab")
            await user.pilot.pause(0.1)
            assert 0 < wire.bytes() < MOVED_FOCUS


async def test_the_first_frame_has_the_line_of_keys(wire: Wire) -> None:
    async with open_lab():
        first = next(text for text in wire.written if "1 Texts" in text)
        assert " choose" in first


@pytest.mark.parametrize("key", ["f1", "n", "a", "ctrl+p"])
async def test_a_new_screen_is_painted_once(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: list[LayoutUpdate] = []
    display = LilmApp._display

    def count(app: LilmApp, screen: Screen[object], update: object) -> None:
        whole.extend([update] if isinstance(update, LayoutUpdate) else [])
        display(app, screen, update)

    async with open_lab() as user:
        await user.press("1")
        await user.pilot.pause(0.2)
        monkeypatch.setattr(LilmApp, "_display", count)
        await user.press(key)
        await user.until(lambda: user.app.screen is not user.app.lab_screen)
        await user.pilot.pause(0.2)
        assert len(whole) == 1


async def test_a_resting_screen_sends_nothing(wire: Wire) -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        for place in "1234":
            await user.press(place)
            await user.pilot.pause(0.2)
            wire.taken()
            await asyncio.sleep(1.2 * SHOW_SECONDS if place == "4" else 0.4)
            assert wire.taken() == "", place
