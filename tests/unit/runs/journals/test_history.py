from __future__ import annotations

import os
import platform

import msgspec
import psutil
import pytest

from engine.config.settings import RunSettings
from engine.runs.creation import create_run
from engine.runs.journals import journal
from engine.runs.journals.history import MOST_STEPS, RunHistory
from engine.runs.journals.records import (
    Checkpoint,
    Evaluated,
    Failed,
    Finished,
    Notice,
    Paused,
    Preparing,
    Resumed,
    Sample,
    Started,
    Step,
    Worker,
)


@pytest.fixture
def run():
    run = create_run(RunSettings(), "first")
    worker = Worker(pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node())
    run.worker_path.write_bytes(msgspec.json.encode(worker))
    return run


def log_step(run, number, loss=1.0, fraction=0.0, seconds=0.0):
    journal.append(
        run.metrics_path,
        Step(
            step=number,
            tokens=number,
            seconds=seconds,
            train_loss=loss,
            fraction=fraction,
            tokens_per_second=1,
        ),
    )


def evaluated(number, loss, **facts):
    return Evaluated(time=0, step=number, tokens=number, seconds=0, val_loss=loss, val_bpb=loss, **facts)


def started():
    return Started(time=0, device="cpu", precision="fp32", parameters=1, vocabulary_size=1, train_tokens=1,
                   validation_tokens=0)  # fmt: skip


def test_a_run_is_followed_bit_by_bit(run):
    history = RunHistory(run)
    assert history.poll() == ([], [])
    assert (history.state, history.last) == ("preparing", None)
    run.record_event(Preparing(time=0, stage="reading"))
    run.record_event(started())
    log_step(run, 1)
    steps, events = history.poll()
    assert [len(steps), len(events)] == [1, 2]
    assert (history.state, history.last.step, history.started) == ("training", 1, started())
    log_step(run, 2)
    run.record_event(evaluated(2, 1.5))
    run.record_event(Notice(time=0, message="careful"))
    run.record_event(Checkpoint(time=0, step=2))
    journal.append(run.samples_path, Sample(time=0, step=2, prompt="a", completion="b"))
    history.poll()
    assert [step.step for step in history.steps] == [1, 2]
    assert [len(history.evaluations), len(history.notices), len(history.samples)] == [1, 1, 1]
    run.record_event(Paused(time=0, step=2))
    assert history.read_all().state == "paused"


def test_a_curve_is_of_one_text_and_the_last_word_is_of_the_whole(run):
    for number in (10, 20):
        run.record_event(evaluated(number, 1.0, whole=False))
    history = RunHistory(run).read_all()
    assert (history.held_out, history.final) == (history.evaluations[-1], None)
    run.record_event(evaluated(20, 1.2))
    history.read_all()
    assert [found.step for found in history.evaluations] == [10, 20]
    assert history.held_out == history.final == evaluated(20, 1.2)
    run.record_event(Resumed(time=0, step=10))
    history.read_all()
    assert (history.held_out, history.final) == (evaluated(10, 1.0, whole=False), None)


def test_what_a_resumed_run_makes_again_supersedes_what_was(run):
    run.record_event(started())
    for number in (10, 20, 30, 40):
        log_step(run, number, loss=1.0)
        run.record_event(evaluated(number, 1.0))
    run.record_event(Failed(time=0, reason="the power went"))
    assert RunHistory(run).read_all().failure
    run.record_event(Resumed(time=0, step=20))
    log_step(run, 25, loss=2.0)
    log_step(run, 35, loss=2.0)
    run.record_event(evaluated(35, 2.0))
    history = RunHistory(run).read_all()
    assert [(step.step, step.train_loss) for step in history.steps] == [
        (10, 1.0),
        (20, 1.0),
        (25, 2.0),
        (35, 2.0),
    ]
    assert [(one.step, one.val_loss) for one in history.evaluations] == [(10, 1.0), (20, 1.0), (35, 2.0)]
    assert history.failure is None
    assert history.state == "training"


def test_the_time_left_follows_the_pace_so_far(run):
    history = RunHistory(run)
    run.record_event(started())
    assert history.read_all().seconds_left is None
    log_step(run, 1, fraction=0.25, seconds=30)
    assert history.read_all().seconds_left == pytest.approx(90)
    run.record_event(
        Finished(time=0, run="first", step=1, val_loss=1.0, val_bpb=1.0, seconds=1, tokens_per_second=1)
    )
    assert history.read_all().seconds_left is None
    assert history.finished.val_loss == 1.0


def test_a_long_curve_is_bounded_and_its_last_line_exact(run):
    lines = 2 * MOST_STEPS + 5
    log_step(run, 0)
    line = run.metrics_path.read_bytes()
    # Without checksums, as earlier versions wrote them.
    head, _, tail = line.partition(b'"step":0')
    tail = tail.partition(b',"crc"')[0] + b"}\n"
    run.metrics_path.write_bytes(b"".join(b'%b"step":%d%b' % (head, n, tail) for n in range(1, lines + 1)))
    history = RunHistory(run).read_all()
    assert len(history.steps) < MOST_STEPS
    assert history.last.step == lines
    points = [point.step for point in history.steps]
    assert points == sorted(set(points))
    assert points[-1] > 0.99 * lines
    log_step(run, 100)
    history.poll()
    assert history.last.step == 100, "a resumed run"
    assert all(point.step <= 100 for point in history.steps)
