"""Other answers to a prompt: generated again, kept as siblings, and by other checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.lab.host import host_of
from tui.panes.talk.obstacles import Obstacles

if TYPE_CHECKING:
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.talker import AnswerSettings
    from tui.widgets.transcript.transcript import Transcript


class VersionActions(Obstacles):
    """Actions of a pane that shows turns."""

    _transcript: Transcript
    _step: int | None

    def answer_settings(self, watched: WatchedRun) -> AnswerSettings:
        """Return the settings of the next answer."""
        raise NotImplementedError

    def show_title(self) -> None:
        """Show the run and the step of the checkpoint that answers."""
        raise NotImplementedError

    def action_answer_again(self) -> None:
        watched, talker = self._watched, host_of(self).lab.talker
        index = talker.conversation(watched).last("model") if watched is not None else None
        if watched is not None and index is not None:
            talker.answer_again(watched, index, self.answer_settings(watched))

    def action_other_sibling(self, by: int) -> None:
        """Show another answer or prompt: of the selected token's turn, else of the last turn that has several."""
        watched, talker = self._watched, host_of(self).lab.talker
        if watched is None:
            return
        conversation = talker.conversation(watched)
        selected = self._transcript.selected
        several = [index for index, turn in enumerate(self._turns) if conversation.siblings(turn)[1] > 1]
        if not several:
            return
        index = selected[0] if selected is not None and selected[0] in several else several[-1]
        if not talker.show_sibling(watched, index, by):
            host_of(self).show_note("There is no other answer on that side.")

    def talk_to(self, step: int | None) -> None:
        """Choose the kept checkpoint nearest to a step; None: the newest."""
        from engine.runs.checkpoints import complete_steps

        steps = complete_steps(self._watched.run) if self._watched is not None else []
        nearest = min(steps, key=lambda kept: abs(kept - step)) if steps and step is not None else None
        self._step = None if nearest is None or nearest == steps[-1] else nearest
        self.show_title()

    def action_other_checkpoint(self, by: int) -> None:
        """Choose the kept checkpoint before or after; after the last one always the newest."""
        from engine.runs.checkpoints import complete_steps

        watched = self._watched
        steps = complete_steps(watched.run) if watched is not None else []
        if len(steps) < 2:
            host_of(self).show_note("There is no other checkpoint; a run keeps its last three by default.")
            return
        at = steps.index(self._step) if self._step in steps else len(steps) - 1
        at = min(max(0, at + by), len(steps) - 1)
        self._step = steps[at] if at < len(steps) - 1 else None
        self.show_title()
