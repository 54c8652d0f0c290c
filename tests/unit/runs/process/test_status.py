from __future__ import annotations

import os
import platform
import subprocess
import sys
import time

import msgspec
import psutil
import pytest

from engine.config.settings import RunSettings
from engine.runs.creation import create_run
from engine.runs.journals.records import (
    Continued,
    Failed,
    Finished,
    Paused,
    Preparing,
    Resumed,
    Started,
    Stopped,
    Worker,
)
from engine.runs.process.status import STARTING_SECONDS, process_is_alive, run_state
from tests.waiting import until

STARTED = Started(time=0, device="cpu", precision="fp32", parameters=1, vocabulary_size=1, train_tokens=1,
                  validation_tokens=0)  # fmt: skip
FINISHED = Finished(time=0, run="first", step=1, val_loss=None, val_bpb=None, seconds=1, tokens_per_second=1)


@pytest.fixture
def run():
    return create_run(RunSettings(), "first")


def work_by(run, **facts):
    worker = {"pid": os.getpid(), "process_start": psutil.Process().create_time(), "host": platform.node()}
    run.worker_path.write_bytes(msgspec.json.encode(Worker(**worker | facts)))


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], "preparing"),
        ([Preparing(time=0, stage="reading")], "preparing"),
        ([STARTED], "training"),
        ([STARTED, Paused(time=0, step=1)], "paused"),
        ([STARTED, Paused(time=0, step=1), Continued(time=0, step=1)], "training"),
        ([STARTED, Stopped(time=0, run="first", step=1)], "stopped"),
        ([STARTED, Stopped(time=0, run="first", step=1), Resumed(time=0, step=1)], "training"),
        ([STARTED, FINISHED], "finished"),
        ([Failed(time=0, reason="no text")], "failed"),
    ],
)
def test_a_living_process_is_what_its_events_say(run, events, state):
    work_by(run)
    for event in events:
        run.record_event(event)
    assert run_state(run) == state


def test_who_says_he_trains_must_have_a_living_process(run):
    run.record_event(STARTED)
    work_by(run, process_start=1.0)
    assert run_state(run) == "training"  # the clock was set: the heartbeat is fresh
    os.utime(run.worker_path, (time.time() - 60, time.time() - 60))
    assert run_state(run) == "died"  # the pid is in use, by another process
    work_by(run, pid=2**22 + 1)
    assert run_state(run) == "died"
    run.record_event(FINISHED)
    assert run_state(run) == "finished"


def test_a_zombie_does_not_train():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = psutil.Process(child.pid).create_time()
    assert process_is_alive(child.pid, started)
    child.stdin.close()
    until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert not process_is_alive(child.pid, started)
    child.wait()
    assert not process_is_alive(child.pid, started)


def test_on_another_host_the_heartbeat_is_all_there_is(run):
    run.record_event(STARTED)
    work_by(run, host="elsewhere", pid=1, process_start=0.0, heartbeat_seconds=2.0)
    assert run_state(run) == "training"
    long_ago = time.time() - 25
    os.utime(run.worker_path, (long_ago, long_ago))
    assert run_state(run) == "silent"


def test_a_new_run_has_a_while_to_start(run):
    assert run_state(run) == "preparing"
    long_ago = time.time() - STARTING_SECONDS - 1
    os.utime(run.settings_path, (long_ago, long_ago))
    assert run_state(run) == "died"
