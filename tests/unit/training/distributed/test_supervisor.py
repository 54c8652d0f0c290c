"""Processes of a run under their supervisor: small scripts instead of trainers."""

from __future__ import annotations

import os
import platform
import signal
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from engine.config.settings import RunSettings
from engine.files.storage import write_atomically
from engine.runs.creation import create_run
from engine.runs.journals.records import Failed, Worker
from engine.runs.process.group import Group
from engine.training.distributed import supervisor
from engine.training.distributed.processes import LOST_CONNECTION
from engine.training.distributed.supervisor import Members, commands, record_failure
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run

SLEEPS = "import time; time.sleep(60)"
STOPS = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
DIES = "import os, time; time.sleep(0.3); os.kill(os.getpid(), 9)"


def members_of(*scripts: str) -> Members:
    return Members([[sys.executable, "-S", "-c", script] for script in scripts])


def test_all_that_end_well() -> None:
    members = members_of("", "")
    assert members.run_to_the_end() == [0, 0]
    assert members.culprit is None


def test_the_culprit_is_who_failed_first_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """One loses touch, one hangs and is ended after a while."""
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.5)
    members = members_of(f"import sys; sys.exit({LOST_CONNECTION})", DIES, SLEEPS)
    assert members.run_to_the_end() == [LOST_CONNECTION, -9, -9]
    assert members.culprit == (1, -9)


def test_being_asked_to_stop_is_passed_on(tmp_path: Path) -> None:
    ready = [tmp_path / name for name in "ab"]
    members = Members([[sys.executable, "-S", "-c", STOPS, str(path)] for path in ready])
    until(lambda: all(path.exists() for path in ready))
    os.kill(os.getpid(), signal.SIGTERM)
    assert members.run_to_the_end() == [0, 0]


def test_each_process_is_told_its_place() -> None:
    run = create_run(RunSettings(), "placed")
    two, three = commands(run, Group(2, 2, 1, "host:29500"), "file:/x", ["--resume"])
    assert two[-7:] == ["--ranks", "2", "4", "0", "2", "--rendezvous", "host:29500"]
    assert three[-7:-2] == ["--ranks", "3", "4", "1", "2"]
    assert [str(run.folder), "--resume"] == two[4:6]
    assert commands(run, Group(2), "file:/x", [])[0][-1] == "file:/x"


def trained_by(run: Run, pid: int) -> None:
    worker = Worker(pid=pid, process_start=0.0, host=platform.node())
    write_atomically(run.worker_path, msgspec.json.encode(worker))


@pytest.mark.fault("unclear")
def test_a_failure_that_no_process_recorded_is_recorded() -> None:
    run = create_run(RunSettings(), "lost")
    members = members_of(DIES, f"import sys; sys.exit({LOST_CONNECTION})")
    members.run_to_the_end()
    record_failure(run, Group(2), members)
    assert run.events().read_all() == []  # it is not known to be ours
    trained_by(run, members.pids[0])
    record_failure(run, Group(2), members)
    (failed,) = run.events().read_all()
    assert isinstance(failed, Failed)
    assert failed.reason.startswith("process 1 of 2 was killed (SIGKILL), most likely because memory ran out")
    assert failed.reason.endswith("; lilm train --resume lost continues it")
    record_failure(run, Group(2), members)
    assert len(run.events().read_all()) == 1
