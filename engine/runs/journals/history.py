"""History of a run: its curve, its evaluations and its state, read incrementally."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from engine.runs.journals.records import (
    METRICS,
    AnyEvent,
    BudgetExtended,
    Checkpoint,
    Estimate,
    Evaluated,
    Failed,
    Finished,
    LearningRateChanged,
    NgramEstimate,
    NotFinite,
    Notice,
    Paused,
    Preparing,
    Resumed,
    Sample,
    Started,
    State,
    Step,
)
from engine.runs.process.status import state_after, verify_state

if TYPE_CHECKING:
    from engine.runs.folder import Run


MOST_STEPS = 1 << 14
"""Points of the curve that are kept. When there are this many, each pair is replaced by its mean, and from then on
each new point is the mean of twice as many lines."""

MOST_MARKS = 1000
Mark = Checkpoint | LearningRateChanged | Resumed | NotFinite


class RunHistory:
    """Reader of one run. `poll` reads new records; the attributes hold those read so far."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps: list[Step] = []
        """Points without those that a resumed run repeated; means of several lines in a long run.

        The list only grows, and is replaced by another when it changes otherwise: a reader in another thread may
        read up to a length that it has read before.
        """
        self.recorded: set[str] = set()
        """Names of the metrics of which any point has a value."""
        self._last: Step | None = None
        self._lines_per_step = 1
        self._lines: list[Step] = []
        """Lines of the point that is not complete yet."""
        self.evaluations: list[Evaluated] = []
        """Evaluations on the same text: all of the held-out text, or the sample that each evaluation scores."""
        self.final: Evaluated | None = None
        """Evaluation after the last step, where it scored more of the held-out text than the earlier ones."""
        self.notices: list[Notice] = []
        self.marks: deque[Mark] = deque(maxlen=MOST_MARKS)
        """Newest events that a chart marks: checkpoints, changed rates, resumes, losses that are not finite."""
        self.samples: list[Sample] = []
        self.started: Started | None = None
        self.preparing: Preparing | None = None
        self.estimate: Estimate | NgramEstimate | None = None
        self.finished: Finished | None = None
        self.failure: Failed | None = None
        self.rate_scale = 1.0
        """Latest factor of the scheduled learning rates that the user chose."""
        self.extension: BudgetExtended | None = None
        """Latest extension of the budget."""
        self.restarts = 0
        """Number of times that the run was resumed."""
        self.state: State = "preparing"
        self._claimed: State = "preparing"
        self._pause: Paused | None = None
        self._metrics = run.metrics()
        self._events = run.events()
        self._samples = run.samples()

    @property
    def pause(self) -> Paused | None:
        """Event of the current pause; None when the run is not paused."""
        if self.state != "paused":
            return None
        if self._claimed == "paused":
            return self._pause
        # The disk had no space even for the event of the pause.
        return Paused(
            time=0.0, step=self.last.step if self.last else 0, reason="there is no room on its disk"
        )

    @property
    def last(self) -> Step | None:
        """Newest line of metrics."""
        return self._last

    @property
    def best(self) -> Evaluated | None:
        """The evaluation with the lowest loss so far."""
        return next((evaluation for evaluation in reversed(self.evaluations) if evaluation.best), None)

    @property
    def held_out(self) -> Evaluated | None:
        """Latest evaluation."""
        return self.final or (self.evaluations[-1] if self.evaluations else None)

    @property
    def seconds_left(self) -> float | None:
        """Seconds of training left at the mean speed; None when it is unknown or nothing is left."""
        last = self.last
        if last is None or last.fraction <= 0 or self.state not in ("training", "paused"):
            return None
        return last.seconds * (1 - last.fraction) / last.fraction

    @property
    def _step_seconds(self) -> float:
        return self.last.seconds / self.last.step if self.last is not None and self.last.step else 0.0

    @property
    def problem(self) -> str:
        """Reason why a run is unreadable, as a sentence; empty for others."""
        return self._events.problem or self._metrics.problem

    @property
    def skipped_lines(self) -> int:
        """Lines of the journals that could not be read and were left out."""
        return self._events.skipped + self._metrics.skipped + self._samples.skipped

    def poll(self) -> tuple[list[Step], list[AnyEvent]]:
        """Read a bounded number of new records and update the state; call until it returns nothing."""
        events = self._events.poll()
        steps = self._metrics.poll()
        for event in events:
            self._take_event(event)
        for step in steps:
            self._take_step(step)
        self.samples.extend(self._samples.poll())
        self.state = verify_state(self.run, self._claimed, self._step_seconds)
        if self.state == "died":
            # Its last event may have arrived between the two reads.
            for event in (last := self._events.poll()):
                self._take_event(event)
            self.state = verify_state(self.run, self._claimed, self._step_seconds)
            events += last
        if self.problem:
            self.state = "unreadable"
        return steps, events

    def read_events(self) -> RunHistory:
        """Read everything except metrics and samples, which may be long, without looking at processes."""
        while events := self._events.poll():
            for event in events:
                self._take_event(event)
        return self

    def read_all(self) -> RunHistory:
        while any(self.poll()):
            pass
        return self

    def _take_step(self, step: Step) -> None:
        if self._last is not None and step.step <= self._last.step:
            self.steps = [earlier for earlier in self.steps if earlier.step < step.step]
            self._lines = []
        self._last = step
        self._lines.append(step)
        if len(self._lines) >= self._lines_per_step:
            self._add_point(_mean(self._lines))
            self._lines = []
        if len(self.steps) >= MOST_STEPS:
            pairs = zip(self.steps[::2], self.steps[1::2], strict=True)
            self.steps = [_mean(list(pair)) for pair in pairs]
            self._lines_per_step *= 2

    def _add_point(self, point: Step) -> None:
        self.steps.append(point)
        if len(self.recorded) < len(METRICS):
            absent = METRICS.keys() - self.recorded
            self.recorded.update(name for name in absent if METRICS[name].value(point) is not None)

    def _take_event(self, event: AnyEvent) -> None:
        self._claimed = state_after(self._claimed, event)
        if isinstance(event, Mark):
            self.marks.append(event)
        match event:
            case Preparing():
                self.preparing = event
            case Estimate() | NgramEstimate():
                self.estimate = event
            case Started():
                self.started = event
            case Resumed():
                self.restarts = event.restarts
                self.evaluations = [earlier for earlier in self.evaluations if earlier.step <= event.step]
                self.finished = self.failure = self.final = None
            case Evaluated() if event.final or _is_final_in_older_versions(event, self.evaluations):
                self.final = event
            case Evaluated():
                self.evaluations.append(event)
            case LearningRateChanged():
                self.rate_scale = event.scale
            case BudgetExtended():
                self.extension = event
            case Notice():
                self.notices.append(event)
            case Paused():
                self._pause = event
            case Finished():
                self.finished = event
            case Failed():
                self.failure = event
            case _:
                pass


def _mean(steps: list[Step]) -> Step:
    """Return one point for several: the newest, with the mean of their finite losses."""
    if len(steps) == 1:
        return steps[0]
    losses = [step.train_loss for step in steps if step.train_loss is not None]
    return msgspec.structs.replace(steps[-1], train_loss=sum(losses) / len(losses) if losses else None)


def _is_final_in_older_versions(event: Evaluated, earlier: list[Evaluated]) -> bool:
    """Older versions scored all of the held-out text after the last step, and did not mark it."""
    return event.whole and any(not evaluation.whole for evaluation in earlier)
