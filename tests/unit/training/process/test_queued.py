"""A queued run waits for others, takes only the command to stop, and then trains by itself."""

from __future__ import annotations

import pytest

from engine.config.loading import settings_from
from engine.config.presets import default_table
from engine.errors import MisuseError
from engine.runs.creation import create_run
from engine.runs.folder import remove_run
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Finished, Notice, Preparing, Started, Stopped
from engine.runs.process import control
from engine.runs.process.launch import queue_trainer
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run, run_state
from engine.training.process import queued
from tests.waiting import until


def make_run(name: str, **changes: object):
    return create_run(settings_from(default_table() | changes), name)


def started() -> Started:
    return Started(
        time=0.0,
        device="cpu",
        precision="fp32",
        parameters=1,
        vocabulary_size=2,
        train_tokens=3,
        validation_tokens=0,
    )


def finished(name: str) -> Finished:
    return Finished(
        time=0.0, run=name, step=1, val_loss=None, val_bpb=None, seconds=0.0, tokens_per_second=0.0
    )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queued, "LOOK_SECONDS", 0.001)


def test_it_waits_until_the_others_have_ended() -> None:
    run, first, second = make_run("mine"), make_run("first"), make_run("second")
    looks = 0
    with hold_run(first, Purpose.TRAIN), hold_run(second, Purpose.TRAIN):
        first.record_event(started())
        second.record_event(started())

        def is_stop_requested() -> bool:
            nonlocal looks
            looks += 1
            if looks == 2:
                first.record_event(finished("first"))
            if looks == 4:
                second.record_event(finished("second"))
            return False

        assert queued.wait(run, ["first", "second", "never-there"], is_stop_requested)
    stages = [event.stage for event in run.events().read_all() if isinstance(event, Preparing)]
    assert stages == ["waiting for first and second", "waiting for second", "starting the trainer"]


@pytest.mark.parametrize("how", ["command", "signal"])
def test_it_can_be_stopped_while_it_waits(how: str) -> None:
    run, other = make_run("mine"), make_run("other")
    with hold_run(other, Purpose.TRAIN), hold_run(run, Purpose.START):
        other.record_event(started())
        control.send(run, control.Pause())
        if how == "command":
            control.send(run, control.Stop())
        assert not queued.wait(run, ["other"], lambda: how == "signal")
    events = run.events().read_all()
    assert isinstance(events[-1], Stopped)
    assert any(
        isinstance(event, Notice) and "only takes the command to stop" in event.message for event in events
    )
    assert run_state(run) == "stopped"


def test_a_queued_run_is_held_by_its_process_and_then_trains() -> None:
    settings = {
        "corpus": {"sources": ["hello"]},
        "tokenizer": "word",
        "model": {"family": "ngram", "order": 2},
    }
    run, other = make_run("mine", **settings), make_run("other")
    with hold_run(other, Purpose.TRAIN):
        other.record_event(started())
        queue_trainer(run, ["other"])
        assert RunHistory(run).read_all().state == "queued"
        with pytest.raises(MisuseError, match="is being started"):
            remove_run(run)
        other.record_event(finished("other"))

    def has_finished() -> bool:
        state = run_state(run)
        assert state in ("queued", "preparing", "training", "finished"), state
        return state == "finished"

    until(has_finished)
