"""Questions that the panes of the lab ask before they act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from tui.lab.lab import Lab
    from tui.panes.corpora_pane import CorporaPane
    from tui.panes.runs_pane import RunsPane
    from tui.panes.talk.talk_pane import TalkPane

RACE_BUDGET = "1m"


class PaneQuestions(BaseScreen[None]):
    """Handlers of a screen that has these panes. Each opens a dialog and hands on the answer."""

    _corpora: CorporaPane
    _runs: RunsPane

    @property
    def _talk(self) -> TalkPane:
        raise NotImplementedError

    @property
    def _lab(self) -> Lab:
        raise NotImplementedError

    def on_runs_pane_filter_requested(self) -> None:
        from tui.screens.dialogs import InputDialog

        def answered(words: str | None) -> None:
            if words is not None:
                self._runs.set_filter(words)

        question = "List runs with these words or #tags; -word: without"
        self.app.push_screen(InputDialog(question, self._runs.filter, may_be_empty=True), answered)

    def on_corpora_pane_race_requested(self) -> None:
        from engine.config.budget import parse_budget
        from tui.screens.dialogs import InputDialog

        chosen = self._corpora.chosen

        def answered(budget: str | None) -> None:
            if budget and chosen:
                self._lab.race(chosen, budget)

        question = "Budget of each: bigram, Kneser-Ney, MLP, RNN and GPT"
        self.app.push_screen(InputDialog(question, RACE_BUDGET, parse_budget), answered)

    def on_corpora_pane_add_requested(self) -> None:
        from tui.screens.dialogs import InputDialog

        def answered(source: str | None) -> None:
            if source:
                self._lab.find_corpus(source)

        self.app.push_screen(InputDialog("Add a file, a folder or a glob pattern", ""), answered)

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
