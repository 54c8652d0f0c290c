"""One prompt to two checkpoints, runs or temperatures, with one seed; blind with a vote if wanted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical

from tui.keys.everywhere import BACK_KEYS
from tui.keys.talk import SIDES_KEYS
from tui.lab.ballot import Ballot, Vote
from tui.lab.host import host_of
from tui.screens.base import BaseScreen
from tui.widgets.choice import Choice
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.prompt import Prompt
from tui.widgets.slider import Slider
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType
    from textual.widget import Widget

    from engine.inference.protocol import Generate, Loaded, Token
    from tui.lab.inquiries import Inquiry
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.talker import AnswerSettings

PLACEHOLDER = "One prompt for both; Enter sends it"
NEWEST = "newest checkpoint"
STEP = "step "
HIGHEST_TEMPERATURE = 2.0
TEMPERATURE_STEP = 0.05


class Side(Vertical):
    """A run, a checkpoint and a temperature to choose, and the answer. Implements the Reader of an inquiry."""

    DEFAULT_CSS = """
    Side { width: 1fr; padding: 0 1; }
    Side > TextLines { width: 1fr; }
    Side > Transcript { margin-top: 1; }
    """

    def __init__(
        self, runs: Mapping[str, WatchedRun], name: str, step: int | None, temperature: float
    ) -> None:
        super().__init__()
        self._runs = runs
        self._run = Choice(tuple(runs))
        self._run.value = name
        self._checkpoint = Choice(_checkpoints(runs[name]))
        self._checkpoint.value = NEWEST if step is None else f"{STEP}{step}"
        self._temperature = Slider(
            0.0, HIGHEST_TEMPERATURE, TEMPERATURE_STEP, temperature, label="temperature"
        )
        self._transcript = Transcript()
        self._transcript.chooses_tokens = False
        self._status = TextLines()
        self._is_blind = False

    def compose(self) -> Iterable[Widget]:
        yield self._run
        yield self._checkpoint
        yield self._temperature
        yield self._transcript
        yield self._status

    def on_choice_changed(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice is self._run:
            self._checkpoint.set_choices(_checkpoints(self._runs[event.value]))

    @property
    def setup(self) -> str:
        return f"{self._run.value}, {self._checkpoint.value}, T {self._temperature.value:.2f}"

    def set_blind(self, blind: bool) -> None:
        """Hide the setup of the side."""
        self._is_blind = blind
        for widget in (self._run, self._checkpoint, self._temperature):
            widget.display = not blind

    def reveal(self, setup: str) -> None:
        self._show(setup)

    def inquiry(self, prompt: str, settings: AnswerSettings, seed: int, reader: Side) -> Inquiry:
        """Show the prompt on the reader's side, and return the request for its answer by this side's setup."""
        from msgspec.structs import replace

        from engine.inference.protocol import Generate, Message
        from tui.lab.inquiries import Inquiry

        sampling = replace(settings.sampling, temperature=self._temperature.value, seed=seed)
        step = None if self._checkpoint.value == NEWEST else int(self._checkpoint.value.removeprefix(STEP))

        def request(id: int, loaded: Loaded) -> Generate:
            messages: tuple[Message, ...] = ()
            if loaded.chat:
                system = (Message(role="system", content=settings.system),) if settings.system else ()
                messages = (*system, Message(role="user", content=prompt))
            return Generate(
                id=id, prompt=prompt, messages=messages, tokens=settings.tokens, sampling=sampling
            )

        reader.ask(prompt)
        return Inquiry(self._run.value, step, request, reader)

    def ask(self, prompt: str) -> None:
        self._transcript.clear()
        self._transcript.add("you", prompt)
        self._show("waits")

    def began(self, loaded: Loaded) -> None:
        self._transcript.add("model")
        writer = "one of both" if self._is_blind else f"step {loaded.step}"
        self._show(f"{writer} is writing, esc stops it")

    def token_came(self, token: Token) -> None:
        self._transcript.append_token(token.text, math.exp(token.log_probability))

    def ended(self, remark: str) -> None:
        self._show("" if self._is_blind else remark)

    def _show(self, status: str) -> None:
        self._status.set_lines(Line((Piece(status, "dim"),)))


def _checkpoints(watched: WatchedRun) -> tuple[str, ...]:
    from engine.runs.checkpoints import complete_steps

    return (NEWEST, *(f"{STEP}{step}" for step in reversed(complete_steps(watched.run)[:-1])))


class SideBySideScreen(BaseScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*BACK_KEYS, *SIDES_KEYS]
    DEFAULT_CSS = """
    SideBySideScreen { background: $background; color: $foreground; }
    SideBySideScreen > #sides-title { height: 1; padding: 0 1; background: $panel; }
    SideBySideScreen > Horizontal { height: 1fr; }
    SideBySideScreen > Prompt { margin: 0 1; }
    """

    def __init__(self, runs: Mapping[str, WatchedRun], name: str, settings: AnswerSettings) -> None:
        """`runs` have a checkpoint each; `name` and `settings` are those of the left side."""
        super().__init__()
        self._settings = settings
        temperature = settings.sampling.temperature
        earlier = _checkpoints(runs[name])[1:]
        others = [int(step.removeprefix(STEP)) for step in earlier]
        self._left = Side(runs, name, settings.step, temperature)
        # Sides that differ: by the step, or else by the temperature.
        other_step = None if settings.step is not None else others[0] if others else None
        differs = settings.step is not None or other_step is not None
        self._right = Side(runs, name, other_step, temperature if differs else _other(temperature))
        self._ballot: Ballot | None = None
        """None unless the comparison is blind."""
        self._title = TextLines(id="sides-title")
        self._prompt = Prompt(PLACEHOLDER, id="sides-prompt")
        self._keys = KeyLine()

    def compose(self) -> Iterable[Widget]:
        yield self._title
        with Horizontal():
            yield self._left
            yield self._right
        yield self._prompt
        yield self._keys

    def on_mount(self) -> None:
        self._show_title(())
        self._prompt.focus()

    def show_note(self, note: str) -> None:
        self._keys.show_note(note)

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        from engine.sampling.config import random_seed

        event.stop()
        prompt = self._prompt.take()
        if not prompt:
            return
        locked = self._settings.sampling.seed
        seed = random_seed() if locked is None else locked
        self._show_title((Piece(f"seed {seed}", "dim"),))
        inquiries = host_of(self).lab.inquiries
        inquiries.cancel()
        sides = readers = (self._left, self._right)
        if self._ballot is not None and self._ballot.shuffle(self._setups):
            readers = (self._right, self._left)
        inquiries.ask(
            *(
                side.inquiry(prompt, self._settings, seed, reader)
                for side, reader in zip(sides, readers, strict=True)
            )
        )

    @property
    def _setups(self) -> tuple[str, str]:
        return self._left.setup, self._right.setup

    def action_blind(self) -> None:
        """Hide which side is which and count votes, or show it again."""
        host_of(self).lab.inquiries.cancel()
        self._ballot = None if self._ballot is not None else Ballot()
        for side in (self._left, self._right):
            side.set_blind(self._ballot is not None)
        self._show_title((Piece("blind" if self._ballot is not None else "", "dim"),))
        self._prompt.focus()

    def action_vote(self, vote: Vote) -> None:
        ballot = self._ballot
        if ballot is None or ballot.shown is None or host_of(self).lab.inquiries.is_busy:
            self.show_note("Votes count on two finished answers of a blind comparison; f5 begins one.")
            return
        for side, setup in zip((self._left, self._right), ballot.shown, strict=True):
            side.reveal(setup)
        ballot.vote(vote)
        self._show_title((Piece(ballot.describe(self._setups), "dim"),))

    def action_step_out(self) -> None:
        """Stop the answers, else close the screen."""
        inquiries = host_of(self).lab.inquiries
        if inquiries.is_busy:
            inquiries.cancel()
        else:
            self.dismiss()

    def _show_title(self, right: tuple[Piece, ...]) -> None:
        self._title.set_lines(Line((Piece("Side by side", "strong"),), right))


def _other(temperature: float) -> float:
    """Return a temperature that gives clearly different texts."""
    return 1.0 if temperature < 0.75 else 0.3
