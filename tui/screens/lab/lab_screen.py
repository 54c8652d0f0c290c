"""The main screen: texts, runs, the loss and the conversation, and what happens between them."""

from __future__ import annotations

import gc
import time
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from tui.keys.everywhere import LAB_KEYS
from tui.lab.corpus_item import sample_items
from tui.lab.host import host_of
from tui.panes.corpora_pane import CorporaPane
from tui.panes.pane import CHART_TITLE, TALK_TITLE, Pane
from tui.panes.run_text import progress_pieces, status_line
from tui.panes.runs_pane import RunsPane
from tui.screens.lab.lab_state import StateKeeper
from tui.screens.lab.pane_layout import Shape
from tui.screens.lab.pane_screen import PaneScreen
from tui.screens.lab.questions import PaneQuestions
from tui.screens.run_actions import RunActionsScreen
from tui.widgets.glyphs import glyphs_of
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.runs.journals.records import State
    from tui.lab.corpus_item import CorpusItem
    from tui.lab.run_watcher import WatchedRun
    from tui.panes.chart.chart_pane import ChartPane
    from tui.panes.talk.talk_pane import TalkPane

SHOW_SECONDS = 2.0
FRUGAL_SHOW_SECONDS = 3.0
"""Shortest time between two updates of the runs' figures, which sets the traffic over ssh: 0.8 kB/s with 256 colors.
State changes are shown at once.
"""


class LabScreen(RunActionsScreen, PaneQuestions, PaneScreen):
    BINDINGS: ClassVar[list[BindingType]] = list(LAB_KEYS)

    def __init__(self) -> None:
        self._corpora, self._runs = CorporaPane(), RunsPane()
        super().__init__(
            {
                "corpora": self._corpora,
                "runs": self._runs,
                # Until the first frame is painted, these have a title only: what is in them is imported later.
                "chart": Pane(CHART_TITLE, id="chart"),
                "talk": Pane(TALK_TITLE, id="talk"),
            }
        )
        self.is_open = False
        self._keeper = StateKeeper(self)
        state = self._keeper.state
        self._page, self._zoomed = state.pane, state.pane if state.zoomed else None
        self._status = TextLines(id="status")
        self._keys = KeyLine()
        self._expected: str | None = None
        """A run created by the app, to be selected when it is listed."""
        self._expected_marks: Sequence[str] = ()
        """Runs of a race, to be compared when all are listed."""
        self._shown_at = 0.0
        self._shown_states: dict[str, State] = {}
        self._show_later: Timer | None = None

    def compose(self) -> Iterable[Widget]:
        self.show_panes()
        yield self._status
        yield self._tabs
        yield self.columns
        yield self._keys

    def on_mount(self) -> None:
        self._corpora.show_items(sample_items())
        if self._corpora.select(self._keeper.text_to_select):
            self._keeper.text_to_select = ""
        self._panes[self._page].enter()
        self._show_selected()
        # The first frame is painted before anything else is imported or read.
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        """Complete the screen, and begin to read and to take keys."""
        try:
            with self.app.batch_update():
                await self.replace_pane("chart", self._chart)
                await self.replace_pane("talk", self._talk)
                self._refresh_layout(self.app.size)  # so that they are drawn in their sizes at once
        finally:
            self.is_open = True
        if self.focused is None:
            self._panes[self._page].enter()
        self._show_selected()
        self._talk.listen()
        self._lab.open()
        host_of(self).ask_terminal()
        self.app.call_later(host_of(self).deliver_early_input)
        if not gc.isenabled():  # as `lilm` starts; what is there now is never garbage
            gc.freeze()
            gc.enable()

    @cached_property
    def _chart(self) -> ChartPane:
        from tui.panes.chart.chart_pane import ChartPane

        return ChartPane()

    @cached_property
    def _talk(self) -> TalkPane:
        from tui.panes.talk.talk_pane import TalkPane

        return TalkPane()

    @property
    def _all_runs(self) -> dict[str, WatchedRun]:
        """Runs by name, newest first; empty before the first frame."""
        return self._lab.watcher.runs if self.is_open else {}

    @property
    def selected(self) -> WatchedRun | None:
        return self._all_runs.get(self._runs.selected or "")

    @property
    def targets(self) -> list[WatchedRun]:
        return [run for name in self._runs.chosen if (run := self._all_runs.get(name)) is not None]

    def select(self, name: str) -> None:
        """Select a run, if there is one of this name."""
        self._runs.select(name)

    # Called by the app

    def show_note(self, note: str) -> None:
        self._keys.show_note(note)

    def show_trouble(self, sentence: str) -> None:
        self.show_note(sentence)

    def save(self) -> None:
        """Save the unsent prompt and the state of the lab, before the app ends."""
        self._lab.finish_writing()
        if self.is_open:
            self._talk.save_draft()
        self._keeper.save()

    def show_corpora(self, items: list[CorpusItem]) -> None:
        self._corpora.show_items(items)
        # The user's own texts are listed after the first frame; by then another one may have been chosen.
        wanted, self._keeper.text_to_select = self._keeper.text_to_select, ""
        if wanted and self._corpora.is_at_start:
            self._corpora.select(wanted)

    def add_corpus(self, item: CorpusItem) -> None:
        self._corpora.add_item(item)

    def compare(self, names: Sequence[str]) -> None:
        """Compare the curves of these runs as soon as they are listed, and select the first."""
        self._expected_marks, self._expected = names, names[0]
        self._chart.set_unit("seconds")  # kinds of models differ in what a step is
        self.show_now()

    def expect_run(self, name: str) -> None:
        self._expected = name
        self.runs_changed()

    def runs_changed(self) -> None:
        """Update the panes now, or when their shortest time has passed since the last update."""
        seconds = FRUGAL_SHOW_SECONDS if host_of(self).frugal else SHOW_SECONDS
        wait = self._shown_at + seconds - time.monotonic()
        if wait <= 0 or self._states() != self._shown_states:
            self.show_now()
        elif self._show_later is None:
            self._show_later = self.set_timer(wait, self.show_now)

    def show_now(self) -> None:
        """Update all panes."""
        if self._show_later is not None:
            self._show_later.stop()
            self._show_later = None
        self._shown_at = time.monotonic()
        self._shown_states = self._states()
        self._lab.watcher.take_changes()
        runs = self._lab.watcher.runs
        if self._expected_marks and runs.keys() >= set(self._expected_marks):
            self._runs.marked = dict.fromkeys(self._expected_marks)
            self._expected_marks = ()
        self._runs.show_runs(runs, has_listed=self._lab.watcher.has_listed)
        if self._lab.watcher.has_listed and (last := self._keeper.run_to_select):
            self._keeper.run_to_select = ""
            self._runs.select(last)
            if not runs and not self._talk.is_writing:
                self.action_go("corpora")  # there is nothing to do but to choose a text
        if self._expected in runs:
            self._runs.select(self._expected)
            if self._corpora.has_focus_within:
                self._runs.enter()
            self._expected = None
        self._show_selected()

    def _keep_state(self) -> None:
        """Remember what is selected and shown, for the next start."""
        if self.is_open:
            text, run = self._corpora.selected or "", self._runs.selected or ""
            zoomed = self._zoomed is not None
            self._keeper.keep(self._lab, text=text, run=run, pane=self.pane, zoomed=zoomed)

    def _states(self) -> dict[str, State]:
        return {name: watched.history.state for name, watched in self._lab.watcher.runs.items()}

    def _show_selected(self) -> None:
        runs, watched = self._all_runs, self.selected
        compared = [runs[name] for name in self._runs.marked if name in runs]
        if self.is_open:
            self._chart.show(watched, compared, self._corpora.chosen, self._runs.color_of, is_first=not runs)
            self._talk.show(watched)
        self._keys.show_keys()
        self._show_status()
        self._keep_state()

    def _show_status(self) -> None:
        """Show the selected run's progress, and beside the tabs that of a run that trains, which no list shows."""
        ascii_signs, watched = glyphs_of(self.app).ascii, self.selected
        width = max(20, self.app.size.width - 2)
        self._status.set_lines(status_line(watched, width, ascii_signs=ascii_signs))
        others = (run for run in self._all_runs.values() if run.history.state == "training")
        training = watched if watched is not None and watched.is_alive else next(others, None)
        is_single = self.shape is Shape.SINGLE
        run = training or watched if is_single else training if training is not watched else None
        self._tabs.show_tabs(
            ((name, pane.heading) for name, pane in self._panes.items()), self._page, short=is_single
        )
        room = self._tabs.room(self.app.size.width)
        is_named = run is not watched
        self._tabs.show_right(
            *(progress_pieces(run, room, named=is_named, ascii_signs=ascii_signs) if run is not None else ())
        )

    def panes_changed(self) -> None:
        self._show_status()
        self._keep_state()

    # Messages of the panes

    def on_runs_pane_selected(self, event: RunsPane.Selected) -> None:
        self._lab.watcher.watch(event.name)
        if self._runs.marked:  # the selected run is compared with them
            self.show_now()
        else:
            self._show_selected()

    def on_runs_pane_marks_changed(self) -> None:
        self.show_now()

    def on_runs_pane_list_changed(self) -> None:
        self.show_now()

    def on_corpora_pane_chosen_changed(self) -> None:
        self._show_selected()

    def on_corpora_pane_train_requested(self) -> None:
        if self._corpora.chosen:
            host_of(self).train_on(self._corpora.chosen)

    def on_corpora_pane_preview_requested(self) -> None:
        if self._corpora.chosen:
            self._lab.preview(self._corpora.chosen)

    def on_chart_pane_talk_requested(self, event: ChartPane.TalkRequested) -> None:
        self._talk.talk_to(event.step)
        self.action_go("talk")

    # Keys

    def obstacle(self, action: str) -> str:
        """Return why an action cannot act on the selected run now; empty if it can."""
        key, watched = host_of(self).key_names, self.selected
        match action:
            case "zoom" if self.shape is Shape.SINGLE:
                return "The pane fills the screen already."
            case "studies" if watched is None:
                return "Select a run to study."
            case "compare_runs" if len(self._compared_runs) < 2:
                return f"Choose runs to compare with {key('runs.mark')}, then press {key('runs.compare')}."
            case "xray" | "side_by_side" if watched is None or watched.checkpoint is None:
                return "Select a run that has a checkpoint."
            case "xray" | "side_by_side" if self._lab.talker.is_busy:
                return "Wait until the answer is complete, or stop it with esc."
        return super().obstacle(action)

    @property
    def _compared_runs(self) -> list[WatchedRun]:
        names = dict.fromkeys((*self._runs.marked, self._runs.selected or ""))
        return [self._all_runs[name] for name in names if name in self._all_runs]

    def action_new_run(self) -> None:
        host_of(self).open_new_run(self._corpora.chosen)

    def action_xray(self) -> None:
        """Score a text with the checkpoint that the talk pane uses; in the texts pane, the chosen texts."""
        from tui.screens.xray import XrayScreen

        watched = self.selected
        if watched is not None:
            sources = self._corpora.chosen if self._corpora.has_focus_within else []
            self.app.push_screen(XrayScreen(watched, self._talk.step, sources))

    def action_compare_runs(self) -> None:
        from tui.screens.comparison import ComparisonScreen

        self.app.push_screen(ComparisonScreen(self._compared_runs, self._runs.color_of))

    def action_side_by_side(self) -> None:
        from tui.screens.side_by_side import SideBySideScreen

        watched = self.selected
        if watched is not None:
            runs = {name: run for name, run in self._all_runs.items() if run.checkpoint is not None}
            self.app.push_screen(SideBySideScreen(runs, watched.name, self._talk.answer_settings(watched)))

    def action_studies(self) -> None:
        self.open_study("")

    def open_study(self, name: str) -> None:
        """Open the list of studies for the selected run, and the study of this name, if there is one."""
        from tui.screens.studies.study_list import StudyListScreen
        from tui.screens.studies.subject import subject_of

        watched = self.selected
        if watched is None:
            return
        turns = self._lab.talker.turns(watched)
        subject = subject_of(watched, self._talk.step, turns, self._all_runs.values())
        self.app.push_screen(StudyListScreen(subject, name))

    def action_talk(self) -> None:
        self._talk.enter()

    def action_step_out(self) -> None:
        """Close what is open in the conversation, else end the zoom. The focus stays in its pane."""
        if not self._talk.step_out():
            self.zoom(None)
