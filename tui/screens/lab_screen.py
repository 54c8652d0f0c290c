"""The main screen: texts and runs on the left, the loss and the conversation on the right."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical

from tui.keys.everywhere import LAB_KEYS
from tui.lab.host import host_of
from tui.panes.chart.chart_pane import ChartPane
from tui.panes.corpora_pane import CorporaPane
from tui.panes.pane import Pane
from tui.panes.run_text import status_line
from tui.panes.runs_pane import RunsPane
from tui.panes.talk.talk_pane import TalkPane
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
    from tui.lab.corpus_list import CorpusItem
    from tui.lab.run_watcher import WatchedRun

RACE_BUDGET = "1m"
SHOW_SECONDS = 1.0
"""Shortest time between two updates of the runs' figures, which sets the traffic over ssh. State changes are shown
at once."""


class LabScreen(RunActionsScreen):
    BINDINGS: ClassVar[list[BindingType]] = list(LAB_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  (Textual's own name and type)

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False
        self._status = TextLines(id="status")
        self._corpora = CorporaPane()
        self._runs = RunsPane()
        self._chart = ChartPane()
        self._talk = TalkPane()
        self._keys = KeyLine()
        self._expected: str | None = None
        """A run created by the app, to be selected when it is listed."""
        self._expected_marks: Sequence[str] = ()
        """Runs of a race, to be compared when all are listed."""
        self._shown_at = 0.0
        self._shown_states: dict[str, State] = {}
        self._show_later: Timer | None = None
        self._zoomed: Pane | None = None

    def compose(self) -> Iterable[Widget]:
        yield self._status
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield self._corpora
                yield self._runs
            with Vertical(id="right"):
                yield self._chart
                yield self._talk
        yield self._keys

    def on_mount(self) -> None:
        self._corpora.enter()
        self._show_selected()
        # The first frame is painted before anything else is imported or read.
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.is_open = True
        self._talk.listen()
        self._lab.open()
        host_of(self).ask_terminal()

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

    def save_draft(self) -> None:
        self._talk.save_draft()

    def show_corpora(self, items: list[CorpusItem]) -> None:
        self._corpora.show_items(items)

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
        """Update the panes now, or when SHOW_SECONDS have passed since the last update."""
        wait = self._shown_at + SHOW_SECONDS - time.monotonic()
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
        if self._expected in runs:
            self._runs.select(self._expected)
            if self._corpora.has_focus_within:
                self._runs.enter()
            self._expected = None
        self._show_selected()

    def _states(self) -> dict[str, State]:
        return {name: watched.history.state for name, watched in self._lab.watcher.runs.items()}

    def _show_selected(self) -> None:
        runs, watched = self._all_runs, self.selected
        compared = [runs[name] for name in self._runs.marked if name in runs]
        self._chart.show(watched, compared, self._corpora.chosen, self._runs.color_of)
        self._talk.show(watched)
        self._keys.show_keys()
        self._show_status()

    def _show_status(self) -> None:
        width = max(20, self._status.size.width - 2)
        self._status.set_lines(status_line(self.selected, width, ascii_signs=glyphs_of(self.app).ascii))

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_status)

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

    def on_runs_pane_filter_requested(self) -> None:
        from tui.screens.dialogs import InputDialog

        def answered(words: str | None) -> None:
            if words is not None:
                self._runs.set_filter(words)

        question = "List runs with these words or #tags; -word: without"
        self.app.push_screen(InputDialog(question, self._runs.filter, may_be_empty=True), answered)

    def on_corpora_pane_chosen_changed(self) -> None:
        self._show_selected()

    def on_corpora_pane_train_requested(self) -> None:
        if self._corpora.chosen:
            host_of(self).train_on(self._corpora.chosen)

    def on_corpora_pane_race_requested(self) -> None:
        from engine.config.budget import parse_budget
        from tui.screens.dialogs import InputDialog

        chosen = self._corpora.chosen

        def answered(budget: str | None) -> None:
            if budget and chosen:
                self._lab.race(chosen, budget)

        question = "Budget of each: bigram, Kneser-Ney, MLP, RNN and GPT"
        self.app.push_screen(InputDialog(question, RACE_BUDGET, parse_budget), answered)

    def on_corpora_pane_preview_requested(self) -> None:
        if self._corpora.chosen:
            self._lab.preview(self._corpora.chosen)

    def on_corpora_pane_add_requested(self) -> None:
        from tui.screens.dialogs import InputDialog

        def answered(source: str | None) -> None:
            if source:
                self._lab.find_corpus(source)

        self.app.push_screen(InputDialog("Add a file, a folder or a glob pattern", ""), answered)

    def on_chart_pane_talk_requested(self, event: ChartPane.TalkRequested) -> None:
        self._talk.talk_to(event.step)
        self.action_go("talk")

    def on_talk_pane_system_message_requested(self, event: TalkPane.SystemMessageRequested) -> None:
        from tui.screens.dialogs import InputDialog

        def answered(message: str | None) -> None:
            if message is not None:
                self._talk.set_system_message(event.watched, message)

        self.app.push_screen(
            InputDialog(
                "System message, which the model reads first", event.watched.system, may_be_empty=True
            ),
            answered,
        )

    def on_talk_pane_find_requested(self, event: TalkPane.FindRequested) -> None:
        from tui.screens.dialogs import InputDialog

        def answered(words: str | None) -> None:
            if words:
                self._talk.find(words)

        self.app.push_screen(InputDialog("Find in the conversation", event.words), answered)

    # Keys

    def obstacle(self, action: str) -> str:
        """Return why an action cannot act on the selected run now; empty if it can."""
        watched = self.selected
        match action:
            case "studies" if watched is None:
                return "Select a run to study."
            case "compare_runs" if len(self._compared_runs) < 2:
                return "Choose runs to compare with space, then press D."
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

    def action_go(self, pane: str) -> None:
        target = self.query_one(f"#{pane}", Pane)
        if self._zoomed is not None:
            self._zoom(target)
        target.enter()

    def action_zoom(self) -> None:
        focused = next((pane for pane in self.query(Pane) if pane.has_focus_within), None)
        self._zoom(None if self._zoomed is not None else focused)

    def action_step_out(self) -> None:
        """Close what is open in the conversation, else end the zoom. The focus stays in its pane."""
        if not self._talk.step_out():
            self._zoom(None)

    def _zoom(self, pane: Pane | None) -> None:
        self._zoomed = pane
        self.set_class(pane is not None, "-zoomed")
        for other in self.query(Pane):
            other.set_class(other is pane, "-here")
        for side in ("left", "right"):
            column = self.query_one(f"#{side}")
            column.set_class(pane is not None and pane not in column.children, "-away")
