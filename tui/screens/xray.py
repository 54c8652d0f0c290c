"""The tokens of any text under a model, colored by their probability, with the most surprising ones named."""

from __future__ import annotations

import heapq
import math
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal

from engine.formatting import quantity
from engine.sanitize import token_label
from tui.keys.everywhere import BACK_KEYS
from tui.keys.talk import XRAY_KEYS
from tui.lab.host import host_of
from tui.panes.talk.inspector import TokenInspector
from tui.screens.base import BaseScreen
from tui.widgets.glyphs import glyphs_of
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines
from tui.widgets.prompt import Prompt
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from engine.inference.protocol import Loaded, Score, Token
    from tui.lab.run_watcher import WatchedRun

PLACEHOLDER = "Paste or type a text, or @ and the name of a text or file; Enter scores it"
MOST_TOKENS = 1000
"""Tokens of a document that are scored. With its alternatives one takes 4 kB of memory."""
NAMED = 5
"""Most surprising tokens that are named."""
NAME_WIDTH = 14


def _request(text: str, id: int, _: Loaded) -> Score:
    from engine.inference.protocol import Score

    return Score(id=id, text=text, tokens=MOST_TOKENS)


class XrayScreen(BaseScreen[None]):
    """Scores texts with one checkpoint. Implements the Reader of an inquiry."""

    BINDINGS: ClassVar[list[BindingType]] = [*BACK_KEYS, *XRAY_KEYS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  (Textual's own name and type)
    DEFAULT_CSS = """
    XrayScreen { background: $background; color: $foreground; }
    XrayScreen > #xray-title { height: 2; padding: 0 1; background: $panel; }
    XrayScreen > Horizontal { height: 1fr; padding: 0 1; }
    XrayScreen Distribution { width: 36; padding-left: 2; }
    XrayScreen.-narrow > Horizontal { layout: vertical; }
    XrayScreen.-narrow Distribution { width: 1fr; height: 9; padding-left: 0; }
    XrayScreen > Prompt { margin: 0 1; }
    """

    def __init__(self, watched: WatchedRun, step: int | None, sources: Sequence[str]) -> None:
        """Score the beginning of the texts `sources`, if there are any, with a checkpoint; None: the newest one."""
        super().__init__()
        self._watched = watched
        self._step = step
        self._sources = tuple(sources)
        self._title = TextLines(id="xray-title")
        self._transcript = Transcript(id="xray-text")
        self._transcript.set_reactive(Transcript.colors_probabilities, True)
        self._transcript.chooses_tokens = False
        self._inspector = TokenInspector(id="xray-token")
        self._prompt = Prompt(PLACEHOLDER, id="xray-prompt")
        self._keys = KeyLine()
        self._tokens: list[list[Token]] = []
        """The tokens of each document."""
        self._model = watched.name
        self._vocabulary_size: int | None = None

    def compose(self) -> Iterable[Widget]:
        yield self._title
        with Horizontal():
            yield self._transcript
            yield self._inspector
        yield self._prompt
        yield self._keys

    def on_mount(self) -> None:
        self._inspector.display = False
        self._prompt.focus()
        self._show_title("")
        if self._sources:
            self._read(self._sources)

    def show_note(self, note: str) -> None:
        self._keys.show_note(note)

    def text_read(self, documents: list[str]) -> None:
        """Score the beginning of a text that was asked for."""
        self._score(*documents)

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        event.stop()
        text = self._prompt.take()
        if text.startswith("@") and "\n" not in text:
            self._read((text[1:].strip(),))
        elif text:
            self._score(text)

    def action_write(self) -> None:
        self._prompt.focus()

    def action_step_out(self) -> None:
        """Stop scoring, else close the distribution, else leave the prompt, else close the screen."""
        inquiries = host_of(self).lab.inquiries
        if inquiries.is_busy:
            inquiries.cancel()
        elif self._inspector.display:
            self._inspector.close()
            self._transcript.focus()
        elif self._prompt.has_focus and self._tokens:
            self._transcript.focus()
        else:
            self.dismiss()

    # Scoring

    def _read(self, sources: tuple[str, ...]) -> None:
        self._show_title("reading the text")
        host_of(self).lab.read_beginning(sources)

    def _score(self, *documents: str) -> None:
        """Score each document from its beginning."""
        from tui.lab.inquiries import Inquiry

        lab = host_of(self).lab
        lab.inquiries.cancel()
        self._inspector.close()
        self._transcript.clear()
        self._tokens = []
        self._show_title("starting the sampler" if lab.sampler.pid is None else "loading")
        lab.inquiries.ask(
            *(Inquiry(self._watched.name, self._step, partial(_request, text), self) for text in documents)
        )

    def began(self, loaded: Loaded) -> None:
        self._model = f"{loaded.run}, step {loaded.step}"
        self._vocabulary_size = loaded.vocabulary_size
        self._tokens.append([])
        self._transcript.add("text")
        self._show_title("scoring, esc stops it")

    def token_came(self, token: Token) -> None:
        self._tokens[-1].append(token)
        self._transcript.append_token(token.text, math.exp(token.log_probability))

    def ended(self, remark: str) -> None:
        if host_of(self).lab.inquiries.is_busy:
            return
        self._show_title(remark)
        if self._tokens and self._prompt.has_focus and not self._prompt.text:
            self._transcript.action_start()
            self._transcript.focus()

    # Tokens

    def on_transcript_token_selected(self, event: Transcript.TokenSelected) -> None:
        event.stop()
        if event.selected is None:
            self._inspector.close()
        else:
            document, index = event.selected
            token = self._tokens[document][index]
            self._inspector.show_token(event.selected, token, 1.0, self._vocabulary_size)

    def _show_title(self, status: str) -> None:
        first = Line((Piece("Surprise  ", "strong"), Piece(self._model, "dim")), (Piece(status, "warm"),))
        self._title.set_lines(first, Line(tuple(self._facts())))

    def _facts(self) -> Iterable[Piece]:
        tokens = [token for document in self._tokens for token in document]
        if not tokens:
            yield Piece("Each token is colored by its probability after the text before it.", "dim")
            return
        mean = -math.fsum(token.log_probability for token in tokens) / len(tokens)
        yield Piece(f"{quantity(len(tokens), 'token')}, {mean:.2f} nats a token. Most surprising:", "dim")
        glyphs = glyphs_of(self.app)
        for token in heapq.nsmallest(NAMED, tokens, key=lambda token: token.log_probability):
            label = token_label(token.text, NAME_WIDTH, glyphs.space, ascii_signs=glyphs.ascii)
            yield Piece(f" {label}")
            yield Piece(f" {-token.log_probability:.1f}", "dim")
