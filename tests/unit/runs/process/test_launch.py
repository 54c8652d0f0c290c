"""Starting trainers: one at a time, and what is left and said when one does not come as far as its first step."""

from __future__ import annotations

import signal
import threading
from collections import namedtuple
from typing import TYPE_CHECKING

import pytest

from engine.config.loading import settings_from
from engine.config.settings import RunSettings
from engine.errors import DiskFullError, LilmError
from engine.runs.creation import create_run
from engine.runs.folder import Run, remove_run
from engine.runs.journals.records import Started, Stopped
from engine.runs.process import control, launch
from engine.runs.process.lock import BusyError
from engine.runs.process.status import run_state
from tests.app.fake_trainer import evaluate_and_save

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

DiskUsage = namedtuple("DiskUsage", "total used free")
FAKE_TRAINER = "tests.app.fake_trainer"


@pytest.fixture(autouse=True)
def no_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "TRAINER_MODULE", "no_such_module")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run for trainers that make a step every 20 ms."""
    monkeypatch.setattr(launch, "TRAINER_MODULE", FAKE_TRAINER)
    return create_run(settings_from({"device": "cpu", "training": {"budget": "10000steps"}}), "wanted")


def stop(run: Run, trainer: subprocess.Popen[bytes]) -> None:
    control.send(run, control.Stop())
    assert trainer.wait(60) == 0


def test_a_trainer_that_dies_at_once_is_told_with_its_log() -> None:
    run = create_run(RunSettings(), "gone")
    with pytest.raises(
        LilmError,
        match=r"before its first step the trainer ended with exit code 1; its log .* No module named no_such_module",
    ):
        launch.start_trainer(run)
    assert run.folder.exists()
    assert run_state(run) == "died"
    remove_run(run)


def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = create_run(RunSettings(), "full")
    monkeypatch.setattr(launch, "disk_usage", lambda folder: DiskUsage(20_480, 20_480, 0))
    with pytest.raises(DiskFullError, match="no space left to write"):
        launch.start_trainer(run)
    assert not run.folder.exists()


@pytest.mark.fault("two writers")
def test_a_key_pressed_five_times_starts_one_trainer(run: Run, injected: Callable[[int], None]) -> None:
    injected(4)
    started: list[subprocess.Popen[bytes]] = []
    refused: list[BusyError] = []

    def press() -> None:
        try:
            started.append(launch.start_trainer(run))
        except BusyError as error:
            refused.append(error)

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (trainer,) = started
    assert len(refused) == 4
    assert "wanted is being" in str(refused[0])
    with pytest.raises(BusyError, match=f"trained already by process {trainer.pid}"):
        launch.start_trainer(run, resume=True)
    stop(run, trainer)
    assert sum(isinstance(event, Started) for event in run.events().read_all()) == 1


@pytest.mark.fault("lost work")
@pytest.mark.parametrize("when", ["before", "while"])
def test_an_order_of_the_first_second_is_obeyed(run: Run, when: str) -> None:
    """Given as soon as the folder is there, or while the trainer starts."""
    if when == "before":
        control.send(run, control.Stop())
    else:
        threading.Timer(0.05, control.send, (run, control.Stop())).start()
    assert launch.start_trainer(run).wait(60) == 0
    assert isinstance(run.events().read_all()[-1], Stopped)
    assert control.waiting(run) == []


@pytest.mark.fault("lost work")
def test_an_order_to_the_process_before_does_not_end_the_next(run: Run) -> None:
    evaluate_and_save(run, 10)
    trainer = launch.start_trainer(run)
    trainer.send_signal(signal.SIGSTOP)
    control.send(run, control.Stop())
    trainer.kill()
    trainer.wait()
    assert len(control.waiting(run)) == 1
    trainer = launch.start_trainer(run, resume=True)
    assert control.waiting(run) == []
    while not any(step.step > 13 for step in run.metrics().read_all()):
        assert run_state(run) == "training"
    stop(run, trainer)


def test_libraries_take_no_more_threads_than_a_quota_feeds(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stop(Exception):  # noqa: N818
        pass

    told: list[dict[str, str]] = []

    def popen(_: object, *, env: dict[str, str], **__: object) -> None:
        told.append(env)
        raise Stop

    monkeypatch.setattr(launch.subprocess, "Popen", popen)
    monkeypatch.setattr(launch, "available_cores", lambda: 3)
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("TORCHINDUCTOR_COMPILE_THREADS", "7")
    with pytest.raises(Stop):
        launch.start_trainer(create_run(RunSettings(), "limited"))
    assert told[0]["OPENBLAS_NUM_THREADS"] == "3"
    assert told[0]["TORCHINDUCTOR_COMPILE_THREADS"] == "7"
