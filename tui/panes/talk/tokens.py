"""Tokens of the answers: their distributions, and other tokens from which the text goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.lab.host import host_of
from tui.panes.talk.obstacles import BUSY
from tui.panes.talk.versions import VersionActions

if TYPE_CHECKING:
    from tui.panes.talk.inspector import TokenInspector
    from tui.widgets.distribution import Distribution
    from tui.widgets.sampling_slider import SamplingSlider
    from tui.widgets.transcript.transcript import Transcript


class TokenActions(VersionActions):
    """Handlers of a pane that shows turns beside the distribution of a token."""

    _inspector: TokenInspector
    _sampling: SamplingSlider

    def on_transcript_token_selected(self, event: Transcript.TokenSelected) -> None:
        event.stop()
        if event.selected is None:
            self._inspector.close()
            return
        turn, token = event.selected
        if self._turns[turn].tokens:  # else dropped since then
            started = self._watched.history.started if self._watched is not None else None
            self._inspector.show_token(
                event.selected,
                self._turns[turn].tokens[token],
                self._sampling.temperature,
                started.vocabulary_size if started is not None else None,
            )

    def on_transcript_no_token(self, event: Transcript.NoToken) -> None:
        event.stop()
        host, again = host_of(self), "talk.again"
        host.show_note(
            f"The tokens of these answers are not kept; {host.key_names(again)} generates another."
        )

    def on_transcript_token_chosen(self, event: Transcript.TokenChosen) -> None:
        event.stop()
        if self._inspector.display:
            self.screen.set_focus(self._inspector)

    def on_distribution_chosen(self, event: Distribution.Chosen) -> None:
        """Let the text go on from another token."""
        event.stop()
        watched, position = self._watched, self._inspector.position
        if watched is None or position is None:
            return
        turn = position[0]
        begin = self._inspector.begin_with(self._turns[turn].tokens, event.index)
        if not host_of(self).lab.talker.answer_again(watched, turn, self.answer_settings(watched), begin):
            host_of(self).show_note(BUSY)
            return
        self.screen.set_focus(self._transcript)

    def on_distribution_left(self, event: Distribution.Left) -> None:
        event.stop()
        self.screen.set_focus(self._transcript)
