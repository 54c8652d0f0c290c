"""The talk pane: what is said to the selected run's newest checkpoint, and what it goes on with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal
from textual.widgets import Input

from tui.keys import TALK_KEYS
from tui.lab.run_text import checkpoint_hope, expectation
from tui.panes.pane import Pane
from tui.widgets.distribution import Distribution
from tui.widgets.lines import Line, Piece, TextLines, wrap
from tui.widgets.slider import Slider
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.inference.protocol import Token
    from tui.app import LilmApp
    from tui.lab.conversation import Turn
    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.talker import Talker

HIGHEST_TEMPERATURE = 2.0
TEMPERATURE_STEP = 0.05
TEMPERATURE = 0.8
"""Until a run is watched, whose model has one of its own."""
DRAFT_SECONDS = 1.0
"""Of a prompt that is being written, at most so much is not on the disk yet."""
PLACEHOLDER = "Write how it begins; Enter lets the model go on"


class Prompt(Input):
    """A line to write in, with the prompts from before on the arrow keys."""

    BINDINGS: ClassVar[list[BindingType]] = list(TALK_KEYS)

    def __init__(self) -> None:
        super().__init__(placeholder=PLACEHOLDER, compact=True, id="prompt")
        self.cursor_blink = False
        self.earlier: list[str] = []
        self._place = 0

    def take(self) -> str:
        """What is written, leaving the line empty."""
        text, self.value = self.value, ""
        if text and self.earlier[-1:] != [text]:
            self.earlier.append(text)
        self._place = len(self.earlier)
        return text

    def action_recall(self, by: int) -> None:
        self._place = max(0, min(self._place + by, len(self.earlier)))
        self.value = self.earlier[self._place] if self._place < len(self.earlier) else ""
        self.cursor_position = len(self.value)


class TalkPane(Pane):
    """Implements the talker's Listener: it shows one conversation and hears of all."""

    def __init__(self) -> None:
        super().__init__("4 Talk", id="talk")
        self._transcript = Transcript(id="transcript")
        self._empty = TextLines(id="talk-empty")
        self._middle = Horizontal(id="talk-middle")
        self._distribution = Distribution(id="distribution")
        self._prompt = Prompt()
        self._offered = TEMPERATURE
        """The watched model's own temperature, where the slider stands until a hand moves it."""
        self._slider = Slider(
            0.0, HIGHEST_TEMPERATURE, TEMPERATURE_STEP, self._offered, label="temperature", id="temperature"
        )
        self._speed = TextLines(id="talk-status")
        self._watched: WatchedRun | None = None
        self._orphaned = ""
        """The run that the prompt was written for, after it was deleted elsewhere."""
        self._draft_later: Timer | None = None
        self._turns: list[Turn] = []
        """Those in the transcript, in its order."""

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
        """From now on the talker tells this pane."""
        self._talker.listener = self

    @property
    def _lab(self) -> Lab:
        return cast("LilmApp", self.app).lab

    @property
    def _talker(self) -> Talker:
        return self._lab.talker

    def enter(self) -> None:
        self.screen.set_focus(self._prompt)

    @property
    def temperature(self) -> float:
        return self._slider.value

    def show(self, watched: WatchedRun | None) -> None:
        """The conversation with a run; the same one again only brings its head up to date."""
        changed = (watched and watched.identity) != (self._watched and self._watched.identity)
        if changed:
            self._change_prompt(watched)
        self._watched = watched
        if watched is not None and (changed or self._slider.value == self._offered):
            self._slider.value = self._offered = watched.temperature
        if changed:
            self._speed.set_lines()
            self._show_conversation()
        self._show_head()

    def step_out(self) -> bool:
        """Closes what is open here: the distribution, then an answer in the making. False when there is nothing."""
        if self._distribution.display:
            self._distribution.display = False
        elif self._talker.is_busy and self.has_focus_within:
            self._talker.cancel()
        elif self._prompt.has_focus and self._turns:
            self.screen.set_focus(self._transcript)
        else:
            return False
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        watched = self._watched
        if watched is None or not event.value or self._talker.is_busy:
            return
        if self._orphaned or not watched.is_there:
            gone = self._orphaned or watched.name
            self._orphaned = ""
            now = f" Enter again gives it to {watched.name}." if watched.is_there else ""
            self.show_trouble(f"{gone} is gone, for which this was written.{now}")
            return
        self._talker.ask(watched, self._prompt.take(), self.temperature)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._draft_later is None:
            self._draft_later = self.set_timer(DRAFT_SECONDS, self._keep_draft_soon)

    def keep_draft(self, *, waits: bool = True) -> None:
        """Writes the half-written prompt beside its run."""
        if self._draft_later is not None:
            self._draft_later.stop()
            self._draft_later = None
        watched, text = self._watched, self._prompt.value
        if watched is not None and not self._orphaned and text != watched.draft:
            watched.draft = text
            self._lab.keep_draft(watched.run, text, waits=waits)

    def _keep_draft_soon(self) -> None:
        self.keep_draft(waits=False)

    def _change_prompt(self, watched: WatchedRun | None) -> None:
        """Each run has its own half-written prompt; that for a run which another app has deleted stays in sight."""
        before = self._watched
        if before is not None and self._prompt.value and not self._orphaned and not before.is_there:
            self._orphaned = before.name
            return
        self.keep_draft()
        if self._orphaned and self._prompt.value:
            return
        self._orphaned = ""
        # Written before there was any run, it is for the first one.
        if before is not None or not self._prompt.value:
            self._prompt.value = watched.draft if watched is not None else ""

    def on_slider_changed(self, event: Slider.Changed) -> None:
        event.stop()
        self._distribution.temperature = event.value

    def on_resize(self) -> None:
        self._show_head()

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        if self._prompt.has_focus and self._watched is not None and self._watched.checkpoint is not None:
            self._talker.warm_up()

    def on_transcript_token_selected(self, event: Transcript.TokenSelected) -> None:
        event.stop()
        if event.selected is None:
            self._distribution.display = False
            return
        turn, place = event.selected
        self._show_distribution(self._turns[turn].tokens[place])

    # What the talker tells

    def turn_began(self, run: str, turn: Turn) -> None:
        if self._is_shown(run):
            self._add(turn)
            self._show_head()

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
        chosen = next((place for place, one in enumerate(token.alternatives) if one.id == token.token), None)
        vocabulary = (
            self._watched.history.started.vocabulary_size
            if self._watched and self._watched.history.started
            else None
        )
        self._distribution.show(alternatives, self.temperature, vocabulary_size=vocabulary, chosen=chosen)
        self._distribution.display = True

    def _show_head(self) -> None:
        watched = self._watched
        if watched is None or watched.checkpoint is None:
            self.set_title()
        else:
            self.set_title(Piece(f"  {watched.name}, step {watched.checkpoint}", "dim"))
        self._empty.display = not self._turns
        self._middle.display = bool(self._turns)
        if not self._turns:
            self._empty.set_lines(*wrap(self._what_to_expect(), self.size.width - 2))

    def _what_to_expect(self) -> list[Piece]:
        watched = self._watched
        if watched is None:
            return [Piece("Train a model, then talk to it here.", "dim")]
        paragraphs = [Piece(text, "dim") for text in expectation(watched)]
        if watched.checkpoint is None:
            paragraphs.append(Piece(checkpoint_hope(watched), "warm"))
        if watched.history.samples:
            sample = watched.history.samples[-1]
            paragraphs += [Piece(""), Piece(f"At step {sample.step} it wrote:", "dim")]
            paragraphs += [Piece(text) for text in (sample.prompt + sample.completion).strip().splitlines()]
        return paragraphs
