"""The watcher without an app: what it notices, and what it leaves alone."""

from __future__ import annotations

import shutil

from engine.runs.folder import remove_run, rename_run
from engine.runs.journals import journal
from tests.app.fake_trainer import step_record
from tests.app.frozen_runs import STEPS, make_run
from tui.lab.run_watcher import RunWatcher


def watcher_that_counts() -> tuple[RunWatcher, list[None]]:
    notifications: list[None] = []
    return RunWatcher(lambda: notifications.append(None)), notifications


def test_an_empty_home_is_told_once() -> None:
    watcher, notifications = watcher_that_counts()
    watcher.look()
    assert watcher.has_listed
    watcher.look_now()
    watcher.look()
    assert len(notifications) == 1


def test_one_notification_for_many_changes_until_they_are_taken() -> None:
    watcher, notifications = watcher_that_counts()
    make_run("one", "finished")
    make_run("two", "finished")
    watcher.look()
    assert len(notifications) == 1
    assert watcher.take_changes() == {"one", "two"}
    run = make_run("three", "training", step=4)
    watcher.look_now()
    watcher.look()
    journal.append(run.metrics_path, step_record(5, STEPS))
    watcher.look_now()
    watcher.look()
    assert len(notifications) == 2
    assert watcher.take_changes() == {"three"}
    assert watcher.runs["three"].history.steps[-1].step == 5


def test_the_newest_run_comes_first_and_a_renamed_one_is_followed() -> None:
    watcher, _ = watcher_that_counts()
    make_run("old", "finished")
    run = make_run("new", "finished")
    watcher.look()
    assert list(watcher.runs) == ["new", "old"]
    rename_run(run, "newer")
    watcher.look_now()
    watcher.look()
    assert list(watcher.runs) == ["newer", "old"]
    assert len(watcher.runs["newer"].history.steps) == 120


def test_another_run_under_the_same_name_is_another_run() -> None:
    watcher, _ = watcher_that_counts()
    remove_run(make_run("fox", "finished", step=100))
    make_run("fox", "finished", step=60)
    watcher.look()
    assert len(watcher.runs["fox"].history.steps) == 60
    shutil.rmtree(watcher.runs["fox"].run.folder)
    make_run("fox", "finished", step=20)
    watcher.look_now()
    watcher.look()
    assert len(watcher.runs["fox"].history.steps) == 20


def test_a_run_that_vanishes_while_it_is_read_is_dropped() -> None:
    watcher, _ = watcher_that_counts()
    run = make_run("fox", "finished")
    watcher.look()
    shutil.rmtree(run.folder)
    for watched in watcher.runs.values():
        watched.next_reading = 0.0
    watcher.look()
    watcher.look_now()
    watcher.look()
    assert not watcher.runs


def test_the_log_is_read_only_for_runs_that_ended_badly() -> None:
    make_run("poor", "died")
    good = make_run("good", "training")
    good.log_path.write_text("step 1\n")
    watcher, _ = watcher_that_counts()
    watcher.look()
    assert watcher.runs["poor"].log_tail[-1].startswith("Out of memory")
    assert watcher.runs["good"].log_tail == []
    assert watcher.runs["good"].checkpoint == 120
