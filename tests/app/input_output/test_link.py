"""The link to the terminal: the time of an answer, the frugal mode, and bytes a second, in a real terminal."""

from __future__ import annotations

import re
import sys
import time

import pytest

from engine.runs.journals import journal
from tests.app.conftest import open_lab
from tests.app.fake_trainer import step_record
from tests.app.frozen_runs import STEPS, make_run
from tests.app.input_output.test_terminal import assert_is_restored, modes_left_on
from tests.app.lab_process import LAB
from tests.app.terminal import Terminal
from tui.preferences import Preferences
from tui.screens.lab import lab_screen
from tui.terminal import link_app, traffic
from tui.terminal.link_app import SLOW_SECONDS
from tui.terminal.traffic import Traffic, describe_rate

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

QUERY, ANSWER = b"\x1b[c", b"\x1b[?62;22c"
F4, F9 = b"\x1bOS", b"\x1b[20~"
MOUSE = {1000, 1003, 1006, 1015}
MANY_COLORS = re.compile(rb"[34]8;[25];")


def test_a_slow_link_is_told_once_and_f4_sends_less() -> None:
    with Terminal(LAB, environment={"COLORTERM": "truecolor"}) as terminal:
        terminal.sees(QUERY)
        time.sleep(SLOW_SECONDS + 0.2)
        terminal.send(ANSWER)
        terminal.sees(b"This link is slow")
        assert modes_left_on(bytes(terminal.output)) >= MOUSE
        assert MANY_COLORS.search(terminal.output)
        seen = len(terminal.output)
        terminal.send(F4)
        terminal.sees(b"two frames a second", since=seen)
        terminal.rests()
        assert not modes_left_on(bytes(terminal.output)) & MOUSE
        seen = len(terminal.output)
        terminal.send(b"231?")
        terminal.sees(b"Everywhere", since=seen)
        terminal.rests(1.0)
        assert not MANY_COLORS.search(terminal.output[seen:])
        terminal.send(ANSWER + b"\x1b")
        terminal.rests()
        assert terminal.output.count(b"This link is slow") == 1
        assert terminal.quit() == 0
        assert_is_restored(terminal)


def test_a_fast_link_is_no_news() -> None:
    with Terminal(LAB) as terminal:
        terminal.sees(QUERY)
        terminal.send(ANSWER)
        terminal.sees(b"stories")
        time.sleep(SLOW_SECONDS)
        terminal.rests()
        assert b"This link is slow" not in terminal.output


def test_frugal_from_the_start_and_as_usual_again() -> None:
    with Terminal([*LAB, "--frugal"], environment={"COLORTERM": "truecolor"}) as terminal:
        terminal.sees(b"stories")
        terminal.rests(1.0)
        assert not modes_left_on(bytes(terminal.output)) & MOUSE
        assert not MANY_COLORS.search(terminal.output)
        terminal.send(F4)
        terminal.sees(b"as usual")
        terminal.rests()
        assert modes_left_on(bytes(terminal.output)) >= MOUSE
        assert MANY_COLORS.search(terminal.output)


async def test_a_key_is_answered_sooner_in_frugal_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_lab(preferences=Preferences(frugal=True)) as user:
        assert user.app.frame_seconds == link_app.FRUGAL_FRAME_SECONDS
        monkeypatch.setattr(link_app, "TYPING_SECONDS", 3600.0)
        await user.press("down")
        assert user.app.frame_seconds == link_app.TYPING_FRAME_SECONDS
        monkeypatch.setattr(link_app, "TYPING_SECONDS", 0.0)
        assert user.app.frame_seconds == link_app.FRUGAL_FRAME_SECONDS


def test_the_figure_of_an_idle_screen_comes_to_rest() -> None:
    with Terminal(LAB) as terminal:
        terminal.sees(b"stories")
        terminal.rests()
        terminal.send(F9)
        terminal.sees(b" kB/s")
        terminal.sees(b"0.0 kB/s")
        terminal.rests(2.0)
        seen = len(terminal.output)
        terminal.send(F9)
        terminal.rests()
        assert b"kB/s" not in terminal.output[seen:]


@pytest.mark.parametrize("size", [(80, 24), (58, 15)])
async def test_the_figure_stands_beside_keys_and_notes(size: tuple[int, int]) -> None:
    async with open_lab(size) as user:
        await user.press("f9")
        await user.sees("0.0 kB/s")
        await user.sees("? help")
        user.app.show_note("A sentence.")
        await user.sees("A sentence.")
        assert "0.0 kB/s" in user.screen_text()
        await user.press("f9")
        await user.until(lambda: "kB/s" not in user.screen_text())


@pytest.mark.parametrize("is_frugal", [True, False])
async def test_frugal_shows_the_figures_of_a_run_less_often(
    monkeypatch: pytest.MonkeyPatch, is_frugal: bool
) -> None:
    never, at_once = 3600.0, 0.0
    run = make_run("fox", "training")
    async with open_lab((120, 40), preferences=Preferences(frugal=is_frugal)) as user:
        await user.run_is("fox", "training")
        await user.sees("step 120")
        monkeypatch.setattr(lab_screen, "FRUGAL_SHOW_SECONDS", never)
        monkeypatch.setattr(lab_screen, "SHOW_SECONDS", at_once)
        user.app.lab_screen.show_now()
        journal.append(run.metrics_path, step_record(121, STEPS))
        user.app.lab.watcher.look_now()
        await user.until(lambda: user.run("fox").history.steps[-1].step == 121)
        if not is_frugal:
            await user.sees("step 121")
        await user.pilot.pause(0.1)
        assert ("step 121" in user.screen_text()) is not is_frugal


def test_the_rate_is_the_mean_of_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(traffic.time, "monotonic", lambda: now)
    counter = Traffic()
    for sent in (1000, 0, 0, 500, 0, 0, 0, 0, 0, 0):
        counter.count("x" * (sent - 2) + "é" if sent else "")
        now += 1
        rate = counter.bytes_per_second()
        if now == 104:
            assert rate == 1500 / 4
    assert (rate, counter.sent) == (0, 1500)
    assert [describe_rate(rate) for rate in (99, 100, 1250)] == ["0.0 kB/s", "0.1 kB/s", "1.2 kB/s"]
