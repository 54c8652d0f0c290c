"""The chart pane: curves of the selected run and of the runs compared with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from engine.runs.words import mark_of
from tui.keys import CHART_KEYS, RUN_KEYS
from tui.panes.pane import Pane
from tui.panes.run_text import advice, before_the_curve, is_lossless, score_notes
from tui.widgets.chart.chart import LossChart
from tui.widgets.lines import Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.runs.metrics import Metric
    from engine.runs.records import Evaluated, Step
    from tui.lab.run_watcher import WatchedRun
    from tui.widgets.chart.curves import Kind
    from tui.widgets.chart.view import Unit

UNITS: tuple[Unit, ...] = ("steps", "tokens", "seconds")
LOSS = "train_loss"
LOWEST_CHART = 5
"""Fewest rows of a chart; below this only the notice is shown."""
ROOM = 1.5
"""Factor by which the axis of a growing curve extends beyond its newest point."""
CELLS = 1200
"""Area of a chart that is drawn at each update; one twice as large is drawn at every second, and so on."""
CATCH_UP_SECONDS = 3.0
"""Longest time until a skipped update is drawn."""
TRAIN_COLOR = "#5fafff"
VALIDATION_COLOR = "#ff8700"


class ChartPane(Pane):
    """One run: nats per token. Several: bits per byte of held-out text, which all kinds of models share."""

    BINDINGS: ClassVar[list[BindingType]] = [*CHART_KEYS, *(key for key in RUN_KEYS if key.key in "Pr")]

    def __init__(self) -> None:
        super().__init__("3 Loss", id="chart")
        self._chart = LossChart(id="chart-curves")
        self._chart.display = False
        self._notice = TextLines(id="chart-notice")
        self._unit: Unit = "steps"
        self._metric: Metric | None = None
        """None: the losses."""
        self._watched: WatchedRun | None = None
        self._compared: list[WatchedRun] = []
        self._chosen: Sequence[str] = ()
        self._shown: object = None
        self._waits = 0
        """Number of further updates without a redraw."""
        self._later: Timer | None = None
        self._room: float | None = None
        """Right end of the chart while the selected run trains."""
        self._drawn: dict[str, tuple[object, int]] = {}
        """For each series, the list that it was drawn from and the number of its records."""

    def body(self) -> Iterable[Widget]:
        yield self._chart
        yield self._notice

    def show(
        self, watched: WatchedRun | None, compared: Sequence[WatchedRun], chosen: Sequence[str] = ()
    ) -> None:
        """Draw the new points since the last call, or all of them if other runs are shown.

        `chosen` are the texts that Enter would train on, for the introduction before the first run.
        """
        self._chosen = chosen
        self._watched, self._compared = watched, [other for other in compared if other is not watched]
        others = [other.identity for other in self._compared]
        shown = (watched and watched.identity, others, self._unit, self._metric)
        if shown != self._shown:
            self._shown = shown
            self._drawn.clear()
            self._chart.clear()
            self._room = None
            self._chart.set_axis(self._unit, title=self._y_title)
            self._waits = 0
        if watched is not None and self._is_due(watched):
            self._draw_now()
        self._show_notice()

    def action_next_metric(self) -> None:
        """Draw the next metric that the run records."""
        from engine.runs.records import METRICS  # it imports msgspec, which the first frame does not need

        last = self._watched.history.last if self._watched else None
        recorded = [metric for metric in METRICS.values() if last and metric.value(last) is not None]
        others = [metric for metric in recorded if metric.name != LOSS]
        at = others.index(self._metric) + 1 if self._metric in others else 0
        self._metric = others[at] if at < len(others) else None
        self.show(self._watched, self._compared)

    def action_next_unit(self) -> None:
        self._unit = UNITS[(UNITS.index(self._unit) + 1) % len(UNITS)]
        self.show(self._watched, self._compared)

    def _draw(self, watched: WatchedRun) -> None:
        history = watched.history
        if self._metric is not None:
            for run in (watched, *self._compared):
                self._feed(run.name, run.history.steps, self._metric.value, "train")
            return
        if not self._compared:
            self._feed("train", history.steps, NATS.of, "train", TRAIN_COLOR)
            name = "validation (sample)" if _is_sampled(history.evaluations) else "validation"
            if history.evaluations or name in self._drawn:  # until the first one, its name is not known
                self._feed(name, history.evaluations, NATS.of, "validation", VALIDATION_COLOR)
            return
        scale = _bits_per_byte(history.evaluations)
        if scale is not None:
            self._feed(f"{watched.name} train", history.steps, scale.of, "train")
        for run in (watched, *self._compared):
            scale = _bits_per_byte(run.history.evaluations)
            if scale is not None:
                name = run.name + mark_of(is_lossless(run))
                self._feed(name, run.history.evaluations, scale.of, "validation")

    def _feed(
        self,
        series: str,
        records: list[Step] | list[Evaluated],
        value: Callable[[Step | Evaluated], float | None],
        kind: Kind,
        color: str | None = None,
    ) -> None:
        # The watcher's thread appends concurrently, so the length is read once.
        end = len(records)
        source, count = self._drawn.get(series, (None, 0))
        if source is not records:
            # A resumed run has a new list, without the records after its checkpoint.
            there = records[:end]
            xs, ys = [self._x(record) for record in there], [_drawn(value(record)) for record in there]
            self._chart.set_series(series, xs, ys, kind=kind, color=color)
        else:
            for record in records[count:end]:
                self._chart.append(series, self._x(record), _drawn(value(record)), kind=kind)
        self._drawn[series] = (records, end)

    def _is_due(self, watched: WatchedRun) -> bool:
        """Return False to skip an update: a large chart of a training run is drawn less often to save bandwidth."""
        self._waits -= 1
        if self._waits < 0 or not watched.is_alive:
            return True
        if self._later is None:
            self._later = self.set_timer(CATCH_UP_SECONDS, self._draw_now)
        return False

    def _draw_now(self) -> None:
        if self._later is not None:
            self._later.stop()
            self._later = None
        self._waits = self._chart.size.area // CELLS
        if self._watched is not None:
            self._draw(self._watched)
            self._make_room(self._watched)

    def _make_room(self, watched: WatchedRun) -> None:
        """Extend the x axis in large steps while a run is training, as each new scale repaints the whole chart."""
        last, view = watched.history.last, self._chart.view
        looks_closer = view.x_range is not None or view.cursor is not None
        if last is None or looks_closer:
            return
        x = self._x(last)
        if not watched.is_alive or last.fraction <= 0:
            room = None
        elif self._room is not None and x <= self._room:
            return
        else:
            room = min(x / last.fraction, x * ROOM)
        if room != self._room:
            self._room = room
            self._chart.set_axis(self._unit, room, title=self._y_title)

    @property
    def _y_title(self) -> str:
        return "loss" if self._metric is None else ""

    def _x(self, record: Step | Evaluated) -> float:
        return {"steps": record.step, "tokens": record.tokens, "seconds": record.seconds}[self._unit]

    def _show_notice(self) -> None:
        """Show the title, and the notice instead of the curve or below it."""
        watched = self._watched
        if watched is None:
            self.set_title()
            self._note(_welcome(self._chosen))
            return
        measure = "bits per byte" if self._compared else "nats per token"
        if self._metric is not None:
            measure = self._metric.title or "tokens per second"
        self.set_title(Piece(f"  {watched.name}", "dim"), right=(Piece(measure, "dim"),))
        if watched.is_alive and not watched.history.steps:
            self._note(before_the_curve(watched))
        else:
            self._note([*advice(watched), *score_notes((watched, *self._compared))])

    def _note(self, paragraphs: Sequence[Piece]) -> None:
        lines = wrap_paragraphs(paragraphs, self.size.width - 2)
        self._notice.display = bool(lines)
        has_curve = self._watched is not None and bool(self._watched.history.steps)
        self._chart.display = has_curve and self.size.height - 1 - len(lines) >= LOWEST_CHART
        if self._notice.styles.height is None or self._notice.styles.height.value != len(lines):
            self._notice.styles.height = len(lines)
        self._notice.set_lines(*lines)

    def on_resize(self) -> None:
        self._show_notice()


def _welcome(chosen: Sequence[str]) -> list[Piece]:
    text = ", ".join(source.rpartition("/")[2] for source in chosen) or "the chosen text"
    return [
        Piece(f"Press Enter to train a small GPT on {text}.", "strong"),
        Piece(
            "It takes three minutes. Its loss is drawn here while it learns; you can talk to it meanwhile.",
            "dim",
        ),
    ]


def _drawn(value: float | None) -> float:
    """Return NaN for a value that is unknown or infinite."""
    return math.nan if value is None else value


@dataclass(frozen=True)
class Scale:
    """Linear map from nats per token to the drawn unit."""

    factor: float = 1.0
    offset: float = 0.0

    def of(self, record: Step | Evaluated) -> float | None:
        loss = record.val_loss if hasattr(record, "val_loss") else record.train_loss
        return None if loss is None else loss * self.factor + self.offset


NATS = Scale()


def _is_sampled(evaluations: list[Evaluated]) -> bool:
    """True when each evaluation scores a sample of the held-out text."""
    return bool(evaluations) and not evaluations[0].whole


def _bits_per_byte(evaluations: list[Evaluated]) -> Scale | None:
    """The same for all of a run, as its held-out text is. What is coded beside the tokens is the offset."""
    for evaluation in evaluations:
        if evaluation.val_bpb is not None and evaluation.val_loss:
            of_tokens = evaluation.val_bpb - evaluation.side_bpb
            return Scale(of_tokens / evaluation.val_loss, evaluation.side_bpb)
    return None
