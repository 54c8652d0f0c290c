from __future__ import annotations

import json
import sys

import pytest

from engine.machine import available_cores


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
    text = lilm("doctor").out
    assert "nothing is wrong" in text
    assert str(home) in text


def test_a_folder_that_cannot_be_written_is_a_problem(lilm, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "file" / "home"))
    outcome = lilm("doctor")
    assert outcome.code == 1
    assert "set LILM_HOME" in outcome.out


def test_a_missing_torch_is_a_problem_and_no_crash(lilm, monkeypatch):
    monkeypatch.delitem(sys.modules, "engine.devices", raising=False)
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
