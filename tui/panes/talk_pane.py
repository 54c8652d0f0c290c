"""The talk pane: the conversation with the newest checkpoint of the selected run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from textual.containers import Horizontal

from tui.lab.host import host_of
from tui.panes.pane import Pane
from tui.panes.run_text import expectation
from tui.widgets.distribution import Distribution
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs
from tui.widgets.prompt import Prompt
from tui.widgets.slider import Slider
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.timer import Timer
    from textual.widget import Widget

    from engine.inference.protocol import Token
    from tui.lab.conversation import Turn
    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.talker import Talker

HIGHEST_TEMPERATURE = 2.0
TEMPERATURE_STEP = 0.05
TEMPERATURE = 0.8
"""Before a run is selected; each model has its own default."""
DRAFT_SECONDS = 1.0
"""Longest time that an edited prompt stays unsaved."""
PLACEHOLDER = "Begin a text; Enter lets the model continue it"


class TalkPane(Pane):
    """Shows one conversation. Implements the talker's Listener, which is called for all of them."""

    def __init__(self) -> None:
        super().__init__("4 Talk", id="talk")
        self._transcript = Transcript(id="transcript")
        self._empty = TextLines(id="talk-empty")
        self._middle = Horizontal(id="talk-middle")
        self._distribution = Distribution(id="distribution")
        self._prompt = Prompt(PLACEHOLDER, id="prompt")
        self._default_temperature = TEMPERATURE
        """Of the selected model; the slider follows it until the user moves the slider."""
        self._slider = Slider(
            0.0,
            HIGHEST_TEMPERATURE,
            TEMPERATURE_STEP,
            self._default_temperature,
            label="temperature",
            id="temperature",
        )
        self._speed = TextLines(id="talk-status")
        self._watched: WatchedRun | None = None
        self._orphaned = ""
        """Name of the run that the prompt was written for, after another app deleted that run."""
        self._draft_later: Timer | None = None
        self._turns: list[Turn] = []
        """The turns in the transcript."""

    def body(self) -> Iterable[Widget]:
        yield self._empty
        with self._middle:
            yield self._transcript
            yield self._distribution
        yield self._prompt
        with Horizontal(id="talk-foot"):
            yield self._slider
            yield self._speed

    def on_mount(self) -> None:
        self._distribution.display = False

    def listen(self) -> None:
        """Become the talker's listener."""
        self._talker.listener = self

    @property
    def _lab(self) -> Lab:
        return host_of(self).lab

    @property
    def _talker(self) -> Talker:
        return self._lab.talker

    def enter(self) -> None:
        self.screen.set_focus(self._prompt)

    @property
    def temperature(self) -> float:
        return self._slider.value

    def show(self, watched: WatchedRun | None) -> None:
        """Show the conversation with a run. For the same run again only the title and notes are updated."""
        changed = (watched and watched.identity) != (self._watched and self._watched.identity)
        if changed:
            self._change_prompt(watched)
        self._watched = watched
        if watched is not None and (changed or self._slider.value == self._default_temperature):
            self._slider.value = self._default_temperature = watched.temperature
        if changed:
            self._speed.set_lines()
            self._show_conversation()
        self._show_title()

    def step_out(self) -> bool:
        """Close the distribution, else cancel the answer, else leave the prompt. Return False if none applies."""
        if self._distribution.display:
            self._distribution.display = False
        elif self._talker.is_busy and self.has_focus_within:
            self._talker.cancel()
        elif self._prompt.has_focus:
            self.screen.set_focus(self._transcript if self._turns else self._slider)
        else:
            return False
        return True

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        event.stop()
        watched = self._watched
        if watched is None or not event.value or self._talker.is_busy:
            return
        if self._orphaned or not watched.is_there:
            deleted = self._orphaned or watched.name
            self._orphaned = ""
            hint = f" Enter sends this prompt to {watched.name}." if watched.is_there else ""
            self.show_trouble(f"The run {deleted} has been deleted.{hint}")
            return
        self._talker.ask(watched, self._prompt.take(), self.temperature)

    def on_input_changed(self, event: Prompt.Changed) -> None:
        event.stop()
        if self._draft_later is None:
            self._draft_later = self.set_timer(DRAFT_SECONDS, self._save_draft_later)

    def save_draft(self, *, waits: bool = True) -> None:
        """Save the unsent prompt in the folder of its run."""
        if self._draft_later is not None:
            self._draft_later.stop()
            self._draft_later = None
        watched, text = self._watched, self._prompt.text
        if watched is not None and not self._orphaned and text != watched.draft:
            watched.draft = text
            self._lab.save_draft(watched.run, text, waits=waits)

    def _save_draft_later(self) -> None:
        self.save_draft(waits=False)

    def _change_prompt(self, watched: WatchedRun | None) -> None:
        """Load the unsent prompt of a run. One written for a run that another app deleted is kept."""
        before = self._watched
        if before is not None and self._prompt.value and not self._orphaned and not before.is_there:
            self._orphaned = before.name
            return
        self.save_draft()
        if self._orphaned and self._prompt.value:
            return
        self._orphaned = ""
        # A prompt written before there was a run is for the first run.
        if before is not None or not self._prompt.value:
            self._prompt.text = watched.draft if watched is not None else ""

    def on_slider_changed(self, event: Slider.Changed) -> None:
        event.stop()
        self._distribution.temperature = event.value

    def on_resize(self) -> None:
        self._show_title()

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        if self._prompt.has_focus and self._watched is not None and self._watched.checkpoint is not None:
            self._talker.warm_up()

    def on_transcript_token_selected(self, event: Transcript.TokenSelected) -> None:
        event.stop()
        if event.selected is None:
            self._distribution.display = False
            return
        turn, token = event.selected
        if self._turns[turn].tokens:  # else dropped since then
            self._show_distribution(self._turns[turn].tokens[token])

    # Called by the talker

    def turn_began(self, run: str, turn: Turn) -> None:
        if self._is_shown(run):
            for index, earlier in enumerate(self._turns):
                if not earlier.tokens:
                    self._transcript.drop_tokens(index)
            self._add(turn)
            self._show_title()

    def token_came(self, run: str, turn: Turn, token: Token) -> None:
        if self._is_shown(run):
            self._transcript.append_token(token.text, math.exp(token.log_probability))

    def talk_status(self, run: str | None, status: str) -> None:
        if run is None or self._is_shown(run):
            self._speed.set_lines(Line((), (Piece(status, "dim"),)))

    def _is_shown(self, run: str) -> bool:
        return self._watched is not None and self._watched.name == run

    def _add(self, turn: Turn) -> None:
        self._turns.append(turn)
        self._transcript.add(turn.role, "" if turn.tokens else turn.text)
        for token in turn.tokens:
            self._transcript.append_token(token.text, math.exp(token.log_probability))

    def _show_conversation(self) -> None:
        self._transcript.clear()
        self._distribution.display = False
        self._turns = []
        if self._watched is None:
            return
        for turn in self._talker.turns(self._watched):
            self._add(turn)
        self._prompt.earlier = [turn.text for turn in self._turns if turn.role == "you"]

    def _show_distribution(self, token: Token) -> None:
        alternatives = [(one.text, one.log_probability) for one in token.alternatives]
        chosen = next((index for index, one in enumerate(token.alternatives) if one.id == token.token), None)
        vocabulary = (
            self._watched.history.started.vocabulary_size
            if self._watched and self._watched.history.started
            else None
        )
        self._distribution.show(alternatives, self.temperature, vocabulary_size=vocabulary, chosen=chosen)
        self._distribution.display = True

    def _show_title(self) -> None:
        watched = self._watched
        if watched is None or watched.checkpoint is None:
            self.set_title()
        else:
            self.set_title(Piece(f"  {watched.name}, step {watched.checkpoint}", "dim"))
        self._empty.display = not self._turns
        self._middle.display = bool(self._turns)
        if not self._turns:
            self._empty.set_lines(*wrap_paragraphs(self._introduction(), self.size.width - 2))

    def _introduction(self) -> list[Piece]:
        # Imports msgspec, which the first frame does without.
        from tui.lab.talker import describe_first_checkpoint

        watched = self._watched
        if watched is None:
            return [Piece("Train a model, then talk to it here.", "dim")]
        paragraphs = [Piece(text, "dim") for text in expectation(watched)]
        if watched.checkpoint is None:
            paragraphs.append(Piece(describe_first_checkpoint(watched), "warm"))
        if watched.history.samples:
            sample = watched.history.samples[-1]
            paragraphs += [Piece(""), Piece(f"Sample at step {sample.step}:", "dim")]
            paragraphs += [Piece(text) for text in (sample.prompt + sample.completion).strip().splitlines()]
        return paragraphs
