from __future__ import annotations

import os

import pytest

from engine.config.settings import RunSettings
from engine.errors import MisuseError
from engine.runs.creation import create_run
from engine.runs.process import control
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run


@pytest.fixture
def run():
    return create_run(RunSettings(), "first")


def test_commands_arrive_once_and_in_the_order_of_their_sending(run):
    sent = [
        control.Pause(),
        control.Continue(),
        control.ScaleLearningRate(0.5),
        control.SaveCheckpoint(),
        control.TakeSample(),
        control.Stop(),
    ]
    for command in sent:
        control.send(run, command)
    assert control.receive(run) == sent
    assert control.receive(run) == []


def test_files_that_are_no_commands_are_set_aside(run):
    (run.control_folder / "0.json").write_text("{")
    (run.control_folder / "1.json").write_text('{"command": "explode"}')
    (run.control_folder / ".2.json.x.part").write_text('{"command": "stop"}')  # still being written
    control.send(run, control.Stop())
    refused = []
    assert control.receive(run, refused.append) == [control.Stop()]
    assert len(refused) == 2
    assert "1.json" in refused[1]
    assert "this is not a command to first, and was moved to control/refused" in refused[1]
    assert {path.name for path in run.control_folder.iterdir()} == {".2.json.x.part", "refused"}


@pytest.mark.fault("lost work")
def test_a_command_that_cannot_be_read_ends_nothing(run, injected):
    injected(6)
    (run.control_folder / "0.json").write_bytes(b'{"command":"st\xff"}')
    (run.control_folder / "1.json").write_bytes(b"[" * 100_000)
    (run.control_folder / "2.json" / "inner").mkdir(parents=True)
    os.mkfifo(run.control_folder / "3.json")
    (run.control_folder / "4.json").write_text('{"command":"set","scale":-1}')
    (run.control_folder / "5.json").write_text('{"command":"set","scale":1e308}')
    control.send(run, control.Stop())
    assert control.receive(run) == [control.Stop()]
    assert [path.name for path in run.control_folder.iterdir()] == ["refused"]
    refused = [path.name.partition("-")[2] for path in sorted((run.control_folder / "refused").iterdir())]
    assert refused == [f"{number}.json" for number in range(6)]
    assert control.receive(run) == []


def test_commands_to_the_process_before_can_be_forgotten_and_later_ones_stay(run):
    control.send(run, control.Stop())
    stale = control.waiting(run)
    control.send(run, control.Pause())
    control.forget(stale)
    assert control.receive(run) == [control.Pause()]


def test_nothing_is_sent_to_a_run_that_nobody_trains(run):
    hold_run(run, Purpose.TRAIN).release()
    with pytest.raises(MisuseError, match="first is not training: it is died"):
        control.send(run, control.Stop())
    assert control.waiting(run) == []


def test_a_run_without_the_folder_has_no_commands(run):
    run.control_folder.rmdir()
    assert control.receive(run) == []
