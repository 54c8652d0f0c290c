from __future__ import annotations

import functools
import json
import os
import platform
import time

import msgspec
import psutil
import pytest

from engine.commands.common import watching
from engine.commands.common.watching import describe_event, describe_progress, watch_run
from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError
from engine.runs.creation import create_run
from engine.runs.journals import journal
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import (
    Evaluated,
    Failed,
    Finished,
    Notice,
    Preparing,
    Resumed,
    Sample,
    Started,
    Step,
    Stopped,
    Worker,
)
from engine.runs.process import control
from engine.runs.process.lock import Purpose, RunLock
from tests.unit.inference.small_runs import make_run

NOW = 1_000.0


@pytest.fixture
def living():
    """A run that this process seems to train."""
    run = create_run(RunSettings(), "alive")
    worker = Worker(pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node())
    run.worker_path.write_bytes(msgspec.json.encode(worker))
    run.record_event(Started(time=NOW, device="cpu", precision="fp32", parameters=1_200_000,
                             vocabulary_size=1024, train_tokens=500_000, validation_tokens=0))  # fmt: skip
    return run


def step(number: int, **facts) -> Step:
    facts = {
        "tokens": number * 10,
        "seconds": number / 10,
        "train_loss": 2.0,
        "fraction": number / 100,
    } | facts
    return Step(step=number, tokens_per_second=1234.0, **facts)


def finished(run, number=100) -> Finished:
    return Finished(
        time=NOW, run=run.name, step=number, val_loss=1.5, val_bpb=2.25, seconds=90, tokens_per_second=9
    )


def evaluated(number: int, **facts) -> Evaluated:
    facts = {"val_loss": 1.75, "val_bpb": 2.5} | facts
    return Evaluated(time=NOW, step=number, tokens=1, seconds=1, **facts)


def at_each_wait(monkeypatch, *happenings):
    """Perform actions of the trainer or the user while the watcher waits."""
    remaining = iter(happenings)
    monkeypatch.setattr(watching.time, "sleep", lambda _: next(remaining)())


def interrupt():
    raise KeyboardInterrupt


def test_a_sample_is_said_to_be_one() -> None:
    described = describe_event(
        evaluated(7, val_loss=1.5, val_bpb=2.0, best=True, whole=False, tokens_scored=4096)
    )
    assert (
        described
        == "step 7: held-out loss 1.500, 2.000 bits per byte in a sample of 4,096 tokens, the best so far"
    )


def test_json_is_every_metric_and_event_in_their_order_finished_last(lilm, living):
    for number in (10, 20, 100):
        journal.append(living.metrics_path, step(number))
    living.record_event(evaluated(20))
    living.record_event(finished(living))
    outcome = lilm("watch", "alive", "--json")
    lines = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(line["event"], line["step"]) for line in lines] == [
        ("started", 0), ("step", 10), ("step", 20), ("evaluated", 20), ("step", 100), ("finished", 100)
    ]  # fmt: skip
    assert lines[-1] | {"time": 0} == {
        "event": "finished", "time": 0, "run": "alive", "step": 100, "val_loss": 1.5, "val_bpb": 2.25, "seconds": 90,
        "tokens_per_second": 9, "impossible": 0, "lossless": None, "pseudo_likelihood": False, "whole": True,
    }  # fmt: skip
    assert (outcome.code, outcome.error) == (0, "")


def test_notices_of_no_step_stay_between_their_neighbours(lilm, living):
    journal.append(living.metrics_path, step(10))
    living.record_event(Notice(time=NOW, message="careful"))
    living.record_event(finished(living))
    lines = [json.loads(line)["event"] for line in lilm("watch", "alive", "--json").out.splitlines()]
    assert lines == ["started", "notice", "step", "finished"]


def test_who_started_it_is_not_told_twice(capsys):
    run = make_run()
    history = RunHistory(run)
    view = watching.ProgressLine(history, is_shown=True)
    started = Started(time=NOW, device="cpu", precision="fp32", parameters=1, vocabulary_size=1, train_tokens=1,
                      validation_tokens=0)  # fmt: skip
    view.show([], [Notice(time=NOW, message="before"), started, Notice(time=NOW, message="after")])
    out = capsys.readouterr().out
    assert ("before" in out, "after" in out) == (False, True)


def test_what_happens_later_is_shown_when_it_happens(living, monkeypatch, capsys):
    at_each_wait(
        monkeypatch,
        lambda: journal.append(living.metrics_path, step(10)),
        lambda: living.record_event(evaluated(10, best=True)),
        lambda: living.record_event(finished(living)),
    )
    assert watch_run(living) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "1.2M parameters, 500k tokens, vocabulary of 1,024, on cpu in fp32",
        "step 10  10%  loss 2.000  1.23k tok/s  9.0s left",
        "step 10: held-out loss 1.750, 2.500 bits per byte, the best so far",
        "alive finished at step 100 after 1m 30s: held-out loss 1.500, 2.250 bits per byte",
    ]


def test_a_terminal_has_one_line_that_is_rewritten(living, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    journal.append(living.metrics_path, step(10))
    at_each_wait(
        monkeypatch,
        lambda: journal.append(living.metrics_path, step(11)),
        lambda: living.record_event(finished(living)),
    )
    watch_run(living)
    out = capsys.readouterr().out
    assert "\rstep 10  10%" in out
    assert "\rstep 11  11%" in out
    assert out.count("\n") == 2  # the start and the end; the progress line leaves none
    assert "\r\x1b[Kalive finished" in out


def test_samples_are_shown_on_one_safe_line(living, monkeypatch, capsys):
    journal.append(living.samples_path, Sample(time=NOW, step=1, prompt="a\n", completion="b\x1b[2J"))
    living.record_event(finished(living))
    watch_run(living)
    assert "  a↵b␛[2J\n" in capsys.readouterr().out


def test_ctrl_c_leaves_the_run_training_when_only_watching(lilm, living, monkeypatch):
    at_each_wait(monkeypatch, interrupt)
    outcome = lilm("watch", "alive")
    assert (outcome.code, outcome.error) == (130, "")
    assert control.receive(living) == []


def test_ctrl_c_asks_the_trainer_that_it_started_to_stop_and_waits(living, monkeypatch, capsys):
    asked = []
    at_each_wait(
        monkeypatch,
        interrupt,
        lambda: asked.extend(control.receive(living)),
        lambda: living.record_event(Stopped(time=NOW, run="alive", step=42)),
    )
    assert watch_run(living, started_here=True) == 0
    assert asked == [control.Stop()]
    captured = capsys.readouterr()
    assert "Ctrl-C again to leave" in captured.err
    assert "lilm train --resume alive" in captured.out


def test_a_second_ctrl_c_leaves_without_waiting(living, monkeypatch, capsys):
    at_each_wait(monkeypatch, interrupt, interrupt)
    with pytest.raises(KeyboardInterrupt):
        watch_run(living, started_here=True)
    assert control.receive(living) == [control.Stop()]
    assert "lilm watch alive" in capsys.readouterr().err


@pytest.mark.parametrize("misuse", [False, True])
def test_a_failure_is_told_with_its_reason(living, misuse):
    living.record_event(Failed(time=NOW, reason="the text is too short", misuse=misuse))
    with pytest.raises(MisuseError if misuse else LilmError, match="too short") as raised:
        watch_run(living, json=True)
    assert raised.value.exit_code == (2 if misuse else 1)


def test_a_trainer_that_died_is_told_with_the_end_of_its_log(living):
    RunLock(living, Purpose.TRAIN).acquire().release()
    living.log_path.write_text("loading\nKilled\n")
    with pytest.raises(LilmError, match=r"exited unexpectedly.*loading / Killed.*--resume alive"):
        watch_run(living)


def test_a_last_event_between_two_looks_is_no_death(living, monkeypatch):
    """The trainer finishes after its events were read and before its process is looked at."""
    verify = iter([lambda: living.record_event(finished(living)) or "died"])
    monkeypatch.setattr(
        "engine.runs.journals.history.verify_state", lambda run, claimed, _: next(verify, lambda: claimed)()
    )
    assert watch_run(living) == 0


def test_what_was_read_before_is_not_shown_again(living, capsys):
    journal.append(living.metrics_path, step(10))
    history = RunHistory(living).read_all()
    living.record_event(Resumed(time=NOW, step=10))
    journal.append(living.metrics_path, step(11))
    living.record_event(finished(living))
    watch_run(living, json=True, history=history)
    events = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert events == ["resumed", "step", "finished"]


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize("chunk", [1, 300, 1 << 20])
@pytest.mark.parametrize("waits", [False, True])
def test_superseded_steps_stand_above_the_event_that_supersedes_them(
    living, monkeypatch, capsys, chunk, waits, injected
):
    """Of two processes that were killed; read when all is over or as it comes, a little at a time or at once."""
    injected(2)
    records = [
        *(step(number) for number in (10, 20)), evaluated(20), step(30), step(40),
        Resumed(time=NOW, step=20, restarts=1), step(25, restarts=1), step(35, restarts=1), evaluated(35),
        Resumed(time=NOW, step=25, restarts=2), step(30, restarts=2), finished(living, 30),
    ]  # fmt: skip
    monkeypatch.setattr(journal, "CHUNK", chunk)

    def write(record):
        journal.append(living.metrics_path if isinstance(record, Step) else living.events_path, record)

    if waits:
        at_each_wait(monkeypatch, *(functools.partial(write, record) for record in records))
    else:
        for record in records:
            write(record)
    assert watch_run(living, json=True) == 0
    kept: dict[int, int] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        if line["event"] == "step":
            kept[line["step"]] = line["restarts"]
        elif line["event"] == "resumed":
            kept = {number: restarts for number, restarts in kept.items() if number <= line["step"]}
    assert kept == {10: 0, 20: 0, 25: 1, 30: 2}


def test_progress_before_the_first_step_is_the_preparation(living):
    history = RunHistory(living).read_all()
    assert describe_progress(history) == "training"
    living.record_event(Preparing(time=NOW, stage="tokenizing", done=30, total=40))
    assert describe_progress(history.read_all()) == "tokenizing 75%"
    living.record_event(
        Preparing(time=NOW, stage="reading", done=1, total=4, bytes_per_second=21.3e6, seconds_left=72)
    )
    assert describe_progress(history.read_all()) == "reading 25%  21.3 MB/s  1m 12s left"
    living.record_event(Preparing(time=NOW, stage="reading"))
    assert describe_progress(history.read_all()) == "reading"


def test_progress_on_gpus_has_their_load(living):
    of_gpus = {"gpu_utilization": (90, 96), "gpu_memory_bytes": (20e9, 30e9), "gpu_power": (None, 400.0)}
    journal.append(
        living.metrics_path,
        Step(step=9, tokens=9, seconds=9, train_loss=2.0, fraction=0.5, tokens_per_second=9, **of_gpus),
    )
    history = RunHistory(living).read_all()
    assert "  9 tok/s  2 GPUs 93%  50 GB  400 W" in describe_progress(history)


def test_an_infinite_loss_is_said_to_be_one():
    described = describe_event(evaluated(1, val_loss=None, val_bpb=None, impossible=12))
    assert described == "step 1: held-out loss inf, inf bits per byte, 12 tokens impossible"
    assert describe_event(Notice(time=NOW, message="careful")) == "careful"


def test_a_finished_run_is_told_at_once(lilm):
    make_run()
    before = time.monotonic()
    outcome = lilm("watch", "friends")
    assert "friends finished at step 1" in outcome.out
    assert time.monotonic() - before < 10
    assert lilm("watch", "nobody").code == 2
