"""Base class of the screens of studies: a title with the equal command, the results, a prompt, and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical

from engine import formatting
from engine.errors import UnreadableError
from engine.files.reading import JsonDecoder
from engine.sanitize import cell_width
from tui.keys.everywhere import BACK_KEYS
from tui.keys.studies import STUDY_KEYS, STUDY_PROMPT_KEYS
from tui.lab.host import host_of
from tui.screens.base import BaseScreen
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs
from tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from tui.lab.study_runner import StudyCommand
    from tui.screens.studies.subject import Subject

CLOCK_SECONDS = 1.0
CLOCK_WIDTH = 26
"""Cells in the title for the time of a study and the key that stops it."""
PROBLEM_ROWS = 4
"""Most rows of an error message or a notice."""


class StudyPrompt(Prompt):
    BINDINGS: ClassVar[list[BindingType]] = list(STUDY_PROMPT_KEYS)


class StudyScreen(BaseScreen[None]):
    """Subclasses define `body`, `command` and `show`. Implements the reader of a study."""

    TITLE_TEXT: ClassVar[str]
    PLACEHOLDER: ClassVar[str] = ""
    """Of the prompt; empty: none."""
    BEGINS_IN_PROMPT: ClassVar[bool] = False
    """True if the prompt has the focus at first."""
    RESULT: ClassVar[Any]
    """Type of each line that the command prints."""
    BINDINGS: ClassVar[list[BindingType]] = [*BACK_KEYS, *STUDY_KEYS]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  (Textual's own name and type)
    DEFAULT_CSS = """
    StudyScreen { background: $background; color: $foreground; }
    StudyScreen > #study-title { height: 2; padding: 0 1; background: $panel; }
    StudyScreen > #study-body { width: 100%; height: 1fr; padding: 0 1; }
    StudyScreen > #study-problem { padding: 0 1; }
    StudyScreen > Prompt { margin: 0 1; }
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject
        self.has_result = False
        self._decoder: JsonDecoder[Any] = JsonDecoder(self.RESULT)
        self._title = TextLines(id="study-title")
        self._problem = TextLines(id="study-problem")
        self._problem.display = False
        self._prompt = StudyPrompt(self.PLACEHOLDER, id="study-prompt")
        self._prompt.display = bool(self.PLACEHOLDER)
        self._keys = KeyLine()
        self._command: StudyCommand | None = None
        self._progress = ""
        self._clock: Timer | None = None

    # For subclasses

    def body(self) -> Iterable[Widget]:
        """Yield the widgets that show the results."""
        raise NotImplementedError

    def command(self, text: str) -> StudyCommand | None:
        """Return the command for a text of the prompt; None if it needs another text."""
        raise NotImplementedError

    def show(self, result: Any) -> None:
        """Show one line of the command's results."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the results again, as after a change of the size."""

    @property
    def room(self) -> int:
        """Cells of a line beside the margins and a scrollbar."""
        return max(1, self.size.width - 3)

    def facts(self) -> str:
        """Return a short summary of the results for the title."""
        return ""

    # Screen

    def compose(self) -> Iterable[Widget]:
        yield self._title
        yield Vertical(*self.body(), id="study-body")
        yield self._problem
        yield self._prompt
        yield self._keys

    def on_mount(self) -> None:
        self._clock = self.set_interval(CLOCK_SECONDS, self.show_title, pause=True)
        self.show_title()
        command = self.command("")
        if command is not None:
            self.ask(command)
        if self.BEGINS_IN_PROMPT or command is None:
            self._prompt.focus()
        else:
            self.enter_body()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def on_unmount(self) -> None:
        if host_of(self).lab.studies.is_busy:
            host_of(self).lab.studies.cancel()

    def enter_body(self) -> None:
        """Move the focus to the results."""
        self.set_focus(
            next(
                (widget for widget in self.query("#study-body *") if widget.focusable and widget.display),
                None,
            )
        )

    def show_note(self, note: str) -> None:
        self._keys.show_note(note)

    def show_trouble(self, sentence: str) -> None:
        self._keys.show_note(sentence)

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        event.stop()
        command = self.command(self._prompt.text)
        if command is not None:
            self._prompt.take()
            self.enter_body()
            self.ask(command)

    def action_step_out(self) -> None:
        """Cancel the running study, else leave the prompt, else close the screen."""
        if host_of(self).lab.studies.is_busy:
            host_of(self).lab.studies.cancel()
        elif self._prompt.has_focus and self.has_result:
            self.enter_body()
        else:
            self.dismiss()

    def action_turn(self, by: int) -> None:
        """Show the next or previous columns or order, in studies that have any."""

    def action_copy_command(self) -> None:
        if self._command is not None:
            self.app.copy_to_clipboard(self._command.shown)
            self.show_note("Copied the command, if the terminal lets programs copy (OSC 52).")

    # Study

    def ask(self, command: StudyCommand) -> None:
        """Run a command and show its results."""
        self.began(command)
        host_of(self).lab.studies.run(command, self)

    def began(self, command: StudyCommand) -> None:
        self._command, self._progress, self._problem.display = command, "", False
        if self._clock is not None:
            self._clock.resume()
        self.call_after_refresh(self.show_title)

    def result_came(self, line: str) -> None:
        try:
            result = self._decoder.decode(line, source="the command's result")
        except UnreadableError as error:
            self._show_problem(str(error))
            return
        self.has_result = True
        self.show(result)

    def progressed(self, text: str) -> None:
        """Show progress in the title; a sentence that is too long for it, such as a notice, below the results."""
        room = (
            self.size.width - 2 - sum(cell_width(piece.text) for piece in self._subject_pieces) - CLOCK_WIDTH
        )
        if cell_width(text) <= room:
            self._progress = text
        else:
            self._show_below(Piece(text, "dim"))

    def ended(self, problem: str) -> None:
        if self._clock is not None:
            self._clock.pause()
        if problem:
            self._show_problem(problem)
        self.show_title()

    def _show_problem(self, sentence: str) -> None:
        self._show_below(Piece(sentence, "dim" if sentence == "cancelled" else "bad"))

    def _show_below(self, sentence: Piece) -> None:
        lines = wrap_paragraphs([sentence], self.size.width - 2)
        self._problem.styles.height = len(lines[:PROBLEM_ROWS])
        self._problem.set_lines(*lines[:PROBLEM_ROWS])
        self._problem.display = True

    @property
    def _subject_pieces(self) -> tuple[Piece, Piece]:
        subject = self.subject
        model = subject.run if subject.step is None else f"{subject.run}, step {subject.step}"
        return Piece(f"{self.TITLE_TEXT}  ", "strong"), Piece(model, "dim")

    def show_title(self) -> None:
        """Show the run and the progress, or else the facts."""
        if not self.is_mounted or not self.is_attached:
            return
        studies = host_of(self).lab.studies
        if studies.is_busy:
            work = f"{self._progress or 'computing'}  {formatting.duration(studies.seconds)}, esc stops it"
            right = Piece(work, "warm")
        else:
            right = Piece(self.facts(), "dim")
        command = self._command.shown if self._command is not None else ""
        self._title.set_lines(
            Line(self._subject_pieces, (right,)),
            Line((Piece(command, "dim"),)),
        )
