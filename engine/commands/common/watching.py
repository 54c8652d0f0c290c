"""Watching of a run from a terminal or a script until it ends, for `lilm watch` and `lilm train`."""

from __future__ import annotations

import collections
import shutil
import sys
import time
from typing import TYPE_CHECKING

from engine import formatting
from engine.commands.common.printing import StatusLine, note, say, say_json
from engine.errors import LilmError, MisuseError
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import (
    METRICS,
    AnyEvent,
    BudgetExtended,
    Evaluated,
    Finished,
    LearningRateChanged,
    Notice,
    Paused,
    Resumed,
    Started,
    State,
    Step,
)
from engine.runs.journals.words import describe_impossible, describe_pause, describe_preparing, describe_score
from engine.runs.process import control
from engine.runs.process.status import ALIVE
from engine.sanitize import single_line

if TYPE_CHECKING:
    from engine.runs.folder import Run

POLL_SECONDS = 0.25


def watch_run(
    run: Run, *, json: bool = False, started_here: bool = False, history: RunHistory | None = None
) -> int:
    """Show a run's metrics and events as they arrive, and return 0 when it has finished or was stopped.

    Records that a given `history` has already read are not shown again. With `started_here`, events before the first
    step were already shown; Ctrl-C then stops the trainer with a checkpoint, and a second one stops waiting.

    Raises LilmError when the run failed or its trainer died, and KeyboardInterrupt for Ctrl-C.
    """
    history = history or RunHistory(run)
    view: JsonLines | ProgressLine = (
        JsonLines(history.restarts) if json else ProgressLine(history, is_shown=started_here)
    )
    asked_to_stop = False
    while True:
        try:
            if not _show_new(history, view):
                if history.state not in ALIVE and not _show_new(history, view):
                    return _end(history, view)
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            view.clear()
            if not started_here:
                raise
            if asked_to_stop:
                note(f"not waiting any longer; lilm watch {run.name} shows whether it has stopped")
                raise
            asked_to_stop = True
            control.send(run, control.Stop())
            note("stopping with a checkpoint after this step; Ctrl-C again to leave without waiting")


class JsonLines:
    """Print every metric and every event as one object with an `event` key.

    They come from two files. Each event follows the steps before it; `resumed` is between the steps of one process
    and those of the next, after all lines that it supersedes.
    """

    def __init__(self, restarts: int = 0) -> None:
        """`restarts`: number of times that the run was resumed, in the events shown before."""
        self._restarts = restarts
        self._steps: collections.deque[Step] = collections.deque()
        """Metrics of processes whose `resumed` has not been read yet."""

    def show(self, steps: list[Step], events: list[AnyEvent]) -> None:
        self._steps.extend(steps)
        for event in events:
            while self._steps and self._led_to(self._steps[0], event):
                say_json(self._steps.popleft())
            if isinstance(event, Resumed):
                self._restarts = event.restarts
            say_json(event)
        while self._steps and self._steps[0].restarts <= self._restarts:
            say_json(self._steps.popleft())

    def clear(self) -> None:
        pass

    def _led_to(self, step: Step, event: AnyEvent) -> bool:
        if isinstance(event, Resumed) and event.restarts:
            return step.restarts < event.restarts
        at: int | None = getattr(event, "step", None)  # a notice may have none
        return step.restarts < self._restarts or (
            step.restarts == self._restarts and at is not None and step.step <= at
        )


class ProgressLine:
    """Printer of a line per event, with a status line below them."""

    def __init__(self, history: RunHistory, *, is_shown: bool = False) -> None:
        """`is_shown`: notices before the first step were already shown."""
        self._history = history
        self._is_shown = is_shown
        self._line = StatusLine(sys.stdout)
        self._samples_shown = len(history.samples)

    def show(self, steps: list[Step], events: list[AnyEvent]) -> None:
        for event in events:
            if isinstance(event, Started):
                self._is_shown = False
            line = describe_event(event)
            if line and not (self._is_shown and isinstance(event, Notice)):
                self.clear()
                say(line)
        self._show_samples()
        is_news = bool(steps) or self._history.state in ("queued", "preparing")
        self._line.show(describe_progress(self._history), is_news=is_news)
        sys.stdout.flush()

    def clear(self) -> None:
        self._line.clear()

    def _show_samples(self) -> None:
        for sample in self._history.samples[self._samples_shown :]:
            self.clear()
            say("  " + single_line(sample.prompt + sample.completion, shutil.get_terminal_size().columns - 3))
        self._samples_shown = len(self._history.samples)


def describe_progress(history: RunHistory) -> str:
    """Return the progress of a run: `step 1.2k  62%  loss 1.734  val 1.802  26.1k tok/s  1m 12s left`."""
    last = history.last
    if last is None:
        preparing = history.preparing
        if preparing is None:
            return history.state
        return describe_preparing(preparing)
    loss, *others = (metric.describe_briefly(last) for metric in METRICS.values() if metric.brief is not None)
    parts = [f"step {last.step:,}", formatting.percent(last.fraction), loss or "loss inf"]
    if history.evaluations:
        parts.append(f"val {describe_score(history.evaluations[-1].val_loss)}")
    parts += filter(None, others)
    if history.state != "training":
        parts.append(history.state)
    elif history.seconds_left:
        parts.append(f"{formatting.duration(history.seconds_left)} left")
    return "  ".join(parts)


def describe_event(event: AnyEvent) -> str:
    """Return an event on one line; an empty string for events that only programs need."""
    match event:
        case Started():
            size, text = formatting.count(event.parameters), formatting.count(event.train_tokens)
            return (
                f"{size} parameters, {text} tokens, vocabulary of {event.vocabulary_size:,}, "
                f"on {event.device} in {event.precision}"
            )
        case Resumed():
            return f"resumed from step {event.step:,}"
        case Evaluated():
            sample = "" if event.whole else f" in a sample of {event.tokens_scored or 0:,} tokens"
            best = ", the best so far" if event.best else ""
            return f"step {event.step:,}: held-out {_describe_evaluation(event)}{sample}{best}"
        case Paused():
            return describe_pause(event)
        case LearningRateChanged():
            return f"step {event.step:,}: the learning rate is now {event.scale:g} times the schedule's"
        case BudgetExtended():
            return f"the budget is now {event.budget}"
        case Notice():
            return event.message
        case _:
            return ""


def _show_new(history: RunHistory, view: JsonLines | ProgressLine) -> bool:
    """Show new records; return True when there were any."""
    steps, events = history.poll()
    if isinstance(view, JsonLines):
        # A poll reads a bounded part of each file: read to the end, so that no event is shown before its steps.
        while any(more := history.poll()):
            steps += more[0]
            events += more[1]
    view.show(steps, events)
    return bool(steps or events)


def _end(history: RunHistory, view: JsonLines | ProgressLine) -> int:
    view.clear()
    name = history.run.name
    last = history.last
    match history.state:
        case "finished":
            if not isinstance(view, JsonLines) and history.finished:
                say(_describe_finish(history.finished))
        case "stopped":
            if not isinstance(view, JsonLines):
                say(
                    f"{name} stopped at step {last.step if last else 0:,}; continue with lilm train --resume {name}"
                )
        case "failed":
            failure = history.failure
            kind = MisuseError if failure and failure.misuse else LilmError
            raise kind(failure.reason if failure else f"{name} failed")
        case "unreadable":
            raise LilmError(history.problem)
        case _:
            raise LilmError(f"{describe_death(history)}; continue with lilm train --resume {name}")
    return 0


def in_words(state: State) -> str:
    """Return the state of a run, phrased to follow its name."""
    return {
        "hung": "hangs",
        "died": "exited unexpectedly",
        "silent": "is silent on its other machine",
        "unreadable": "cannot be read",
    }.get(state, f"is {state}")


def describe_death(history: RunHistory) -> str:
    """Return a sentence on a trainer that ended without a record."""
    # A run that goes well needs neither.
    from engine.runs.process.exits import describe_end
    from engine.runs.process.launch import exit_code

    run = history.run
    if history.state == "silent":
        return f"nothing has been heard of the trainer of {run.name} on its other machine"
    tail = [line.strip() for line in run.log_tail(3) if line.strip()]
    ends = f"; its log ends: {' / '.join(tail)}" if tail else ""
    return f"the trainer of {run.name} {describe_end(run, history, exit_code(run))}{ends}"


def _describe_finish(finished: Finished) -> str:
    is_scored = finished.val_loss is not None or finished.impossible
    sample = "" if finished.whole else " in a sample"
    found = f": held-out {_describe_evaluation(finished)}{sample}" if is_scored else ""
    return f"{finished.run} finished at step {finished.step:,} after {formatting.duration(finished.seconds)}{found}"


def _describe_evaluation(event: Evaluated | Finished) -> str:
    """Return `loss 1.734, 2.502 bits per byte`, with remarks."""
    found = f"loss {describe_score(event.val_loss)}, {describe_score(event.val_bpb)} bits per byte"
    if event.impossible:
        found += f", {describe_impossible(event.impossible)}"
    if event.lossless is False:
        found += ", from a tokenizer that cannot restore the text"
    if event.pseudo_likelihood:
        found += ", by the pseudo-likelihood of a masked model"
    return found
