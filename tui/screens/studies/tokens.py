"""Tokens of a text while it is typed, with several tokenizers side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from engine.formatting import quantity
from engine.sanitize import cell_width
from engine.studies.results.tokens import TokenizedText
from tui.keys.studies import TOKENS_KEYS
from tui.lab.host import host_of
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.study_screen import StudyScreen
from tui.widgets.glyphs import glyphs_of
from tui.widgets.lines import Line, Piece
from tui.widgets.scrolled_lines import ScrolledLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.widgets.prompt import Prompt

EXAMPLE = "Once upon a time, naïve ANNA said: 你好 1234"
OTHERS = 3
"""Runs whose tokenizers are compared at first."""
TONES = ("token-1", "token-2")
"""Of adjacent tokens."""


class TokensScreen(StudyScreen):
    TITLE_TEXT = "Tokenizers"
    PLACEHOLDER = EXAMPLE
    RESULT = TokenizedText
    BEGINS_IN_PROMPT = True
    BINDINGS: ClassVar[list[BindingType]] = list(TOKENS_KEYS)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._view = ScrolledLines(id="tokens")
        self._names = [*dict.fromkeys((self.subject.run, *self.subject.others[:OTHERS], "byte"))]
        self._coming: list[TokenizedText] = []
        self._shown: list[TokenizedText] = []

    def body(self) -> Iterable[Widget]:
        yield self._view

    def command(self, text: str) -> StudyCommand | None:
        first, *others = self._names
        options = tuple(f"--with={name}" for name in others)
        return StudyCommand(("tokenize",), (first, text or EXAMPLE), options)

    def on_input_changed(self, event: Prompt.Changed) -> None:
        """Tokenize what is typed, as soon as the tokens of what was there before have come."""
        event.stop()
        self._tokenize()

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        """Keep the text, which is tokenized already."""
        event.prevent_default()
        event.stop()

    def action_add(self) -> None:
        """Ask for another tokenizer or run."""
        from tui.screens.dialogs import InputDialog

        def answered(name: str | None) -> None:
            if name and name not in self._names:
                self._names.append(name)
                self._tokenize()

        self.app.push_screen(
            InputDialog("A run, or a tokenizer such as char or tiktoken:o200k_base", ""), answered
        )

    def _tokenize(self) -> None:
        command = self.command(self._prompt.text)
        if command is not None:
            self.began(command)
            host_of(self).lab.studies.run_next(command, self)

    def show(self, result: TokenizedText) -> None:
        self._coming.append(result)

    def ended(self, problem: str) -> None:
        if problem and problem != "cancelled" and len(self._names) > 1 and not self._coming:
            # The tokenizer that was added last is none; the others are still of use.
            super().ended(problem)
            self._names.pop()
            return
        self._shown, self._coming = self._coming or self._shown, []
        super().ended(problem)
        self.draw()

    def facts(self) -> str:
        return quantity(len(self._shown), "tokenizer") if self._shown else ""

    def draw(self) -> None:
        width = self.room
        self._view.set_lines([line for cut in self._shown for line in self._block(cut, width)])

    def _block(self, cut: TokenizedText, width: int) -> Iterator[Line]:
        """Yield a tokenizer's summary, then its tokens with their ids below them, in lines that fit."""
        each = f", {cut.bytes / len(cut.ids):.2f} bytes a token" if cut.ids else ""
        yield Line((Piece(cut.tokenizer, "strong"), Piece(f"  {len(cut.ids):,} tokens{each}", "dim")))
        glyphs = glyphs_of(self.app)
        pieces: list[Piece] = []
        ids: list[Piece] = []
        used = 0
        for number, (piece, token) in enumerate(zip(cut.pieces, cut.ids, strict=True)):
            text = piece.replace(" ", glyphs.space)
            cells = max(cell_width(text), len(str(token)) + 1)
            if pieces and used + cells > width:
                yield from (Line(tuple(pieces)), Line(tuple(ids)))
                pieces, ids, used = [], [], 0
            pieces += [Piece(text, TONES[number % 2]), Piece(" " * (cells - cell_width(text)))]
            ids.append(Piece(str(token).ljust(cells), "dim"))
            used += cells
        yield from (Line(tuple(pieces)), Line(tuple(ids)), Line())
