"""`lilm runs rename` and `remove`: who is asked, what is refused, and what stays."""

from __future__ import annotations

import io
import os
import platform
import subprocess
import sys

import msgspec
import psutil
import pytest

from engine.config.settings import RunSettings
from engine.runs.creation import create_run
from engine.runs.folder import list_runs
from engine.runs.journals.records import Continued, Stopped, Worker
from tests.unit.inference.small_runs import make_run


def keep_alive(run):
    """Makes this very process the run's trainer."""
    worker = Worker(pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node())
    run.worker_path.write_bytes(msgspec.json.encode(worker))
    run.record_event(Continued(time=0, step=1))


def test_a_run_gets_another_name(lilm):
    make_run()
    make_run("taken")
    assert lilm("runs", "rename", "friends", "pals").code == 0
    assert {run.name for run in list_runs()} == {"pals", "taken"}
    assert lilm("runs", "rename", "pals", "taken").code == 2
    assert lilm("runs", "rename", "pals", "a/b").code == 2


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("yes\n", True), ("n\n", False), ("", False)])
def test_removing_asks(lilm, monkeypatch, answer, gone):
    make_run()
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    outcome = lilm("runs", "remove", "friends")
    assert (outcome.code, list_runs() == []) == (0, gone)
    assert "[y/N]" in outcome.error


def test_removing_does_not_ask_when_told_so(lilm):
    make_run()
    outcome = lilm("runs", "remove", "friends", "--yes")
    assert (outcome.code, outcome.error, list_runs()) == (0, "", [])


def test_a_living_run_is_neither_removed_nor_renamed(lilm):
    keep_alive(make_run())
    for arguments in (("remove", "friends", "--yes"), ("rename", "friends", "pals")):
        outcome = lilm("runs", *arguments)
        assert outcome.code == 2
        assert "stop it first" in outcome.error
    assert [run.name for run in list_runs()] == ["friends"]


@pytest.mark.fault("lost work")
def test_a_run_that_others_need_is_removed_or_renamed_only_with_a_word_about_them(lilm, monkeypatch):
    make_run()
    create_run(RunSettings(base="friends"), "younger")
    said = "younger begins from friends and cannot be resumed without a run of this name"
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    outcome = lilm("runs", "remove", "friends")
    assert (outcome.code, outcome.out) == (0, "friends stays\n")
    assert said in outcome.error
    outcome = lilm("runs", "rename", "friends", "pals")
    assert outcome.code == 2
    assert said in outcome.error
    assert lilm("runs", "rename", "friends", "pals", "--yes").code == 0
    assert lilm("runs", "rename", "pals", "friends").code == 0
    outcome = lilm("runs", "remove", "friends", "--yes")
    assert (outcome.code, outcome.out) == (0, "friends was deleted\n")
    assert said in outcome.error


READ_ONLY = """
import sys
from engine.cli import main
for arguments in sys.argv[1:]:
    print(arguments, main(arguments.split()), flush=True)
"""


@pytest.mark.fault("app ends")
def test_a_run_on_a_read_only_file_system_can_be_looked_at(home):
    run = make_run()
    run.record_event(Stopped(time=0, run="friends", step=1))
    commands = ("runs list", "runs show friends", "train --resume friends", "runs rename friends pals",
                "runs remove friends --yes", "pause friends")  # fmt: skip
    script = f'mount --bind {home} {home} && mount -o remount,ro,bind {home} && exec "$@"'
    mounted = ["unshare", "-rm", "sh", "-c", script, "sh"]
    if (probe := subprocess.run([*mounted, "true"], capture_output=True, text=True, check=False)).returncode:
        pytest.skip(f"no mounts here: {probe.stderr}")
    command = [*mounted, sys.executable, "-c", READ_ONLY, *commands]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    codes = [line for line in done.stdout.splitlines() if line.rpartition(" ")[0] in commands]
    assert codes == [f"{command} {code}" for command, code in zip(commands, (0, 0, 2, 2, 2, 2), strict=True)]
    errors = done.stderr.splitlines()
    assert len(errors) == 4
    for error in errors[:3]:
        assert "Read-only file system; friends is read-only" in error
    assert "friends is not training" in errors[3]
