from __future__ import annotations

import json
import platform
import sys
from types import SimpleNamespace

import msgspec
import pytest

from engine.commands import doctor
from engine.config.settings import RunSettings
from engine.health import compute, disk, sessions, terminal
from engine.machine.capacity import available_cores
from engine.machine.limits import Limit
from engine.runs.creation import create_run
from engine.runs.journals.records import Preparing, Worker


@pytest.fixture
def quiet(monkeypatch):
    """A machine on which nothing is found but in LiLM's own folders. `undo` gives back the real one."""
    with monkeypatch.context() as patch:
        for module, check in (
            (disk, "check_space"),
            (disk, "check_quota"),
            (terminal, "check_locale"),
            (terminal, "check_terminal"),
            (sessions, "check_logind"),
            (compute, "check_cards"),
            (compute, "check_memory"),
            (compute, "check_compiler"),
        ):
            patch.setattr(module, check, lambda *_: [])
        yield patch


def test_the_machine_is_described(lilm, home):
    outcome = lilm("doctor", "--json")
    found = json.loads(outcome.out)
    assert outcome.code == 0
    assert found["devices"][-1]["name"] == "cpu"
    assert found["devices"][-1]["precision"] in ("fp32", "bf16")
    assert found["cores"] == available_cores()
    assert 0 < found["available_memory_bytes"] <= found["memory_bytes"]
    assert found["versions"]["torch"]
    assert found["folders"]["data"] == str(home)
    assert found["problems"] == []
    assert not home.exists()
    assert str(home) in lilm("doctor").out


def test_nothing_is_wrong(lilm, quiet):
    assert lilm("doctor").out.endswith("no problems found\n")
    assert json.loads(lilm("doctor", "--json").out)["findings"] == []


@pytest.mark.fault("unclear")
def test_what_is_found_is_told_with_what_to_do(lilm, quiet, monkeypatch):
    """Little disk, no UTF-8, a dumb terminal, a dead run: none of them was told before."""
    quiet.undo()
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda place: SimpleNamespace(free=500_000_000))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("TERM", "dumb")
    run = create_run(RunSettings(), "dead")
    run.record_event(Preparing(time=0.0, stage="reading"))
    worker = Worker(pid=2**22 - 1, process_start=0.0, host=platform.node())
    run.worker_path.write_bytes(msgspec.json.encode(worker))
    outcome = lilm("doctor", "--json")
    assert outcome.code == 0
    found = json.loads(outcome.out)
    assert {"disk", "locale", "terminal", "runs"} <= {finding["kind"] for finding in found["findings"]}
    text = lilm("doctor").out
    for warning in found["warnings"]:
        assert f"warning         {warning}" in text
    assert "warnings" in text


@pytest.mark.fault("unclear")
def test_limits_are_told_with_their_source(lilm, monkeypatch):
    monkeypatch.setattr(doctor, "cpu_limit", lambda: Limit(0.6, "/sys/fs/cgroup/job/cpu.max"))
    monkeypatch.setattr(doctor, "memory_limit", lambda: Limit(7e8, "/sys/fs/cgroup/job/memory.max"))
    text = lilm("doctor").out
    assert "limit           0.60 cores by /sys/fs/cgroup/job/cpu.max" in text
    assert "limit           700 MB of memory by /sys/fs/cgroup/job/memory.max" in text


@pytest.mark.fault("unclear")
def test_a_gpu_that_does_not_work_is_told(lilm, monkeypatch):
    from engine.machine import devices

    monkeypatch.setattr(
        devices,
        "survey_devices",
        lambda: ([devices.DeviceInfo("cpu", "2 cores", 1, bf16=False)], {"cuda:0": "it is full"}),
    )
    found = json.loads(lilm("doctor", "--json").out)
    assert "cuda:0 is not used: it is full" in found["warnings"]


def test_a_folder_that_cannot_be_written_is_a_problem(lilm, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "file" / "home"))
    outcome = lilm("doctor")
    assert outcome.code == 1
    assert "set LILM_HOME" in outcome.out


def test_a_missing_torch_is_a_problem_and_no_crash(lilm, monkeypatch):
    monkeypatch.delitem(sys.modules, "engine.machine.devices", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    outcome = lilm("doctor", "--json")
    assert outcome.code == 1
    assert "torch" in json.loads(outcome.out)["problems"][0]


@pytest.mark.parametrize("missing", ["rustbpe"])
def test_extras_that_are_missing_are_named_but_no_problem(lilm, monkeypatch, missing):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    outcome = lilm("doctor", "--json")
    assert outcome.code == 0
    assert missing in json.loads(outcome.out)["missing_extras"]
