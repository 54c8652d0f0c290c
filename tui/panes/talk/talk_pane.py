"""The talk pane: the conversation with a checkpoint of the selected run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.message import Message

from tui.keys.talk import CONVERSATION_KEYS
from tui.lab.host import host_of
from tui.panes.pane import TALK_TITLE
from tui.panes.run_text import is_chat_run
from tui.panes.talk.copying import CopyActions
from tui.panes.talk.drafts import Drafts
from tui.panes.talk.inspector import TokenInspector
from tui.panes.talk.introduction import introduction, placeholder
from tui.panes.talk.settings import answer_settings
from tui.panes.talk.tokens import TokenActions
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs
from tui.widgets.prompt import Prompt
from tui.widgets.sampling_slider import MIN_P, TEMPERATURE, SamplingSlider
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from engine.inference.protocol import Token
    from tui.lab.conversation import Turn
    from tui.lab.lab import Lab
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.talker import AnswerSettings, Talker

QUEUED = "queued; esc undoes"


class TalkPane(CopyActions, TokenActions):
    """Shows one conversation. Implements the talker's Listener, which is called for all of them."""

    BINDINGS: ClassVar[list[BindingType]] = list(CONVERSATION_KEYS)

    class SystemMessageRequested(Message):
        """The user wants to write the system message of a run."""

        def __init__(self, watched: WatchedRun) -> None:
            super().__init__()
            self.watched = watched

    class FindRequested(Message):
        """The user wants to find words in the conversation; `words` are those of the last time."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self) -> None:
        super().__init__(TALK_TITLE, id="talk")
        self._transcript = Transcript(id="transcript")
        self._empty = TextLines(id="talk-empty")
        self._middle = Horizontal(id="talk-middle")
        self._inspector = TokenInspector(id="distribution")
        self._prompt = Prompt(placeholder(None), id="prompt")
        self._drafts = Drafts(self._prompt)
        self._sampling = SamplingSlider(id="temperature")
        self._defaults: dict[str, float | None] = {}
        """Sampling of the selected model, which the slider shows until the user moves it."""
        self._speed = TextLines(id="talk-status")
        self._status = ""
        self._watched: WatchedRun | None = None
        self._step: int | None = None
        """Step of the checkpoint that answers; None: the newest one."""
        self._queued = False
        """True when the prompt is sent as soon as its run has a checkpoint."""
        self._edited: int | None = None
        """Index of the prompt that the next one replaces."""
        self._words = ""
        """Words that were searched for last."""
        self._turns: list[Turn] = []
        """The turns in the transcript."""

    def body(self) -> Iterable[Widget]:
        yield self._empty
        with self._middle:
            yield self._transcript
            yield self._inspector
        yield self._prompt
        with Horizontal(id="talk-foot"):
            yield self._sampling
            yield self._speed

    def on_mount(self) -> None:
        self._inspector.display = False

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
    def step(self) -> int | None:
        """Step of the checkpoint that answers; None: the newest one."""
        return self._step

    @property
    def is_writing(self) -> bool:
        """True if the prompt has text."""
        return bool(self._prompt.value)

    def save_draft(self) -> None:
        self._drafts.save(self._lab)

    def show(self, watched: WatchedRun | None) -> None:
        """Show the conversation with a run. For the same run again only the title and notes are updated."""
        changed = (watched and watched.identity) != (self._watched and self._watched.identity)
        if changed:
            if self._watched is not None or watched is not None:
                self._drafts.change_run(self._lab, watched)
            self._step, self._queued, self._edited = None, False, None
            self._prompt.placeholder = placeholder(watched)
        self._watched = watched
        if watched is not None:
            self._show_sampling(watched, changed=changed)
        if changed:
            self._show_status("")
            self._show_conversation()
        self.show_title()
        has_checkpoint = watched is not None and watched.checkpoint is not None
        if self._queued and watched is not None and has_checkpoint and not self._lab.inquiries.is_busy:
            self._queued = False
            self._talker.ask(watched, self._prompt.take(), self.answer_settings(watched))

    def _show_sampling(self, watched: WatchedRun, *, changed: bool) -> None:
        own = watched.default_sampling
        defaults = {TEMPERATURE: own.temperature, MIN_P: own.min_p or None}
        if changed:
            self._sampling.show(defaults, watched.sampling)
        elif defaults != self._defaults:
            self._sampling.show(defaults, self._sampling.changed())
        self._defaults = defaults

    def answer_settings(self, watched: WatchedRun) -> AnswerSettings:
        """Return the settings of the next answer."""
        return answer_settings(self._sampling, watched, self._step)

    def step_out(self) -> bool:
        """Take back a queued prompt, else leave the distribution, else cancel the answer, else leave the prompt.

        Returns False if none applies.
        """
        if self._queued:
            self._queued = False
            self._show_status("")
        elif self._edited is not None:
            self._edited = None
            self._prompt.text = ""
            self._show_status("")
        elif self._inspector.display:
            self._inspector.close()
        elif self._talker.is_busy and self.has_focus_within:
            self._talker.cancel()
        elif self._prompt.has_focus:
            self.screen.set_focus(self._transcript if self._turns else self._sampling)
        else:
            return False
        return True

    # Prompts

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        event.stop()
        watched = self._watched
        if watched is None or self._talker.is_busy:
            return
        if not event.value:
            self._go_on(watched)
            return
        orphaned = self._drafts.take_orphaned()
        if orphaned or not watched.is_there:
            hint = f" Enter sends this prompt to {watched.name}." if watched.is_there else ""
            self.show_trouble(f"The run {orphaned or watched.name} has been deleted.{hint}")
            return
        if watched.checkpoint is None and watched.is_alive:
            self._queued = True
            self._speed.set_lines(Line((), (Piece(QUEUED, "warm"),)))
            return
        edited, self._edited = self._edited, None
        self._talker.ask(watched, self._prompt.take(), self.answer_settings(watched), instead_of=edited)

    def _go_on(self, watched: WatchedRun) -> None:
        if is_chat_run(watched):
            host_of(self).show_note("A chat model answers; write something to it.")
        elif not self._talker.go_on(watched, self.answer_settings(watched)):
            host_of(self).show_note("There is no text to continue yet; begin one.")

    def on_input_changed(self, event: Prompt.Changed) -> None:
        event.stop()
        self._drafts.edited(self._lab)

    def action_edit_prompt(self) -> None:
        """Load the last prompt; Enter sends it in place of the old one, which stays as a sibling."""
        watched = self._watched
        index = self._talker.conversation(watched).last("you") if watched is not None else None
        if index is None:
            return
        self._edited = index
        self._prompt.text = self._turns[index].text
        self._speed.set_lines(Line((), (Piece("edits; esc undoes", "warm"),)))
        self.enter()

    def action_system_message(self) -> None:
        watched = self._watched
        if watched is not None:
            self.post_message(self.SystemMessageRequested(watched))

    def set_system_message(self, watched: WatchedRun, message: str) -> None:
        watched.system = message
        self._save_settings(watched)

    def action_find(self) -> None:
        self.post_message(self.FindRequested(self._words))

    def find(self, words: str) -> None:
        """Show the last occurrence of words; of the same words again, the one before."""
        if words != self._words:
            self._transcript.find("")
        self._words = words
        if not self._transcript.find(words):
            host_of(self).show_note("These words are not in the conversation.")

    # Sampling

    def on_sampling_slider_settings_changed(self, event: SamplingSlider.SettingsChanged) -> None:
        event.stop()
        self._inspector.temperature = self._sampling.temperature
        self._inspector.cutoffs = self._sampling.cutoffs
        self._show_status(self._status)
        watched = self._watched
        if watched is None:
            return
        values = self._sampling.changed()
        if values != watched.sampling:
            watched.sampling = values
            self._save_settings(watched)

    def _save_settings(self, watched: WatchedRun) -> None:
        self._lab.save_talk_settings(watched.run, watched.sampling, watched.system)

    def on_resize(self) -> None:
        self.show_title()

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        if self._prompt.has_focus and self._watched is not None and self._watched.checkpoint is not None:
            self._talker.warm_up()

    # Called by the talker

    def turn_began(self, run: str, turn: Turn) -> None:
        if self._is_shown(run):
            for index, earlier in enumerate(self._turns):
                if not earlier.tokens:
                    self._transcript.drop_tokens(index)
            self._add(turn)
            self.show_title()

    def token_came(self, run: str, turn: Turn, token: Token) -> None:
        if self._is_shown(run):
            self._transcript.append_token(token.text, math.exp(token.log_probability))

    def path_changed(self, run: str, index: int) -> None:
        if self._watched is not None and self._is_shown(run):
            self._inspector.close()
            self._transcript.truncate(index)
            del self._turns[index:]
            for turn in self._talker.turns(self._watched)[index:]:
                self._add(turn)
            self.show_title()

    def talk_status(self, run: str | None, status: str) -> None:
        if run is None or self._is_shown(run):
            self._show_status(status)

    def _show_status(self, status: str) -> None:
        """Show the settings that the slider does not show, and a status."""
        self._status = status
        changed = self._sampling.changed()
        settings = (
            Piece(f"  {text}", "warm" if name in changed else "dim")
            for name, text in self._sampling.others().items()
        )
        self._speed.set_lines(Line(tuple(settings), (Piece(status, "dim"),)))

    def _is_shown(self, run: str) -> bool:
        return self._watched is not None and self._watched.name == run

    def _add(self, turn: Turn) -> None:
        self._turns.append(turn)
        index = self._transcript.add(turn.role, "" if turn.tokens else turn.text)
        for token in turn.tokens:
            self._transcript.append_token(token.text, math.exp(token.log_probability))
        if self._watched is not None:
            number, count = self._talker.conversation(self._watched).siblings(turn)
            if count > 1:
                self._transcript.set_sibling(index, f"{number + 1}/{count}")

    def _show_conversation(self) -> None:
        self._transcript.clear()
        self._inspector.close()
        self._turns = []
        if self._watched is None:
            return
        for turn in self._talker.turns(self._watched):
            self._add(turn)
        self._prompt.earlier = [turn.text for turn in self._turns if turn.role == "you"]

    def show_title(self) -> None:
        watched = self._watched
        if watched is None or watched.checkpoint is None:
            self.set_title()
        elif self._step is None:
            best = "" if watched.best is None else f"{watched.best} (best) of "
            self.set_title(Piece(f"  {watched.name}, step {best}{watched.checkpoint}", "dim"))
        else:
            self.set_title(
                Piece(f"  {watched.name}, ", "dim"),
                Piece(f"step {self._step} of {watched.checkpoint}", "warm"),
            )
        self._empty.display = not self._turns
        self._middle.display = bool(self._turns)
        if not self._turns:
            self._empty.set_lines(*wrap_paragraphs(introduction(watched), self.size.width - 2))
