"""The end of a run: a bell and a program of the user's, which can do no harm."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.runs.journals.records import Finished, Stopped
from tests.app.conftest import open_lab
from tests.app.fake_trainer import finished
from tests.app.frozen_runs import make_run
from tui.preferences import Preferences

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run
    from tests.app.conftest import User
    from tests.app.widgets.conftest import Wire

BELL = "\x07"
WRITE = (
    "import os, sys; said = sys.argv[2:], os.environ['LILM_RUN'], os.environ['LILM_STATE'];"
    "open(sys.argv[1], 'a').write(repr(said))"
)


def bells(wire: Wire) -> int:
    """Return how often the bell rang since the last call; the same byte ends some sequences."""
    count = wire.written.count(BELL)
    wire.written.clear()
    return count


async def end(user: User, run: Run, event: Finished | Stopped) -> None:
    await user.until(lambda: user.run(run.name).is_followed, "what ends from now on is news")
    run.record_event(event)
    user.app.lab.watcher.look_now()
    await user.run_is(run.name, "finished" if isinstance(event, Finished) else "stopped")


async def test_the_end_of_a_run_rings_the_bell_and_runs_the_program_once(wire: Wire, tmp_path: Path) -> None:
    note = tmp_path / "note"
    make_run("hen", "finished")
    fox = make_run("fox", "training")
    preferences = Preferences(notify="bell", notify_command=(sys.executable, "-c", WRITE, str(note)))
    async with open_lab(preferences=preferences) as user:
        await user.run_is("fox", "training")
        await user.run_is("hen", "finished")
        assert not bells(wire), "runs that ended before are no news"
        await end(user, fox, finished("fox", 200))
        await user.until(note.exists)
        await user.until(lambda: note.read_text() == "(['fox', 'finished'], 'fox', 'finished')")
        assert bells(wire) == 1


async def test_without_a_setting_the_end_is_silent(wire: Wire) -> None:
    fox = make_run("fox", "training")
    async with open_lab() as user:
        await user.run_is("fox", "training")
        await end(user, fox, Stopped(time=0.0, run="fox", step=120))
        assert not bells(wire)


async def test_a_run_that_is_trained_within_a_second_and_a_renamed_one(wire: Wire) -> None:
    make_run("hen", "finished")
    async with open_lab(preferences=Preferences(notify="bell")) as user:
        await user.run_is("hen", "finished")
        await user.press("2", "e", "ctrl+u")
        await user.write("owl")
        await user.press("enter")
        await user.run_is("owl", "finished")
        assert not bells(wire)
        make_run("fox", "finished")
        await user.run_is("fox", "finished")
        assert bells(wire) == 1


async def test_a_program_that_fails_is_told_once_and_harms_nothing() -> None:
    runs = [make_run(name, "training") for name in ("fox", "hen")]
    for command, said in (
        (("/nowhere/at-all",), "/nowhere/at-all cannot be run"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "ended with code 3"),
    ):
        async with open_lab((160, 24), preferences=Preferences(notify_command=command)) as user:
            run = runs.pop()
            await user.run_is(run.name, "training")
            await end(user, run, finished(run.name, 200))
            await user.sees(said)
            user.app.show_note("something else")
            user.app._endings.signal(run.name, "finished")
            user.app._endings.signal("$(touch x); `touch x`", "finished")
            await user.pilot.pause(0.3)
            assert said not in user.screen_text()
