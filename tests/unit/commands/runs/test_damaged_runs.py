"""Runs whose files are damaged or may not be read are listed as such, and the others as ever."""

from __future__ import annotations

import json
import os

import pytest

from engine.runs import sums
from engine.runs.folder import list_runs
from tests.privileges import permissions_that_hold
from tests.unit.inference.small_runs import make_run


@pytest.fixture
def pair():
    make_run("whole")
    return make_run("broken")


def spoil(run, what):
    (run.folder / sums.FILE).unlink()  # as in runs of earlier versions, where nothing but the decoder sees it
    match what:
        case "events: a byte":
            with run.events_path.open("ab") as file:
                file.write(b'{"event":"notice","time":1,"message":"caf\xc3"}\n')
        case "metrics: nested":
            with run.metrics_path.open("ab") as file:
                file.write(b"[" * 100_000 + b"\n")
        case "samples: a byte":
            run.samples_path.write_bytes(b'{"event":"sample","time":1,"step":1,"prompt":"caf\xc3"}\n')
        case "settings: nested":
            run.settings_path.write_text("model=" + "[" * 100_000)
        case "settings: number":
            run.settings_path.write_text("seed=" + "9" * 5000)
        case "settings: hexadecimal":
            run.settings_path.write_text("seed=0x" + "9" * 5000)
        case "settings: a byte":
            run.settings_path.write_bytes(b'device="\xff"')
        case "settings: forbidden":
            run.settings_path.chmod(0)
        case "env: nested":
            (run.folder / "env.json").write_bytes(b'{"plan":' * 100_000)
        case "worker: a process":
            run.worker_path.write_text('{"pid":-1,"process_start":0,"host":"x"}')
        case "events: forbidden":
            run.events_path.chmod(0)
        case "events: a folder":
            run.events_path.unlink()
            run.events_path.mkdir()
        case "events: a pipe":
            run.events_path.unlink()
            os.mkfifo(run.events_path)
        case "folder: forbidden":
            run.folder.chmod(0)


@pytest.mark.fault("app ends")
@pytest.mark.parametrize(
    "what",
    [
        "events: a byte",
        "metrics: nested",
        "samples: a byte",
        "settings: nested",
        "settings: number",
        "settings: hexadecimal",
        "settings: a byte",
        "settings: forbidden",
        "env: nested",
        "worker: a process",
        "events: forbidden",
        "events: a folder",
        "events: a pipe",
        "folder: forbidden",
    ],
)
def test_every_command_survives_a_damaged_run(lilm, pair, what):
    spoil(pair, what)
    kind, _, damage = what.partition(": ")
    unreadable = damage in ("forbidden", "a folder", "a pipe") and kind != "settings"
    with permissions_that_hold():
        listed = {run["name"]: run for run in map(json.loads, lilm("runs", "--json").out.splitlines())}
        assert listed["whole"]["state"] == "finished"
        assert listed["whole"]["problem"] is None
        assert listed["broken"]["state"] == ("unreadable" if unreadable else "finished")
        assert bool(listed["broken"]["problem"]) == (unreadable or kind == "settings")
        outcome = lilm("runs")
        assert "whole" in outcome.out
        assert ("note: broken: cannot read" in outcome.error) == (unreadable or kind == "settings")
        shown = lilm("runs", "show", "broken")
        assert shown.code == 0
        if damage in ("a byte", "nested") and kind in ("events", "metrics", "samples"):
            assert "1 lines of its journals could not be read" in shown.out
        assert json.loads(lilm("runs", "show", "broken", "--json").out)["name"] == "broken"
        watched = lilm("watch", "broken")
        assert watched.code == (1 if unreadable else 0)
        if unreadable:
            assert "cannot read" in watched.error
        assert {run.name for run in list_runs()} == {"whole", "broken"}


def test_a_folder_of_runs_that_may_not_be_read_is_said(lilm, pair):
    pair.folder.parent.chmod(0o300)
    with permissions_that_hold():
        outcome = lilm("runs")
    assert (outcome.code, "cannot read" in outcome.error) == (1, True)
