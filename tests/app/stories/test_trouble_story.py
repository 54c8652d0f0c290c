"""Failures are shown with a remedy, and the app continues."""

from __future__ import annotations

import signal

import pytest

from engine.config import presets, resolve
from engine.runs.folder import list_runs, runs_folder
from engine.runs.process import status
from engine.runs.process.lock import Purpose
from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tests.unit.runs.holders import held


def start_on(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run is asked for on a device where the fake trainer comes to harm."""
    table = {**presets.default_table(), "device": device}
    monkeypatch.setattr(resolve, "default_table", lambda: table)


async def test_a_trainer_that_dies_while_one_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    start_on("cuda", monkeypatch)
    async with open_lab() as user:
        await user.press("enter")
        await user.run_is("stories-gpt-1", "died")
        await user.sees("✗ died")
        await user.sees("Its trainer ended with exit code 9")
        await user.sees("step 15: out of memory")
        await user.sees("r resumes from its last checkpoint.")


async def test_settings_that_make_no_sense_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    start_on("mps", monkeypatch)
    async with open_lab() as user:
        await user.press("enter")
        await user.sees("Cannot train")
        await user.sees("There is no device mps here; use cpu")
        await user.press("enter")
        await user.sees("train a small GPT")
        assert not list_runs()


async def test_no_place_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    runs_folder().parent.mkdir(parents=True)
    runs_folder().write_text("a file where a folder should be")
    async with open_lab() as user:
        await user.press("enter")
        await user.sees("Cannot train")
        await user.sees("Cannot write")


@pytest.mark.parametrize(
    ("state", "sign", "said"),
    [
        ("died", "✗ died", "cannot allocate 4.0 GiB"),
        ("failed", "✗ failed", "there is no space left on the"),
        ("silent", "? silent", "Check gpu-box."),
        ("stopped", "■ stopped", "r resumes from its last checkpoint"),
    ],
)
async def test_a_run_that_ended_badly_says_so(state: str, sign: str, said: str) -> None:
    make_run("poor", state)
    async with open_lab() as user:
        await user.run_is("poor", state)
        await user.sees(sign)
        await user.sees(said)


async def test_a_damaged_run_does_not_hurt_the_others() -> None:
    make_run("good", "finished")
    bad = make_run("bad", "finished")
    bad.settings_path.write_text("this is = not [toml")
    bad.metrics_path.write_bytes(b'{"event":"step"}\n\xff\xfe\x00 broken\n')
    async with open_lab() as user:
        await user.run_is("good", "finished")
        await user.press("4", "escape")
        user.app.lab_screen.select("bad")
        await user.sees("Its settings cannot be read.")
        user.app.lab_screen.select("good")
        await user.sees("good  ✓ finished")


async def test_hostile_names_are_shown_and_not_obeyed() -> None:
    evil = "[bold]\x1b[2Jx"
    run = make_run("plain", "failed", settings={"corpus": {"sources": [f"/tmp/{evil}"]}})
    run.log_path.write_text(f"{evil}\n")
    async with open_lab() as user:
        await user.run_is("plain", "failed")
        await user.sees("[bold]␛[2Jx")
        assert "\x1b" not in user.screen_text()


@pytest.mark.fault("hang")
async def test_what_a_sampler_says_that_is_no_answer_is_passed_over() -> None:
    make_run("fox", "finished", step=40)
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4")
        await user.write("noise")
        await user.press("enter")
        await user.sees("little fox")


@pytest.mark.fault("hang")
async def test_a_trainer_that_hangs_is_shown_and_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "HUNG_SECONDS", 0.1)
    run = make_run("stuck", "training")
    run.worker_path.unlink()
    with held(run, Purpose.TRAIN) as trainer:
        async with open_lab() as user:
            await user.run_is("stuck", "hung")
            await user.sees("! hung")
            await user.sees(f"Process {trainer.pid}, which trains")
            await user.press("2", "S")
            await user.sees("Kill the trainer of stuck?")
            await user.press("n", "S")
            await user.sees("Training since its last checkpoint")
            assert trainer.poll() is None
            await user.press("y")
            await user.run_is("stuck", "died")
            assert trainer.wait(10) == -signal.SIGKILL


@pytest.mark.fault("lost work")
async def test_who_deletes_a_base_hears_which_runs_need_it() -> None:
    make_run("base", "finished")
    make_run("younger", "stopped", settings={"base": "base"})
    make_run("done", "finished", settings={"base": "base"})
    async with open_lab() as user:
        await user.run_is("base", "finished")
        await user.run_is("younger", "stopped")
        user.app.lab_screen.select("base")
        await user.press("2", "d")
        await user.sees("younger started from its")
