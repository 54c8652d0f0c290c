"""A run has one trainer, which ends when its folder is taken away: real trainers, several at once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from engine.runs.creation import create_run
from engine.runs.folder import Run, remove_run
from engine.runs.journals.records import Notice, Started, Stopped
from engine.runs.process import control
from engine.runs.process.lock import look
from engine.runs.process.status import run_state
from tests.unit.training.trainers import losses, start
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

ENDLESS = {"training": {"budget": "1000000steps"}}


@pytest.mark.fault("two writers")
def test_of_three_trainers_of_a_run_one_trains(
    make_run: Callable[..., Run], injected: Callable[[int], None]
) -> None:
    injected(2)
    run = make_run("wanted", ENDLESS)
    trainers = [start(run) for _ in range(3)]
    until(lambda: sum(trainer.exitcode is not None for trainer in trainers) == 2)
    until(lambda: len(losses(run)) >= 3)
    (winner,) = (trainer for trainer in trainers if trainer.exitcode is None)
    assert [trainer.exitcode for trainer in trainers if trainer is not winner] == [2, 2]
    control.send(run, control.Stop())
    winner.join(60)
    events, steps = run.events().read_all(), [step.step for step in run.metrics().read_all()]
    assert steps == list(range(1, len(steps) + 1))
    assert [type(event) for event in events if isinstance(event, Started | Stopped)] == [Started, Stopped]


@pytest.mark.fault("lost work")
@pytest.mark.parametrize("successor", [False, True])
def test_a_trainer_ends_when_its_folder_is_removed(make_run: Callable[..., Run], successor: bool) -> None:
    """Also when a run of the same name takes its place at once, into which it must not write."""
    run = make_run("removed", ENDLESS)
    trainer = start(run)
    until(lambda: len(losses(run)) >= 3)
    settings = run.settings()
    while run.folder.exists():
        shutil.rmtree(run.folder, ignore_errors=True)  # it may just write a file anew
    if successor:
        create_run(settings, "removed")
    trainer.join(30)
    assert trainer.exitcode == 1
    left = {path.name for path in run.folder.iterdir()} if run.folder.exists() else set()
    assert left == ({"run.toml", "sums.json", "checkpoints", "control"} if successor else set())


@pytest.mark.fault("lost work")
def test_a_trainer_killed_at_once_leaves_a_run_that_can_be_resumed_or_removed(
    make_run: Callable[..., Run],
) -> None:
    run = make_run("killed", ENDLESS)
    trainer = start(run)
    until(lambda: (seen := look(run)) is not None and seen.trainer is not None)
    trainer.kill()
    trainer.join()
    assert run_state(run) == "died"
    for restarts in (1, 2):
        trainer = start(run, "--resume")
        until(lambda: (steps := run.metrics().read_all()) and steps[-1].restarts == restarts)  # noqa: B023
        trainer.kill()
        trainer.join()
    remove_run(run)
    assert not run.folder.exists()


@pytest.mark.fault("lost work")
def test_what_is_no_order_is_set_aside_and_training_goes_on(make_run: Callable[..., Run]) -> None:
    run = make_run("steady", ENDLESS)
    (run.control_folder / "1.json").write_bytes(b'{"command":"st\xff"}')
    (run.control_folder / "z.json").mkdir()
    trainer = start(run)
    until(lambda: len(losses(run)) >= 3)
    control.send(run, control.Stop())
    trainer.join(60)
    assert trainer.exitcode == 0
    notices = [event.message for event in run.events().read_all() if isinstance(event, Notice)]
    assert (
        sum("is not a command to steady, and was moved to control/refused" in message for message in notices)
        == 2
    )
