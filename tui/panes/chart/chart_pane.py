"""The chart pane: curves of the selected run and of the runs compared with it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys.chart import CHART_KEYS
from tui.keys.runs import RUN_KEYS
from tui.lab.host import host_of
from tui.panes.chart.baselines import Baselines
from tui.panes.chart.scales import NATS, Scale, bits_per_byte, drawn, is_sampled, short_names
from tui.panes.pane import Pane
from tui.panes.run_text import advice, before_the_curve, score_marks, score_notes
from tui.theme import SERIES
from tui.widgets.chart.chart import LossChart
from tui.widgets.colors import series_color
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.runs.journals.metrics import Metric
    from engine.runs.journals.records import Evaluated, Step
    from tui.lab.run_watcher import WatchedRun
    from tui.widgets.chart.curves import Kind
    from tui.widgets.chart.view import Unit

UNITS: tuple[Unit, ...] = ("steps", "tokens", "seconds")
LOSS = "train_loss"
SAMPLE_ROWS = 3
"""Rows below the chart for what the model wrote at the cursor."""
LOWEST_CHART = 5
"""Fewest rows of a chart; below this only the notice is shown."""
SLACK = 0.1
"""Fraction by which the planned end must change, as that of a time budget does in steps, to be drawn anew."""
CELLS = 1200
"""Area of a chart that is drawn at each update; one twice as large is drawn at every second, and so on."""
CATCH_UP_SECONDS = 3.0
"""Longest time until a skipped update is drawn."""
TRAIN_COLOR, VALIDATION_COLOR = SERIES[:2]


class ChartPane(Pane):
    """One run: nats per token. Several: bits per byte of held-out text, which all kinds of models share."""

    BINDINGS: ClassVar[list[BindingType]] = [*CHART_KEYS, *(key for key in RUN_KEYS if key.key in "PrfCT")]

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
        self._color_of: Callable[[str], str] = series_color
        self._shown: object = None
        self._waits = 0
        """Number of further updates without a redraw."""
        self._later: Timer | None = None
        self._baselines = Baselines(self._baselines_changed)
        self._room: float | None = None
        """Right end of the chart while the selected run trains."""
        self._drawn: dict[str, tuple[object, int]] = {}
        """For each series, the list that it was drawn from and the number of its records."""

    def body(self) -> Iterable[Widget]:
        yield self._chart
        yield self._notice

    def show(
        self,
        watched: WatchedRun | None,
        compared: Sequence[WatchedRun],
        chosen: Sequence[str] = (),
        color_of: Callable[[str], str] | None = None,
    ) -> None:
        """Draw the new points since the last call, or all of them if other runs are shown.

        `chosen` are the texts that Enter would train on, for the introduction before the first run; `color_of` gives
        the color of a run that is compared.
        """
        self._chosen = chosen
        self._color_of = color_of or self._color_of
        self._watched, self._compared = watched, [other for other in compared if other is not watched]
        others = [other.identity for other in self._compared]
        shown = (
            watched and watched.identity,
            others,
            self._unit,
            self._metric,
            self._is_in_bytes,
            self._origin,
        )
        if shown != self._shown:
            self._shown = shown
            self._drawn.clear()
            self._chart.clear()
            self._room = None
            self._chart.set_axis(self._unit, title=self._y_title)
            self._waits = 0
        if watched is not None:
            self._baselines.ask(watched, host_of(self).lab.studies)
            if self._is_due(watched):
                self._draw_now()
        self._show_notice()

    class TalkRequested(Message):
        """Talk to the checkpoint nearest to a step; None: to the newest."""

        def __init__(self, step: int | None) -> None:
            super().__init__()
            self.step = step

    def on_loss_chart_talk_here(self, event: LossChart.TalkHere) -> None:
        event.stop()
        self.post_message(self.TalkRequested(self._step_at(event.x) if event.x is not None else None))

    def on_loss_chart_cursor_moved(self) -> None:
        self._show_notice()

    def action_next_metric(self) -> None:
        """Draw the next metric that the run records."""
        from engine.runs.journals.records import (
            METRICS,  # it imports msgspec, which the first frame does not need
        )

        last = self._watched.history.last if self._watched else None
        recorded = [metric for metric in METRICS.values() if last and metric.value(last) is not None]
        others = [metric for metric in recorded if metric.name != LOSS]
        at = others.index(self._metric) + 1 if self._metric in others else 0
        self._metric = others[at] if at < len(others) else None
        self.show(self._watched, self._compared)

    def action_baselines(self) -> None:
        """Show losses of simple models as lines, then the loss above the n-gram's, then neither."""
        self._baselines.next_mode()
        self._baselines_changed()

    def _baselines_changed(self) -> None:
        self.show(self._watched, self._compared)

    @property
    def _origin(self) -> float | None:
        """Loss above which losses are drawn; None: from zero."""
        plain = self._watched is not None and not self._compared and self._metric is None
        return self._baselines.origin(self._watched) if plain and self._watched is not None else None

    def action_next_unit(self) -> None:
        self.set_unit(UNITS[(UNITS.index(self._unit) + 1) % len(UNITS)])

    def set_unit(self, unit: Unit) -> None:
        """Set the unit of the horizontal axis."""
        self._unit = unit
        self.show(self._watched, self._compared)

    def _draw(self, watched: WatchedRun) -> None:
        history = watched.history
        if self._metric is not None:
            for run in (watched, *self._compared):
                color = self._color_of(run.name) if self._compared else TRAIN_COLOR
                self._feed(run.name, run.history.steps, self._metric.value, "train", color)
            return
        if not self._compared:
            nats = NATS if self._origin is None else Scale(1.0, -self._origin)
            self._feed("train", history.steps, nats.of, "train", TRAIN_COLOR)
            name = "validation (sample)" if is_sampled(history.evaluations) else "validation"
            if history.evaluations or name in self._drawn:  # until the first one, its name is not known
                self._feed(name, history.evaluations, nats.of, "validation", VALIDATION_COLOR)
            return
        names = short_names([run.name for run in (watched, *self._compared)])
        for run in (watched, *self._compared):
            color, scale = self._color_of(run.name), bits_per_byte(run.history.evaluations)
            if not self._is_in_bytes:
                self._feed(names[run.name], run.history.steps, NATS.of, "train", color)
            elif scale is not None:
                if run is watched:
                    self._feed(f"{names[run.name]} train", run.history.steps, scale.of, "train", color)
                name = names[run.name] + score_marks(run)
                self._feed(name, run.history.evaluations, scale.of, "validation", color)

    @property
    def _is_in_bytes(self) -> bool:
        """True when runs are compared in bits per byte of held-out text, which at least one of them has."""
        runs = [run for run in (self._watched, *self._compared) if run is not None]
        return bool(self._compared) and any(bits_per_byte(run.history.evaluations) for run in runs)

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
            xs, ys = [self._x(record) for record in there], [drawn(value(record)) for record in there]
            self._chart.set_series(series, xs, ys, kind=kind, color=color)
        else:
            for record in records[count:end]:
                self._chart.append(series, self._x(record), drawn(value(record)), kind=kind)
        self._drawn[series] = (records, end)

    def _marks(self, watched: WatchedRun) -> list[tuple[float, str]]:
        """Return the signs of a run's events at their positions on the axis."""
        from engine.runs.journals.records import Checkpoint, LearningRateChanged, NotFinite

        glyphs, steps = glyphs_of(self.app), watched.history.steps
        signs = {
            Checkpoint: glyphs.checkpoint,
            LearningRateChanged: glyphs.rate,
            NotFinite: glyphs.not_finite,
        }
        marks = []
        for event in list(watched.history.marks):  # the watcher's thread appends
            at = bisect_left(steps, event.step, key=lambda step: step.step)
            if at < len(steps):
                marks.append((self._x(steps[at]), signs.get(type(event), glyphs.resumed)))
        return marks

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
            plain = not self._compared and self._metric is None
            self._chart.set_marks([] if self._compared else self._marks(self._watched))
            self._chart.set_levels(self._baselines.levels(self._watched) if plain else [])
            self._make_room(self._watched)
            self._chart.foretell("train", self._room if plain else None)

    def _make_room(self, watched: WatchedRun) -> None:
        """Pin the x axis to the planned end while a run is training. Each new scale repaints the whole chart."""
        last, view = watched.history.last, self._chart.view
        looks_closer = view.x_range is not None or view.cursor is not None
        if last is None or looks_closer:
            return
        x = self._x(last)
        if not watched.is_alive or last.fraction <= 0:
            room = None
        else:
            planned = x / last.fraction
            if self._room is not None and x <= self._room and abs(planned / self._room - 1) < SLACK:
                return
            room = planned
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
        measure = "bits per byte" if self._is_in_bytes else "nats per token"
        if self._origin is not None:
            measure = "nats per token above Kneser-Ney"
        if self._metric is not None:
            measure = self._metric.title or "tokens per second"
        self.set_title(Piece(f"  {watched.name}", "dim"), right=(Piece(measure, "dim"),))
        if watched.is_alive and not watched.history.steps:
            self._note(before_the_curve(watched))
        elif (cursor := self._chart.view.cursor) is not None:
            self._note_lines(self._written_at(watched, cursor))
        else:
            baselines = self._baselines.note(watched)
            self._note(
                [
                    *advice(watched),
                    *score_notes((watched, *self._compared)),
                    *self._incomparable(),
                    *([Piece(baselines, "dim")] if baselines else ()),
                ]
            )

    def _incomparable(self) -> list[Piece]:
        """Return a paragraph on compared runs that have no curve of held-out loss."""
        runs = [run for run in (self._watched, *self._compared) if run is not None]
        without = [run.name for run in runs if bits_per_byte(run.history.evaluations) is None]
        if not self._compared or self._metric is not None or not without:
            return []
        if self._is_in_bytes:
            return [Piece(f"Without a held-out loss, and so without a curve: {', '.join(without)}.", "dim")]
        return [
            Piece(
                "No held-out loss to compare: these are training losses in nats per token, which only runs with the "
                "same tokenizer share.",
                "dim",
            )
        ]

    def _step_at(self, x: float) -> int:
        """Return the last step drawn up to x."""
        steps = self._watched.history.steps if self._watched is not None else []
        return max((one.step for one in steps[: bisect_right(steps, x, key=self._x)]), default=0)

    def _written_at(self, watched: WatchedRun, x: float) -> list[Line]:
        """Return always SAMPLE_ROWS lines, so that the chart keeps its height, with the newest sample before x."""
        samples, step = watched.history.samples, self._step_at(x)
        known = [sample for sample in samples if sample.step <= max(step, samples[0].step)] if samples else []
        newest = known[-1].step if known else 0
        texts = [f"{sample.prompt}{sample.completion}" for sample in known if sample.step == newest][:1]
        paragraphs = [Piece(f"Written at step {newest:,}: {text.strip()}") for text in texts]
        lines = wrap_paragraphs(
            paragraphs or [Piece("No sample was written yet.", "dim")], self.size.width - 2
        )
        return [*lines[:SAMPLE_ROWS], *[Line()] * (SAMPLE_ROWS - len(lines))]

    def _note(self, paragraphs: Sequence[Piece]) -> None:
        self._note_lines(wrap_paragraphs(paragraphs, self.size.width - 2))

    def _note_lines(self, lines: Sequence[Line]) -> None:
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
