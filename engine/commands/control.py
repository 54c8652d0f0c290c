"""`lilm pause`, `continue`, `stop`, `rate` and `checkpoint`: commands to a run's trainer."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.common.printing import note, say
from engine.commands.common.watching import in_words
from engine.errors import LilmError, MisuseError
from engine.runs.checkpoints import complete_steps
from engine.runs.folder import find_run
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Checkpoint, NgramEstimate
from engine.runs.journals.words import describe_hung
from engine.runs.process import control
from engine.runs.process.status import ALIVE, run_state
from engine.sanitize import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from engine.runs.folder import Run
    from engine.runs.journals.records import State

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
"""Seconds, or three steps if they are longer; a trainer that still prepares its text may take longer."""
TELL_SECONDS = 2.0
"""Seconds after which the reason of the wait is printed."""


class NoAnswerError(LilmError):
    """A trainer did not execute a command in time."""


@dataclass(frozen=True)
class Order:
    help: str
    command: control.Command
    wanted: frozenset[State]
    """States in which the command was executed."""


ORDERS = {
    "pause": Order("pause a run after its step", control.Pause(), frozenset({"paused"})),
    "continue": Order("continue a paused run", control.Continue(), frozenset({"training", "finished"})),
    "stop": Order("stop a run with a checkpoint", control.Stop(), frozenset({"stopped", "finished"})),
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, order in ORDERS.items():
        parser = commands.add_parser(name, help=order.help, description=f"{order.help.capitalize()}.")
        parser.add_argument("run_name", metavar="RUN")
        if name == "stop":
            parser.add_argument(
                "--force",
                action="store_true",
                help="end a trainer that does not respond; its steps since the last checkpoint are lost",
            )
        parser.set_defaults(run=run, order=name, force=False)
    what = "multiply a run's scheduled learning rate from its next step on"
    parser = commands.add_parser("rate", help=what, description=f"{what.capitalize()}.")
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument(
        "scale", metavar="SCALE", help="a number above 0, such as 0.5; 1 is the schedule's own rate"
    )
    parser.set_defaults(run=run_rate)
    what = "write a checkpoint of a run now"
    parser = commands.add_parser("checkpoint", help=what, description=f"{what.capitalize()}, after its step.")
    parser.add_argument("run_name", metavar="RUN")
    parser.set_defaults(run=run_checkpoint)


def run(arguments: argparse.Namespace) -> int:
    training = find_run(arguments.run_name)
    if arguments.order == "stop" and run_state(training) == "hung":
        say(_stop_hung(training, sure=arguments.force))
        return 0
    try:
        say(obey(training, arguments.order))
    except NoAnswerError:
        if not arguments.force:
            raise
        say(_stop_hung(training, sure=True))
    return 0


def run_rate(arguments: argparse.Namespace) -> int:
    say(scale_rate(find_run(arguments.run_name), control.read_scale(arguments.scale)))
    return 0


def run_checkpoint(arguments: argparse.Namespace) -> int:
    say(save_checkpoint(find_run(arguments.run_name)))
    return 0


def obey(run: Run, name: str) -> str:
    """Send a command, wait until it is executed, and return the new state as a sentence.

    Raises MisuseError when the run does not train, LilmError when the trainer ends otherwise or does not respond.
    """
    order = ORDERS[name]
    history = RunHistory(run).read_all()
    if history.state in order.wanted:
        return f"{run.name} {in_words(history.state)} already"
    _send_and_wait(history, order.command, lambda: history.state in order.wanted, name)
    return f"{run.name} {in_words(history.state)}"


def _stop_hung(run: Run, *, sure: bool) -> str:
    """End a trainer by force, after asking."""
    steps = complete_steps(run)
    kept = f"its checkpoint of step {steps[-1]:,} stays" if steps else "it has no checkpoint yet"
    if not sure:
        sys.stderr.write(visible(f"{describe_hung(run)}; {kept}. End it by force? [y/N] "))
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise LilmError(f"{describe_hung(run)}; lilm stop {run.name} --force ends it")
    control.end_by_force(run)
    return f"the trainer of {run.name} was ended by force; {kept}"


def scale_rate(run: Run, scale: float) -> str:
    """Do the same as `obey` for the learning rate."""
    history = RunHistory(run).read_all()
    if isinstance(history.estimate, NgramEstimate):
        raise MisuseError(f"{run.name} counts n-grams, which have no learning rate")
    _send_and_wait(
        history,
        control.ScaleLearningRate(scale),
        lambda: history.rate_scale == scale,
        "change its learning rate",
    )
    return f"{run.name} learns at {scale:g} times the schedule's rate"


def save_checkpoint(run: Run) -> str:
    """Do the same as `obey` for a checkpoint."""
    history = RunHistory(run).read_all()

    def newest() -> Checkpoint | None:
        return next((mark for mark in reversed(history.marks) if isinstance(mark, Checkpoint)), None)

    before = newest()
    _send_and_wait(history, control.SaveCheckpoint(), lambda: newest() != before, "write a checkpoint")
    written = newest()
    assert written is not None
    return f"{run.name} wrote the checkpoint of step {written.step:,}"


def _send_and_wait(
    history: RunHistory, command: control.Command, is_obeyed: Callable[[], bool], what: str
) -> None:
    run = history.run
    if history.state not in ALIVE:
        finished = history.state == "finished"
        remedy = (
            "lilm train starts another run" if finished else f"continue with lilm train --resume {run.name}"
        )
        raise MisuseError(f"{run.name} is not training: it {in_words(history.state)}; {remedy}")
    if history.state == "hung":
        raise LilmError(f"{describe_hung(run)}; lilm stop {run.name} --force ends it")
    control.send(run, command)
    step_seconds = 0.0
    if history.state == "preparing":
        note(f"{run.name} is still preparing; the command takes effect before its first step")
    elif not _comes_true(is_obeyed, TELL_SECONDS, history, what):
        note(f"the command takes effect after the current step of {run.name}")
        if history.last is not None:
            step_seconds = history.last.seconds / history.last.step
    if not _comes_true(is_obeyed, max(PATIENCE_SECONDS, 3 * step_seconds), history, what):
        raise NoAnswerError(f"{run.name} has not responded yet; see it with lilm watch {run.name}")


def _comes_true(is_obeyed: Callable[[], bool], seconds: float, history: RunHistory, what: str) -> bool:
    """Wait for it, at most `seconds`. Raises LilmError when the trainer ends otherwise."""
    run = history.run
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        # A trainer's last event may arrive between reading its events and checking its process.
        still_alive = history.read_all().state in ALIVE
        history.read_all()
        if is_obeyed():
            return True
        if not still_alive:
            raise LilmError(
                f"{run.name} did not {what}: it {in_words(history.state)}; its log is {run.log_path}"
            )
        time.sleep(POLL_SECONDS)
    return False
