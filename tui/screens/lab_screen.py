"""The lab: texts and runs at the left, the loss and the talk at the right."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, Vertical

from tui.keys import LAB_KEYS
from tui.lab.run_text import status_line
from tui.panes.chart_pane import ChartPane
from tui.panes.corpora_pane import CorporaPane
from tui.panes.pane import Pane
from tui.panes.runs_pane import RunsPane
from tui.panes.talk_pane import TalkPane
from tui.screens.base import BaseScreen
from tui.widgets.glyphs import glyphs_of
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.runs.records import State
    from tui.app import LilmApp
    from tui.lab.corpus_list import CorpusItem
    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun

SHOW_SECONDS = 1.0
"""So often are the numbers of runs drawn, which is what a watching screen costs over ssh; a new state at once."""


class LabScreen(BaseScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = list(LAB_KEYS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  (Textual's own name and type)

    def __init__(self) -> None:
        super().__init__()
        self._is_open = False
        self._status = TextLines(id="status")
        self._corpora = CorporaPane()
        self._runs = RunsPane()
        self._chart = ChartPane()
        self._talk = TalkPane()
        self._keys = KeyLine()
        self._expected: str | None = None
        """A run that the app has just made, to be selected when it is listed."""
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
        # The first frame goes out before anything is loaded or read.
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self._is_open = True
        self._talk.listen()
        self._lab.open()

    @property
    def _lab(self) -> Lab:
        return self._app.lab

    @property
    def _all_runs(self) -> dict[str, WatchedRun]:
        """By name, the newest first; none before the first frame."""
        return self._lab.watcher.runs if self._is_open else {}

    @property
    def selected(self) -> WatchedRun | None:
        return self._all_runs.get(self._runs.selected or "")

    # What is told from outside

    def tell(self, note: str) -> None:
        self._keys.say(note)

    def show_trouble(self, sentence: str) -> None:
        self.tell(sentence)

    def keep_draft(self) -> None:
        self._talk.keep_draft()

    def show_corpora(self, items: list[CorpusItem]) -> None:
        self._corpora.show_items(items)

    def expect_run(self, name: str) -> None:
        self._expected = name
        self.runs_changed()

    def runs_changed(self) -> None:
        """Shows what is new, now or a moment later."""
        wait = self._shown_at + SHOW_SECONDS - time.monotonic()
        if wait <= 0 or self._states() != self._shown_states:
            self.show_now()
        elif self._show_later is None:
            self._show_later = self.set_timer(wait, self.show_now)

    def show_now(self) -> None:
        """Brings all panes up to what has been read of the runs."""
        if self._show_later is not None:
            self._show_later.stop()
            self._show_later = None
        self._shown_at = time.monotonic()
        self._shown_states = self._states()
        self._lab.watcher.take_changes()
        runs = self._lab.watcher.runs
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
        self._chart.show(watched, compared, self._corpora.chosen)
        self._talk.show(watched)
        self._show_status()

    def _show_status(self) -> None:
        width = max(20, self._status.size.width - 2)
        self._status.set_lines(status_line(self.selected, width, ascii_signs=glyphs_of(self.app).ascii))

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_status)

    # The runs

    def on_runs_pane_selected(self, event: RunsPane.Selected) -> None:
        self._lab.watcher.watch(event.name)
        self._show_selected()

    def on_runs_pane_marks_changed(self) -> None:
        self.show_now()

    def action_pause_run(self) -> None:
        watched = self.selected
        if watched is None:
            self.tell("There is no run to pause.")
        elif watched.history.state == "paused":
            self._lab.go_on(watched.run)
        elif watched.is_alive:
            self._lab.pause(watched.run)
        else:
            self.tell(f"{watched.name} is not training; r resumes it.")

    def action_stop_run(self) -> None:
        from tui.screens.dialogs import SureScreen

        watched = self.selected
        if watched is None or not watched.is_alive:
            self.tell("There is nothing to stop: the run is not training.")
        elif watched.history.state == "hung":

            def answered(sure: bool | None) -> None:
                if sure:
                    self._lab.end_by_force(watched.run)

            lost = f"{watched.ending}.\nWhat it learned since its last checkpoint would be lost."
            question = f"End the trainer of {watched.name} by force?"
            self.app.push_screen(SureScreen(question, lost[:1].upper() + lost[1:]), answered)
        else:
            self._lab.stop(watched.run)

    def action_resume_run(self) -> None:
        watched = self.selected
        if watched is None:
            self.tell("There is no run to resume.")
        elif watched.history.state == "paused":
            self._lab.go_on(watched.run)
        elif watched.is_alive:
            self.tell(f"{watched.name} is training.")
        elif watched.history.state == "finished":
            self.tell(f"{watched.name} has used its budget; n starts another run.")
        else:
            if self._lab.resume(watched.run):
                self.tell(f"{watched.name} goes on from its last checkpoint.")

    def action_delete_run(self) -> None:
        from tui.screens.dialogs import DeleteScreen

        watched = self.selected
        if watched is None:
            self.tell("There is no run to delete.")
        elif watched.is_alive:
            self.tell(f"{watched.name} is training: s stops it, then d deletes it.")
        else:

            def answered(sure: bool | None) -> None:
                if sure:
                    self._lab.talker.forget(watched.name)
                    self._lab.delete(watched.run)

            dependents = [
                name
                for name, other in self._all_runs.items()
                if other.settings
                and other.settings.base == watched.name
                and other.history.state != "finished"
            ]
            self.app.push_screen(DeleteScreen(watched, dependents), answered)

    def action_rename_run(self) -> None:
        from engine.errors import MisuseError
        from engine.runs.folder import check_name
        from tui.screens.dialogs import AskScreen

        watched = self.selected
        if watched is None or watched.is_alive:
            self.tell("A run can be renamed when it is not training.")
            return

        def check(name: str) -> None:
            if name in self._lab.watcher.runs and name != watched.name:
                raise MisuseError("there is a run of this name already")
            check_name(name)

        def answered(name: str | None) -> None:
            if name and name != watched.name:
                self._expected = name
                self._lab.rename(watched.run, name)

        self.app.push_screen(AskScreen(f"Rename {watched.name}", watched.name, check), answered)

    def action_scale_rate(self) -> None:
        from engine.runs.control import read_scale
        from engine.runs.records import NgramEstimate
        from tui.screens.dialogs import AskScreen

        watched = self.selected
        if watched is None or not watched.is_alive:
            self.tell("The learning rate can be turned while a run trains.")
            return
        if isinstance(watched.history.estimate, NgramEstimate):
            self.tell("n-grams are counted: they have no learning rate.")
            return

        def answered(text: str | None) -> None:
            if text is not None:
                self._lab.scale_rate(watched.run, read_scale(text))

        question = f"{watched.name}: multiply the scheduled learning rate by"
        self.app.push_screen(AskScreen(question, f"{watched.history.rate_scale:g}", read_scale), answered)

    # The texts

    def on_corpora_pane_chosen_changed(self) -> None:
        self._show_selected()

    def on_corpora_pane_train_asked(self) -> None:
        if self._corpora.chosen:
            self._app.train_on(self._corpora.chosen)

    def on_corpora_pane_preview_asked(self) -> None:
        if self._corpora.chosen:
            self._lab.preview(self._corpora.chosen)

    def on_corpora_pane_add_asked(self) -> None:
        from tui.screens.dialogs import AskScreen

        def answered(source: str | None) -> None:
            if source:
                self._lab.look_up(source)

        self.app.push_screen(AskScreen("A file, a folder or a glob of your own", ""), answered)

    def select(self, name: str) -> None:
        """Shows a run in the other panes; nothing happens when there is none of that name."""
        self._runs.select(name)

    def add_corpus(self, item: CorpusItem) -> None:
        self._corpora.add_item(item)

    def action_new_run(self) -> None:
        self._app.ask_for_run(self._corpora.chosen)

    # Where one is

    def action_talk(self) -> None:
        self._talk.enter()

    def action_go(self, pane: str) -> None:
        target = self.query_one(f"#{pane}", Pane)
        if self._zoomed is not None:
            self._zoom(target)
        target.enter()

    def action_zoom(self) -> None:
        here = next((pane for pane in self.query(Pane) if pane.has_focus_within), None)
        self._zoom(None if self._zoomed is not None else here)

    def action_step_out(self) -> None:
        """Out of what the talk has open, then of the zoom, then of the pane."""
        if self._talk.step_out():
            return
        if self._zoomed is not None:
            self._zoom(None)
        else:
            (self._runs if self._runs.selected else self._corpora).enter()

    def _zoom(self, pane: Pane | None) -> None:
        self._zoomed = pane
        self.set_class(pane is not None, "-zoomed")
        for other in self.query(Pane):
            other.set_class(other is pane, "-here")
        for side in ("left", "right"):
            column = self.query_one(f"#{side}")
            column.set_class(pane is not None and pane not in column.children, "-away")

    @property
    def _app(self) -> LilmApp:
        return cast("LilmApp", self.app)
