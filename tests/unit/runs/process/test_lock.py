"""One process at a time holds a run, for as long as it lives and no longer."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from engine.config.settings import RunSettings
from engine.errors import MisuseError
from engine.runs.creation import create_run
from engine.runs.folder import Run, remove_run, rename_run
from engine.runs.journals.records import Preparing, Stopped
from engine.runs.process import lock
from engine.runs.process.lock import BusyError, Purpose, RunGoneError, RunLock, look
from engine.runs.process.status import hold_run, run_state
from tests.unit.runs.holders import held

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def run() -> Run:
    return create_run(RunSettings(), "first")


@pytest.mark.fault("two writers")
def test_a_trained_run_is_neither_started_nor_trained_renamed_nor_removed(
    run: Run, injected: Callable[[int], None]
) -> None:
    injected(4)
    run.record_event(Preparing(time=0, stage="reading"))
    with held(run, Purpose.TRAIN) as trainer:
        for purpose in (Purpose.START, Purpose.TRAIN):
            with pytest.raises(BusyError, match=f"first is being trained already by process {trainer.pid}"):
                hold_run(run, purpose)
        for change in (lambda: rename_run(run, "second"), lambda: remove_run(run)):
            with pytest.raises(BusyError, match=f"process {trainer.pid}; lilm stop first"):
                change()
        assert run.settings_path.exists()
    hold_run(run, Purpose.START).release()
    remove_run(rename_run(run, "second"))


@pytest.mark.fault("two writers")
def test_a_run_that_is_being_started_waits_for_its_own_trainer_only(run: Run) -> None:
    with held(run, Purpose.START) as starter:
        for purpose in (Purpose.START, Purpose.CHANGE):
            with pytest.raises(BusyError, match=f"being started by process {starter.pid}"):
                hold_run(run, purpose)
        with hold_run(run, Purpose.TRAIN):
            assert look(run) == lock.Look(starter.pid, os.getpid(), None)
        assert look(run) == lock.Look(starter.pid, None, None)


@pytest.mark.fault("two writers")
def test_of_many_that_start_at_once_one_wins(run: Run, injected: Callable[[int], None]) -> None:
    """Threads, as of an app in which a key is held, beside processes."""
    injected(24)
    won: list[RunLock] = []
    gate = threading.Barrier(24)

    def start() -> None:
        gate.wait()
        with contextlib.suppress(BusyError):
            won.append(hold_run(run, Purpose.START))

    threads = [threading.Thread(target=start) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


@pytest.mark.fault("two writers")
@pytest.mark.parametrize("facts", [b'{"pid":1,"process_start":1.0,"host":"%b"}', b"", b"\xff"])
def test_neither_a_clock_nor_a_pid_decides_who_lives(run: Run, facts: bytes) -> None:
    """A step of the clock gives a process another start; worker.json is for people."""
    run.record_event(Preparing(time=0, stage="reading"))
    with held(run, Purpose.TRAIN):
        run.worker_path.write_bytes(facts.replace(b"%b", platform.node().encode()))
        os.utime(run.settings_path, (0, 0))
        os.utime(run.worker_path, (0, 0))
        assert run_state(run) == "preparing"
        with pytest.raises(BusyError):
            hold_run(run, Purpose.START)
    assert run_state(run) == "died"
    hold_run(run, Purpose.START).release()


@pytest.mark.fault("two writers")
def test_a_killed_holder_holds_nothing_and_a_stopped_one_everything(run: Run) -> None:
    run.record_event(Preparing(time=0, stage="reading"))
    with held(run, Purpose.TRAIN) as trainer:
        os.kill(trainer.pid, signal.SIGSTOP)
        with pytest.raises(BusyError):
            hold_run(run, Purpose.START)
        assert run_state(run) == "preparing"
        trainer.kill()
        os.waitid(os.P_PID, trainer.pid, os.WEXITED | os.WNOWAIT)  # a zombie holds nothing
        assert run_state(run) == "died"
        hold_run(run, Purpose.START).release()


def test_a_child_does_not_keep_the_lock_of_its_parent(run: Run) -> None:
    with hold_run(run, Purpose.TRAIN):
        child = os.fork()
        if child == 0:
            time.sleep(60)
    seen = look(run)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert seen == lock.Look(None, None, None)


def test_looks_get_in_nobodys_way_and_take_nothing_from_the_holder(run: Run) -> None:
    """Closing a file's descriptor drops a process's locks on it, unless nobody opens the file twice."""
    imports = "import sys, pathlib; from engine.runs import folder; from engine.runs.process import lock"
    code = f"{imports}; print(lock.look(folder.Run(pathlib.Path(sys.argv[1]))).trainer)"
    ask = [sys.executable, "-c", code, str(run.folder)]
    looking = threading.Event()

    def keep_looking() -> None:
        while not looking.is_set():
            look(run)

    thread = threading.Thread(target=keep_looking)
    thread.start()
    for _ in range(200):
        hold_run(run, Purpose.START).release()
    with hold_run(run, Purpose.TRAIN):
        assert subprocess.check_output(ask, text=True) == f"{os.getpid()}\n"
    looking.set()
    thread.join()


def test_a_trainer_that_has_said_its_last_word_is_waited_for(run: Run) -> None:
    run.record_event(Stopped(time=0, run="first", step=1))
    with held(run, Purpose.TRAIN) as trainer:
        threading.Timer(0.2, trainer.kill).start()
        hold_run(run, Purpose.START).release()
    assert trainer.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "takes_away", [shutil.rmtree, lambda folder: folder.rename(folder.with_name("moved"))]
)
def test_a_folder_that_went_away_is_not_written_nor_made_again(
    run: Run, takes_away: Callable[..., object]
) -> None:
    mine = Run(run.folder, hold_run(run, Purpose.TRAIN))
    mine.check()
    takes_away(run.folder)
    for _ in range(2):
        for write in (
            lambda: mine.record_event(Preparing(time=0, stage="x")),
            lambda: mine.write_json("x", {}),
        ):
            with pytest.raises(RunGoneError, match="first was removed or moved"):
                write()
        assert not run.settings_path.exists() or not list(run.folder.glob("*.jsonl"))
        run = (
            create_run(RunSettings(), "first") if not run.folder.exists() else run
        )  # another one of its name


@pytest.mark.fault("two writers")
def test_a_lock_file_that_was_removed_as_stale_is_made_again(run: Run) -> None:
    from engine.training.process.heartbeat import Heartbeat

    run.record_event(Preparing(time=0, stage="reading"))
    with hold_run(run, Purpose.TRAIN) as mine, Heartbeat(run, mine) as heartbeat:
        heartbeat._stop.set()
        worker = run.worker_path.read_bytes().replace(b'"pid":%d' % os.getpid(), b'"pid":1')
        run.worker_path.write_bytes(worker)  # the same process is never refused
        run.lock_path.unlink()
        mine.beat()
        with pytest.raises(BusyError, match="seems to be trained already"):
            hold_run(run, Purpose.START)
        mine.beat()  # which takes over the file that the other has left
        run.lock_path.unlink()
        mine.beat()
        assert not run.lock_path.exists()
        mine.beat()
        with pytest.raises(BusyError, match="is being trained already"):
            hold_run(run, Purpose.START)


@pytest.mark.fault("two writers")
def test_who_finds_another_in_its_place_ends(run: Run) -> None:
    with hold_run(run, Purpose.TRAIN) as mine:
        run.lock_path.unlink()
        with held(run, Purpose.TRAIN), pytest.raises(RunGoneError):
            mine.beat()


def test_without_locks_the_process_and_its_heartbeat_decide(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.training.process.heartbeat import Heartbeat

    def no_locks(*_: object) -> bool:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock, "_lock", no_locks)
    monkeypatch.setattr(lock, "_holder", no_locks)
    run.record_event(Preparing(time=0, stage="reading"))
    mine = hold_run(run, Purpose.TRAIN)
    assert look(run) is None
    with Heartbeat(run, mine) as heartbeat:
        assert run_state(run) == "preparing"
        heartbeat._beat()
        other = run.worker_path.read_bytes().replace(b'"pid":%d' % os.getpid(), b'"pid":1')
        run.worker_path.write_bytes(other)
        with pytest.raises(BusyError, match="seems to be trained already by process 1 of"):
            hold_run(run, Purpose.START)
        with pytest.raises(RunGoneError, match=r"process 1 of .* trains first as well"):
            heartbeat._beat()
        heartbeat._stop.set()
    run.worker_path.write_bytes(run.worker_path.read_bytes().replace(b'"pid":1', b'"pid":%d' % (2**22 + 1)))
    assert run_state(run) == "died"
    hold_run(run, Purpose.START)


def test_a_run_that_is_gone_is_no_run(run: Run) -> None:
    remove_run(run)
    with pytest.raises(MisuseError, match="no run named 'first' any more"):
        hold_run(run, Purpose.START)
    assert not run.folder.exists()
