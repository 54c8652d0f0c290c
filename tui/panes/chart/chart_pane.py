"""The chart pane: curves of the selected run and of the runs compared with it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.keys.chart import CHART_KEYS
from tui.keys.runs import RUN_KEYS
from tui.lab.host import host_of
from tui.panes.chart.baselines import Baselines
from tui.panes.chart.notices import NO_ROOM, at_cursor, corner_set, incomparable, welcome, without_values
from tui.panes.chart.run_curves import RunCurves
from tui.panes.chart.shown_metrics import recorded_metrics
from tui.panes.pane import CHART_TITLE, Pane
from tui.panes.run_text import advice, before_the_curve, score_notes
from tui.widgets.chart.chart import LossChart
from tui.widgets.colors import series_color
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from tui.lab.run_watcher import WatchedRun
    from tui.widgets.chart.view import Unit

UNITS: tuple[Unit, ...] = ("steps", "tokens", "seconds")
COMFORTABLE_CHART = 8
"""Fewest rows of a chart beside notes of its scores."""
LOWEST_CHART = 5
"""Fewest rows of a chart; below this only the notice is shown."""
CELLS = 1200
"""Area of a chart that is drawn at each update; one twice as large is drawn at every second, and so on."""
CATCH_UP_SECONDS = 3.0
"""Longest time until a skipped update is drawn."""
NONE_SELECTED = Line((Piece("No run is selected.", "dim"),))
NEEDS_CURVE = frozenset({"toggle_cursor", "zoom", "move", "whole", "follow", "talk_here"})


class ChartPane(Pane):
    BINDINGS: ClassVar[list[BindingType]] = [*CHART_KEYS, *(key for key in RUN_KEYS if key.key in "PrfCT")]

    def __init__(self) -> None:
        super().__init__(CHART_TITLE, id="chart")
        self._chart = LossChart(id="chart-curves")
        self._chart.display = False
        self._notice = TextLines(id="chart-notice")
        self._baselines = Baselines(self._show_again)
        self._curves = RunCurves(self._chart, self._baselines)
        self._chosen: Sequence[str] = ()
        self._is_first = True
        self._color_of: Callable[[str], str] = series_color
        self._waits = 0
        """Number of further updates without a redraw."""
        self._later: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield self._chart
        yield self._notice

    def show(
        self,
        watched: WatchedRun | None,
        compared: Sequence[WatchedRun],
        chosen: Sequence[str] = (),
        color_of: Callable[[str], str] | None = None,
        *,
        is_first: bool = True,
    ) -> None:
        """Draw the new points since the last call, or all of them if other runs are shown.

        `chosen` are the texts that Enter would train on, for the introduction before the first run; `color_of` gives
        the color of a run that is compared. `is_first`: there is no run yet.
        """
        self._is_first = is_first
        self._chosen = chosen
        self._color_of = color_of or self._color_of
        runs = [] if watched is None else [watched, *(other for other in compared if other is not watched)]
        if self._curves.choose(runs, self._color_of):
            self._waits = 0
        if watched is not None:
            self._baselines.ask(watched, host_of(self).lab.studies)
            if self._is_due(watched):
                self._draw_now()
        self._show_notice()

    def _show_again(self) -> None:
        """Show the same runs after another choice of curves."""
        runs = self._curves.runs
        self.show(runs[0] if runs else None, runs[1:], self._chosen, is_first=self._is_first)

    def set_unit(self, unit: Unit) -> None:
        """Set the unit of the horizontal axis."""
        self._curves.unit = unit
        self._show_again()

    # Messages of the chart

    class TalkRequested(Message):
        """Talk to the checkpoint nearest to a step; None: to the newest."""

        def __init__(self, step: int | None) -> None:
            super().__init__()
            self.step = step

    def on_loss_chart_talk_here(self, event: LossChart.TalkHere) -> None:
        event.stop()
        self.post_message(self.TalkRequested(self._step_at(event.x) if event.x is not None else None))

    def on_panel_chart_cursor_moved(self) -> None:
        self._show_notice()

    # Keys

    def obstacle(self, action: str) -> str:
        """Return why an action on the chart cannot act now; empty if it can."""
        return "There is no curve yet." if action in NEEDS_CURVE and not self._chart.display else ""

    def action_next_metric(self) -> None:
        """Draw the next metric that the run records."""
        self._curves.metrics.next_upper(self._recorded())
        self._show_again()

    def action_next_lower_metric(self) -> None:
        """Draw the next metric below the first one, then none."""
        self._curves.metrics.next_lower(self._recorded())
        self._show_again()

    def action_baselines(self) -> None:
        """Show losses of simple models as lines, then the loss above the n-gram's, then neither."""
        self._baselines.next_mode()
        self._show_again()

    def action_next_unit(self) -> None:
        self.set_unit(UNITS[(UNITS.index(self._curves.unit) + 1) % len(UNITS)])

    def _recorded(self) -> list[str]:
        return recorded_metrics(self._curves.runs[0].history) if self._curves.runs else []

    # Drawing

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
        self._curves.draw()

    def on_resize(self) -> None:
        self._show_notice()

    # The title, and the notice below the chart or instead of it

    def _show_notice(self) -> None:
        curves, width = self._curves, self.size.width - 2
        if width < 0:  # never on the screen yet
            self._note(())
            return
        if not curves.runs:
            self.set_title()
            keys = host_of(self).key_names
            self._note(welcome(self._chosen, keys, width) if self._is_first else [NONE_SELECTED])
            return
        watched, metrics = curves.runs[0], curves.metrics
        self.set_title(
            Piece(f"  {watched.name}", "dim"), right=(Piece(curves.measure(metrics.upper), "dim"),)
        )
        crosshair = self._chart.crosshair
        if watched.is_alive and not watched.history.steps:
            self._note(wrap_paragraphs(before_the_curve(watched), width))
        elif crosshair.x is None:
            self._note(self._with_room_said(self._remarks(width)))
        elif crosshair.corner is not None:
            self._note(corner_set(width))
        else:
            events = "" if curves.are_compared else curves.events_at(crosshair.x)
            self._note(at_cursor(watched, self._step_at(crosshair.x), events, width))

    def _remarks(self, width: int) -> list[Line]:
        """Return advice and notes, without the scores where these would leave few rows to the curve."""
        lines = wrap_paragraphs(self._paragraphs(score_notes(self._curves.runs)), width)
        is_short = self.size.height - 1 - len(lines) < COMFORTABLE_CHART
        return wrap_paragraphs(self._paragraphs(), width) if is_short else lines

    def _paragraphs(self, scores: Sequence[Piece] = ()) -> list[Piece]:
        curves = self._curves
        baselines = self._baselines.note(
            curves.runs[0], are_compared=curves.are_compared, shows_losses=curves.shows_losses
        )
        return [
            *advice(curves.runs[0], host_of(self).key_names),
            *scores,
            *(incomparable(curves.runs, in_bytes=curves.in_bytes) if curves.shows_losses else ()),
            *without_values(curves.runs[0], curves.metrics.names, curves.measure),
            *([Piece(baselines, "dim")] if baselines else ()),
        ]

    def _with_room_said(self, lines: list[Line]) -> list[Line]:
        """Return the lines of a notice, with one more where there is no room for the second metric."""
        room = self.size.height - 1 - len(lines)
        if self._curves.metrics.lower is None or room >= self._chart.rows_for_all:
            return lines
        return [*lines, NO_ROOM]

    def _step_at(self, x: float) -> int:
        """Return the last step drawn up to x."""
        steps = self._curves.runs[0].history.steps if self._curves.runs else []
        return max((one.step for one in steps[: bisect_right(steps, x, key=self._curves.x)]), default=0)

    def _note(self, lines: Sequence[Line]) -> None:
        self._notice.display = bool(lines)
        has_curve = bool(self._curves.runs) and bool(self._curves.runs[0].history.steps)
        # A pane that was never on the screen has no size yet.
        has_room = not self.size or self.size.height - 1 - len(lines) >= LOWEST_CHART
        self._chart.display = has_curve and has_room
        if self._notice.styles.height is None or self._notice.styles.height.value != len(lines):
            self._notice.styles.height = len(lines)
        self._notice.set_lines(*lines)
