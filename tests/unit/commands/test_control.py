from __future__ import annotations

import io
import os
import platform
import signal
import time

import msgspec
import psutil
import pytest

from engine.cli import main
from engine.commands import control as commands
from engine.config.settings import RunSettings
from engine.errors import MisuseError
from engine.runs.creation import create_run
from engine.runs.journals import journal
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import (
    Checkpoint,
    Continued,
    LearningRateChanged,
    NgramEstimate,
    Paused,
    Preparing,
    Started,
    Step,
    Stopped,
    Worker,
)
from engine.runs.process import control, status
from engine.runs.process.exits import describe_end
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run, run_state
from tests.unit.inference.small_runs import make_run
from tests.unit.runs.holders import held


@pytest.fixture
def living():
    run = create_run(RunSettings(), "alive")
    worker = Worker(pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node())
    run.worker_path.write_bytes(msgspec.json.encode(worker))
    run.record_event(
        Started(
            time=0,
            device="cpu",
            precision="fp32",
            parameters=1,
            vocabulary_size=1,
            train_tokens=1,
            validation_tokens=0,
        )
    )
    return run


@pytest.mark.parametrize(
    ("name", "before", "command", "answer", "state"),
    [
        ("pause", None, control.Pause(), Paused(time=0, step=3), "paused"),
        ("continue", Paused(time=0, step=3), control.Continue(), Continued(time=0, step=3), "training"),
        ("stop", None, control.Stop(), Stopped(time=0, run="alive", step=3), "stopped"),
        ("stop", Paused(time=0, step=3), control.Stop(), Stopped(time=0, run="alive", step=3), "stopped"),
    ],
)
def test_an_order_is_sent_and_waited_for(lilm, living, monkeypatch, name, before, command, answer, state):
    if before:
        living.record_event(before)
    heard = []

    def trainer(_):
        heard.extend(control.receive(living))
        living.record_event(answer)

    monkeypatch.setattr(commands.time, "sleep", trainer)
    outcome = lilm(name, "alive")
    assert (outcome.code, outcome.out) == (0, f"alive is {state}\n")
    assert heard == [command]


def test_what_is_so_already_needs_no_order(lilm, living):
    assert lilm("continue", "alive").out == "alive is training already\n"
    assert control.receive(living) == []


def test_where_nothing_trains_that_is_said(lilm):
    make_run()
    assert lilm("stop", "friends").out == "friends is finished already\n"
    outcome = lilm("pause", "friends")
    assert outcome.code == 2
    assert "friends is not training: it is finished; lilm train starts another run" in outcome.error
    assert lilm("pause", "nobody").code == 2


def test_a_trainer_that_dies_instead_is_said_to_have(lilm, living, monkeypatch):
    monkeypatch.setattr(commands.time, "sleep", lambda _: living.worker_path.unlink())
    monkeypatch.setattr("engine.runs.process.status.STARTING_SECONDS", 0.0)
    outcome = lilm("pause", "alive")
    assert outcome.code == 1
    assert "did not pause: it exited unexpectedly" in outcome.error


def test_a_trainer_that_does_not_answer_is_not_waited_for_for_ever(lilm, living, monkeypatch):
    monkeypatch.setattr(commands, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0.0)
    outcome = lilm("stop", "alive")
    assert outcome.code == 1
    assert "takes effect after the current step" in outcome.error
    assert "has not responded yet" in outcome.error


def test_who_makes_long_steps_is_waited_for(lilm, living, monkeypatch):
    step = Step(
        step=2, tokens=8, seconds=40.0, train_loss=1.0, fraction=0.1, tokens_per_second=1, learning_rate=1
    )
    journal.append(living.metrics_path, step)
    monkeypatch.setattr(commands, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(
        commands.time, "sleep", lambda _: living.record_event(Stopped(time=0, run="alive", step=3))
    )
    assert lilm("stop", "alive").out == "alive is stopped\n"


def test_a_learning_rate_is_scaled_and_waited_for(lilm, living, monkeypatch):
    heard = []

    def trainer(_):
        heard.extend(control.receive(living))
        living.record_event(LearningRateChanged(time=0, step=3, scale=0.5))

    monkeypatch.setattr(commands.time, "sleep", trainer)
    outcome = lilm("rate", "alive", "0.5")
    assert (outcome.code, outcome.out) == (0, "alive learns at 0.5 times the schedule's rate\n")
    assert heard == [control.ScaleLearningRate(0.5)]


STARTED_AGAIN = Started(
    time=4e9,
    device="cpu",
    precision="fp32",
    parameters=1,
    vocabulary_size=1,
    train_tokens=1,
    validation_tokens=0,
)


@pytest.fixture
def hung(monkeypatch):
    """A run whose trainer was stopped by a signal long ago."""
    run = create_run(RunSettings(), "stuck")
    run.record_event(Preparing(time=0, stage="reading"))
    with held(run, Purpose.TRAIN) as trainer:
        trainer.send_signal(signal.SIGSTOP)
        monkeypatch.setattr(status, "HUNG_SECONDS", 0.05)
        time.sleep(0.1)
        assert run_state(run) == "hung"
        yield run, trainer


@pytest.mark.fault("hang")
@pytest.mark.parametrize("options", [("--force",), ()])
def test_a_trainer_that_hangs_is_ended_by_force_when_one_is_sure(lilm, hung, monkeypatch, options):
    run, trainer = hung
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    outcome = lilm("stop", "stuck", *options)
    assert outcome.out == "the trainer of stuck was ended by force; it has no checkpoint yet\n"
    assert ("[y/N]" in outcome.error) == (not options)
    assert trainer.wait(10) == -signal.SIGKILL
    assert run_state(run) == "died"
    assert describe_end(run, RunHistory(run).read_all(), trainer.returncode) == "was ended by force"
    run.record_event(STARTED_AGAIN)
    assert "memory" in describe_end(run, RunHistory(run).read_all(), -signal.SIGKILL)
    hold_run(run, Purpose.START).release()


@pytest.mark.fault("hang")
def test_without_a_yes_a_trainer_that_hangs_stays_and_wakes(lilm, hung, monkeypatch):
    run, trainer = hung
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    outcome = lilm("stop", "stuck")
    assert outcome.code == 1
    assert f"kill -CONT {trainer.pid} wakes it; lilm stop stuck --force ends it" in outcome.error
    for order in (("pause", "stuck"), ("rate", "stuck", "0.5")):
        outcome = lilm(*order)
        assert outcome.code == 1
        assert f"process {trainer.pid}, which trains stuck, has given no sign of life" in outcome.error
    assert control.waiting(run) == []
    assert "hung" in lilm("runs").out
    trainer.send_signal(signal.SIGCONT)
    monkeypatch.setattr(status, "HUNG_SECONDS", 60.0)
    assert run_state(run) == "preparing"


def test_a_trainer_that_lives_and_does_not_answer_is_ended_by_force_after_a_while(lilm, monkeypatch):
    run = create_run(RunSettings(), "deaf")
    run.record_event(Preparing(time=0, stage="reading"))
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0.2)
    with held(run, Purpose.TRAIN) as trainer:
        assert lilm("stop", "deaf").code == 1
        assert trainer.poll() is None
        assert lilm("stop", "deaf", "--force").code == 0
        assert trainer.wait(10) == -signal.SIGKILL


def test_where_nobody_holds_the_lock_nobody_is_killed(living):
    """`living` has a process of ours in worker.json, as a run of an older version has."""
    with pytest.raises(MisuseError, match="no process of this machine is known to train alive"):
        control.end_by_force(living)


@pytest.mark.parametrize("scale", ["0", "-1", "nan", "inf", "101", "half"])
def test_what_no_rate_is_multiplied_by_is_refused(lilm, living, scale):
    outcome = lilm("rate", "alive", "--", scale)
    assert outcome.code == 2
    assert "give a number above 0" in outcome.error
    assert control.receive(living) == []


def test_counting_has_no_learning_rate(lilm, living):
    living.record_event(NgramEstimate(time=0, entries=[1], memory_bytes=1))
    outcome = lilm("rate", "alive", "0.5")
    assert outcome.code == 2
    assert "no learning rate" in outcome.error


def test_a_checkpoint_is_written_on_request(living, monkeypatch, capsys):
    def trainer_saves(run, command):
        assert command == control.SaveCheckpoint()
        run.record_event(Checkpoint(time=1.0, step=7))

    monkeypatch.setattr(control, "send", trainer_saves)
    living.record_event(Checkpoint(time=0.0, step=3))
    assert main(["checkpoint", "alive"]) == 0
    assert "alive wrote the checkpoint of step 7" in capsys.readouterr().out
    living.record_event(Stopped(time=2.0, run="alive", step=7))
    with pytest.raises(MisuseError, match="is not training"):
        commands.save_checkpoint(living)
