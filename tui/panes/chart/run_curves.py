"""The curves of runs in the chart: their series and colors, marks, baselines, and the planned end."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from tui.panes.chart.curve_feed import CurveFeed
from tui.panes.chart.marks import describe_marks, event_marks
from tui.panes.chart.scales import NATS, Scale, bits_per_byte, is_sampled, short_names
from tui.panes.chart.shown_metrics import LOSS, ShownMetrics
from tui.panes.run_text import score_marks
from tui.theme import SERIES
from tui.widgets.chart.panel import Panel
from tui.widgets.glyphs import glyphs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.runs.journals.metrics import Metric
    from engine.runs.journals.records import Evaluated, Step
    from tui.lab.run_watcher import WatchedRun
    from tui.panes.chart.baselines import Baselines
    from tui.widgets.chart.chart import LossChart
    from tui.widgets.chart.view import Unit

X_OF: dict[Unit, Callable[[Step | Evaluated], float]] = {
    "steps": attrgetter("step"),
    "tokens": attrgetter("tokens"),
    "seconds": attrgetter("seconds"),
}
SLACK = 0.1
"""Fraction by which the planned end must change, as that of a time budget does in steps, to be drawn anew."""
TRAIN_COLOR, VALIDATION_COLOR = SERIES[:2]


class RunCurves:
    """One run: nats per token. Several: bits per byte of held-out text, which all kinds of models share."""

    def __init__(self, chart: LossChart, baselines: Baselines) -> None:
        self.unit: Unit = "steps"
        self.metrics = ShownMetrics()
        self.runs: list[WatchedRun] = []
        """The selected run, then those compared with it."""
        self._chart = chart
        self._baselines = baselines
        self._feed = CurveFeed(chart)
        self._color_of: Callable[[str], str]
        self._shown_runs: object = None
        self._shown_values: list[object] = []
        """For each panel, all that decides its curves beside the runs."""
        self._room: float | None = None
        """Right end of the chart while the selected run trains."""

    @property
    def are_compared(self) -> bool:
        return len(self.runs) > 1

    @property
    def shows_losses(self) -> bool:
        """True when the first panel has the losses."""
        return self.metrics.upper == LOSS

    @property
    def origin(self) -> float | None:
        """Loss above which losses are drawn; None: from zero."""
        return self._baselines.origin(self.runs[0]) if len(self.runs) == 1 and self.shows_losses else None

    @property
    def in_bytes(self) -> bool:
        """True when runs are compared in bits per byte of held-out text, which at least one of them has."""
        return self.are_compared and any(bits_per_byte(run.history.evaluations) for run in self.runs)

    def choose(self, runs: Sequence[WatchedRun], color_of: Callable[[str], str]) -> bool:
        """Begin to draw these runs; return True when other curves are to be drawn than before.

        The visible range of x and the cursor stay where the runs and the unit do.
        """
        self.runs, self._color_of = list(runs), color_of
        shown_runs = ([run.identity for run in runs], self.unit)
        values = [self._values(name) for name in self.metrics.names]
        if (shown_runs, values) == (self._shown_runs, self._shown_values):
            return False
        if shown_runs != self._shown_runs:
            self._room = None
            self._chart.clear()
            self._chart.set_axis(self.unit)
            self._shown_values = []
        panels = []
        for number, (name, value) in enumerate(zip(self.metrics.names, values, strict=True)):
            if [value] == self._shown_values[number : number + 1]:
                panels.append(self._chart.panels[number])
            else:
                panels.append(self._panel(name))
                self._feed.forget(number)
        self._chart.set_panels(*panels)
        self._shown_runs, self._shown_values = shown_runs, values
        return True

    def draw(self) -> None:
        """Draw the new records of the runs."""
        if not self.runs:
            return
        for panel, name in enumerate(self.metrics.names):
            if name == LOSS:
                self._draw_losses(panel)
            else:
                self._draw_metric(panel, name)
        watched, plain = self.runs[0], not self.are_compared and self.shows_losses
        marks = [] if self.are_compared else event_marks(watched.history, self.x, glyphs_of(self._chart.app))
        self._chart.set_marks(marks)
        self._chart.set_levels(self._baselines.levels(watched) if plain else [])
        self._make_room(watched)
        self._chart.foretell("train", self._room if plain else None)

    @property
    def x(self) -> Callable[[Step | Evaluated], float]:
        """Function that returns the position of a record on the axis."""
        return X_OF[self.unit]

    def events_at(self, x: float) -> str:
        """Return the events in the column of an x, as a phrase."""
        half = self._chart.column_width / 2
        return describe_marks(self.runs[0].history, self.x, x - half, x + half)

    def measure(self, name: str) -> str:
        """Return the title of a metric, with the unit of the losses as they are drawn."""
        if name != LOSS:
            return _metric(name).title or "tokens per second"
        if self.origin is not None:
            return "nats per token above Kneser-Ney"
        return "bits per byte" if self.in_bytes else "nats per token"

    def _values(self, name: str) -> object:
        """Return all that decides the curves of a metric beside the runs."""
        if name == LOSS:
            return name, self.in_bytes, self.origin
        return name, self._devices(_metric(name))

    def _panel(self, name: str) -> Panel:
        if name == LOSS:
            return Panel("loss")
        metric = _metric(name)
        # A single curve has the name of the metric.
        are_several = self.are_compared or self._devices(metric) > 1
        return Panel(self.measure(name) if are_several else "", metric.format)

    def _draw_losses(self, panel: int) -> None:
        feed = partial(self._feed.feed, x=self.x, panel=panel)
        if not self.are_compared:
            history, origin = self.runs[0].history, self.origin
            nats = NATS if origin is None else Scale(1.0, -origin)
            feed("train", history.steps, nats.of, color=TRAIN_COLOR)
            name = "validation (sample)" if is_sampled(history.evaluations) else "validation"
            # Until the first evaluation, its name is not known.
            if history.evaluations or self._feed.has(name, panel):
                feed(name, history.evaluations, nats.of, kind="validation", color=VALIDATION_COLOR)
            return
        names, in_bytes = self._short_names(), self.in_bytes
        for run in self.runs:
            name, color, history = names[run.name], self._color_of(run.name), run.history
            scale = bits_per_byte(history.evaluations)
            if not in_bytes:
                feed(name, history.steps, NATS.of, color=color)
            elif scale is not None:
                if run is self.runs[0]:
                    feed(f"{name} train", history.steps, scale.of, color=color)
                feed(name + score_marks(run), history.evaluations, scale.of, kind="validation", color=color)

    def _draw_metric(self, panel: int, name: str) -> None:
        """Draw a curve for each run, or for each device of a single run."""
        feed, metric = partial(self._feed.feed, x=self.x, panel=panel), _metric(name)
        steps, devices = self.runs[0].history.steps, self._devices(metric)
        if self.are_compared:
            names = self._short_names()
            for run in self.runs:
                feed(names[run.name], run.history.steps, metric.value, color=self._color_of(run.name))
        elif devices < 2:
            feed(self.measure(name), steps, metric.value, color=TRAIN_COLOR)
        else:
            for device in range(devices):
                value = partial(_value_of, metric, device)
                feed(f"{device}", steps, value, color=SERIES[device % len(SERIES)])

    def _devices(self, metric: Metric) -> int:
        """Return the number of devices of which the newest line of the selected run has a value each."""
        last = self.runs[0].history.last if self.runs else None
        return len(metric.values(last)) if metric.device and last is not None else 0

    def _short_names(self) -> dict[str, str]:
        return short_names([run.name for run in self.runs])

    def _make_room(self, watched: WatchedRun) -> None:
        """Pin the x axis to the planned end while a run is training. Each new scale repaints the whole chart."""
        last = watched.history.last
        if last is None or self._chart.is_zoomed or self._chart.crosshair.x is not None:
            return
        x = self.x(last)
        if not watched.is_alive or last.fraction <= 0:
            room = None
        else:
            planned = x / last.fraction
            if self._room is not None and x <= self._room and abs(planned / self._room - 1) < SLACK:
                return
            room = planned
        if room != self._room:
            self._room = room
            self._chart.set_axis(self.unit, room)


def _value_of(metric: Metric, device: int, step: Step | Evaluated) -> float | None:
    values = metric.values(step)
    return values[device] if device < len(values) else None


def _metric(name: str) -> Metric:
    # It imports msgspec, which the first frame does not need.
    from engine.runs.journals.records import METRICS

    return METRICS[name]
