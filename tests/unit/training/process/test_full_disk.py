"""A full disk pauses a run with its reason; it continues by itself as the same run, and a stop still works."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from safetensors import SafetensorError

from engine.cli import main
from engine.files.storage import cache_folder
from engine.runs.checkpoints import complete_steps, newest_whole
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Continued, Finished, Notice, Paused, Resumed, Stopped
from engine.runs.process import control
from engine.runs.process.status import run_state
from engine.training.process import full_disk
from tests.unit.training.test_exact_resume import assert_same_run
from tests.unit.training.trainers import finish, losses, start, train_here
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from engine.runs.folder import Run

LONG = {"training": {"budget": "3000steps", "evaluations": 40, "keep_checkpoints": 2}}
DISK_BYTES = 4 << 20
FIRST_FILES = 4 << 12
"""Bytes for the heartbeat and the first events, and for nothing else."""


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of 4 MB that is the home of runs."""
    mount = tmp_path / "disk"
    mount.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "lilm-test", str(mount)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("mounting needs the rights of root")
    monkeypatch.setenv("LILM_HOME", str(mount / "home"))
    try:
        yield mount
    finally:
        subprocess.run(["umount", "--lazy", str(mount)], check=True)


def fill(disk: Path, *, leave: int = 0) -> Path:
    """A file that takes all room but `leave` bytes."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(bytes(4096))
        file.truncate(max(0, file.tell() - leave))
    return path


def wait_for(run: Run, kind: type, trainer: BaseProcess) -> list[object]:
    """Events up to the first of a kind."""

    def has_happened() -> bool:
        has = any(isinstance(event, kind) for event in run.events().read_all())
        assert has or trainer.is_alive() or trainer.exitcode == 0, run.log_tail()
        return has

    until(has_happened, run.log_tail)
    return list(run.events().read_all())


def wait_for_steps(run: Run, steps: int, trainer: BaseProcess) -> None:
    def has_made_them() -> bool:
        has = len(losses(run)) >= steps
        assert has or trainer.is_alive(), run.log_tail()
        return has

    until(has_made_them)


@pytest.mark.fault("lost work")
@pytest.mark.parametrize(
    "leave", [0, pytest.param(20_000, marks=pytest.mark.slow)], ids=["a line", "a checkpoint"]
)
def test_a_run_on_a_full_disk_waits_and_goes_on_as_the_same_run(
    make_run: Callable[..., Run], disk: Path, capsys: pytest.CaptureFixture[str], leave: int
) -> None:
    changes = {"training": {"budget": "100steps", "evaluations": 5, "keep_checkpoints": 2}}
    whole, run = make_run("whole", changes), make_run("full", changes)
    assert finish(whole) == 0
    trainer = start(run)
    wait_for_steps(run, 25, trainer)
    filler = fill(disk, leave=leave)
    paused = wait_for(run, Paused, trainer)[-1]
    assert isinstance(paused, Paused)
    assert "No space left on device" in paused.reason
    assert run_state(run) == "paused"
    assert newest_whole(run) is not None
    assert main(["runs"]) == 0
    listed = capsys.readouterr()
    assert "paused" in listed.out
    assert "No space left on device; free some space and it continues by itself" in listed.err
    before = len(losses(run))
    time.sleep(0.5)
    assert len(losses(run)) == before
    filler.unlink()
    wait_for(run, Continued, trainer)
    trainer.join()
    assert trainer.exitcode == 0
    history = RunHistory(run).read_all()
    assert (history.state, history.pause, history.skipped_lines) == ("finished", None, 0)
    steps = [step.step for step in history.steps]
    assert steps == list(range(1, 101)), "each line once"
    assert_same_run(run, whole)
    assert not (run.folder / "reserve").exists()


@pytest.mark.fault("lost work")
def test_a_disk_that_is_full_before_the_first_step(make_run: Callable[..., Run], disk: Path) -> None:
    """Neither the tokenizer nor the tokens nor the plan can be written."""
    whole, run = make_run("whole"), make_run("full")
    assert finish(whole) == 0
    shutil.rmtree(cache_folder())
    filler = fill(disk, leave=FIRST_FILES)
    trainer = start(run)
    paused = wait_for(run, Paused, trainer)[-1]
    assert isinstance(paused, Paused)
    assert (paused.step, run_state(run)) == (0, "paused")
    assert "No space left on device" in paused.reason
    filler.unlink()
    trainer.join()
    assert trainer.exitcode == 0
    assert RunHistory(run).read_all().state == "finished"
    assert_same_run(run, whole)


@pytest.mark.fault("lost work")
def test_a_run_is_stopped_while_the_disk_is_full_before_the_first_step(
    make_run: Callable[..., Run], disk: Path
) -> None:
    run = make_run("full")
    filler = fill(disk, leave=FIRST_FILES)
    trainer = start(run)
    wait_for(run, Paused, trainer)
    assert trainer.pid is not None
    os.kill(trainer.pid, signal.SIGTERM)
    trainer.join()
    assert trainer.exitcode == 0
    filler.unlink()
    assert run_state(run) == "stopped"
    assert finish(run, "--resume") == 0


@pytest.mark.fault("lost work")
@pytest.mark.parametrize("way", ["command", pytest.param("signal", marks=pytest.mark.slow)])
def test_a_stop_on_a_full_disk_keeps_the_last_whole_checkpoint(
    make_run: Callable[..., Run], disk: Path, way: str
) -> None:
    run = make_run("full", LONG)
    trainer = start(run)
    wait_for_steps(run, 80, trainer)
    filler = fill(disk)
    wait_for(run, Paused, trainer)
    if way == "command":
        control.send(run, control.Stop())
    else:
        os.kill(trainer.pid or 0, signal.SIGTERM)
    trainer.join(60)
    assert trainer.exitcode == 0
    *_, notice, stopped = run.events().read_all()
    assert isinstance(notice, Notice)
    assert isinstance(stopped, Stopped)
    kept = complete_steps(run)[-1]
    assert stopped.step == kept
    assert f"since the checkpoint of step {kept} could not be written" in notice.message
    filler.unlink()
    again = start(run, "--resume")
    wait_for(run, Resumed, again)
    control.send(run, control.Stop())
    again.join(60)
    assert again.exitcode == 0
    assert sorted(losses(run)) == list(range(1, max(losses(run)) + 1))


@pytest.mark.fault("unclear")
def test_a_disk_that_takes_not_even_an_event_is_told_all_the_same(
    make_run: Callable[..., Run], tmp_path: Path
) -> None:
    """As with a quota that was lowered below what is used: nothing that is removed makes room."""
    run = make_run("full", LONG)
    lowered = tmp_path / "lowered"
    trainer = start(run, no_room_while=str(lowered))
    wait_for_steps(run, 10, trainer)
    lowered.touch()
    until(lambda: run_state(run) == "paused")
    history = RunHistory(run).read_all()
    assert history.pause is not None
    assert history.pause.reason == "there is no room on its disk"
    assert not any(isinstance(event, Paused) for event in run.events().read_all())
    made = len(history.steps)
    lowered.unlink()
    wait_for_steps(run, made + 5, trainer)
    assert run_state(run) == "training"
    control.send(run, control.Stop())
    trainer.join(60)
    steps = [step.step for step in run.metrics().read_all()]
    assert steps == list(range(1, len(steps) + 1))


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, OSError, int], None]:
    """`full(place, error, times)`: writing there fails so many times."""
    from engine.runs.journals import journal
    from engine.training.gradient_trainer import GradientTrainer

    monkeypatch.setattr(full_disk, "RETRY_SECONDS", 0.0)

    def break_place(place: str, error: Exception, times: int) -> None:
        left = iter(range(times))

        def fail() -> None:
            if next(left, None) is not None:
                raise error

        if place == "checkpoint":
            saver = GradientTrainer.saver

            def failing_saver(self: GradientTrainer) -> Callable[[Path], None]:
                save = saver(self)

                def save_or_fail(folder: Path) -> None:
                    save(folder)
                    fail()

                return save_or_fail

            monkeypatch.setattr(GradientTrainer, "saver", failing_saver)
        else:
            write_whole = journal._write_whole

            def write_or_fail(file: object, line: bytes) -> None:
                if place in str(getattr(file, "name", "")) or place.encode() in line:
                    fail()
                write_whole(file, line)  # type: ignore[arg-type]

            monkeypatch.setattr(journal, "_write_whole", write_or_fail)

    return break_place


@pytest.mark.fault("lost work")
@pytest.mark.parametrize(
    ("place", "error"),
    [
        ('"event":"step"', OSError(errno.EDQUOT, "Disk quota exceeded")),
        ('"event":"evaluated"', OSError(errno.ENOSPC, "No space left on device")),
        ('"completion":"', OSError(errno.EDQUOT, "Disk quota exceeded")),
        ("checkpoint", OSError(errno.EDQUOT, "Disk quota exceeded")),
        ("checkpoint", SafetensorError("I/O error: No space left on device (os error 28)")),
    ],
)
def test_a_quota_or_a_full_disk_at_any_write_changes_nothing_but_the_time(
    make_run: Callable[..., Run],
    full: Callable[[str, Exception, int], None],
    place: str,
    error: Exception,
) -> None:
    whole, run = make_run("whole"), make_run("full")
    assert train_here(whole) == 0
    full(place, error, 3)
    assert train_here(run) == 0
    events = run.events().read_all()
    (paused,) = [event for event in events if isinstance(event, Paused)]
    assert paused.reason.endswith("exceeded" if "quota" in str(error) else "No space left on device")
    assert sum(isinstance(event, Continued) for event in events) == 1
    assert isinstance(events[-1], Finished)
    assert_same_run(run, whole)


def test_other_errors_of_the_system_still_end_a_run(
    make_run: Callable[..., Run], full: Callable[[str, Exception, int], None]
) -> None:
    run = make_run("broken")
    full("checkpoint", OSError(errno.EIO, "Input/output error"), 99)
    assert train_here(run) == 1
    assert run_state(run) == "failed"
