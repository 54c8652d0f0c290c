"""The new-run screen: a form that is validated while typing and shows the size and time of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from engine.runs.sizing import free_memory
from engine.sanitize import visible
from tui.keys.forms import FORM_KEYS, START_KEY
from tui.lab.host import host_of
from tui.lab.new_run.fields import TEXTS
from tui.lab.new_run.figures import describe_counted, describe_uncounted
from tui.lab.new_run.form import NewRunForm, describe_preset_of
from tui.lab.new_run.measuring import LARGEST_TEXT, text_key
from tui.screens.base import BaseScreen
from tui.widgets.choice import Choice
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.config.loading import Table
    from engine.config.settings import RunSettings
    from engine.models.family import Field
    from engine.runs.sizing import TextFigures
    from tui.lab.corpus_list import TextFacts
    from tui.lab.lab import Lab
    from tui.lab.new_run.measuring import Key

CHECK_SECONDS = 0.4
"""Pause in typing after which the texts are read."""
COUNT_SECONDS = 0.8
"""Pause in typing after which the tokens of the texts are counted, which takes a core for a second or more."""
LEAST_FOOT, MOST_FOOT = 4, 7
"""Rows below the form."""


class FieldInput(Input):
    """A text field. Enter starts the run."""

    BINDINGS: ClassVar[list[BindingType]] = [START_KEY]


class FieldRow(Horizontal):
    """Label, value, and a hint or error."""

    DEFAULT_CSS = """
    FieldRow { height: 1; }
    FieldRow > .field--label { width: 15; color: $text-muted; }
    FieldRow.-more > .field--label { width: 23; }
    FieldRow.-more > .field--value { width: 16; }
    FieldRow > .field--label.-here { color: $primary; text-style: bold; }
    FieldRow > .field--value { width: 24; margin-right: 2; }
    """

    def __init__(self, field: Field, *, is_more: bool = False) -> None:
        """`is_more`: one of the settings that are folded by default."""
        super().__init__(classes="-more" if is_more else "")
        self.field = field
        self.value: Input | Choice
        if field.choices:
            self.value = Choice(field.choices, classes="field--value")
        else:
            self.value = FieldInput(compact=True, classes="field--value")
            self.value.cursor_blink = False
        self._label = TextLines(Line((Piece(field.label),)), classes="field--label")
        self._hint = TextLines()

    def compose(self) -> Iterable[Widget]:
        yield self._label
        yield self.value
        yield self._hint

    def on_descendant_focus(self) -> None:
        self._label.add_class("-here")

    def on_descendant_blur(self) -> None:
        self._label.remove_class("-here")

    def show(self, field: Field, value: str) -> None:
        """Show a value, with label and hint of the family's field of this key."""
        self.field = field
        self._label.set_lines(Line((Piece(field.label),)))
        with self.prevent(Input.Changed, Choice.Changed):
            self.value.value = value

    def show_hint(self, error: str | None) -> None:
        """Show the error, or else the field's hint."""
        piece = Piece(error, "bad") if error else Piece(self.field.hint, "dim")
        self._hint.set_lines(Line((piece,)))


class Fields(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The rows. Its own keys would scroll where up and down have to go to another field."""

    DEFAULT_CSS = "Fields { padding: 1 2 0 2; scrollbar-size-vertical: 1; }"


class NewRunScreen(BaseScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = list(FORM_KEYS)
    DEFAULT_CSS = """
    NewRunScreen > .form--title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    NewRunScreen > #form-summary { height: 4; padding: 0 2; }
    """

    def __init__(
        self, sources: Sequence[str], lab: Lab, base: str = "", defaults: Table | None = None
    ) -> None:
        """`base`: run whose weights the new one begins with. `defaults`: the user's, nested as in run.toml."""
        super().__init__()
        self._lab = lab
        self._form = NewRunForm(sources, base, defaults)
        self._rows = {field.key: FieldRow(field) for field in self._form.fields}
        self._summary = TextLines(id="form-summary")
        self._facts: TextFacts | None = None
        self._check_later: Timer | None = None
        self._counted: dict[Key, TextFigures | str] = {}
        """Figures of texts, or why a text or its settings do not fit."""
        self._counting: Key | None = None
        self._count_later: Timer | None = None
        self._keys = KeyLine()

    def compose(self) -> Iterable[Widget]:
        yield TextLines(Line((Piece("New run"),)), classes="form--title")
        with Fields():
            yield from self._rows.values()
        yield self._summary
        yield self._keys

    def on_mount(self) -> None:
        self._fill()
        self._check_texts()
        self._rows["preset"].value.focus()

    def text_checked(self, facts: TextFacts) -> None:
        """Take facts about the texts, or the problem with them."""
        self._facts = facts
        self._check()

    def text_counted(self, key: Key, figures: TextFigures | str) -> None:
        """Take the figures of a text, or the reason why there are none."""
        self._counted[key] = figures
        self._check()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._changed(event.input, event.value)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        self._changed(event.choice, event.value)

    def on_input_submitted(self) -> None:
        self.action_start()

    def action_start(self) -> None:
        if not self.is_on_top:
            return
        errors = self._check()
        if errors:
            self._rows[next(iter(errors))].value.focus()
            return
        self.dismiss()
        host_of(self).start_run(self._form.settings(), self._form.name(), waits=self._form.waits)

    def action_copy_command(self) -> None:
        if not self._check():
            self.app.copy_to_clipboard(self._form.command())
            self._keys.show_note("Copied the command, if the terminal lets programs copy (OSC 52).")

    def action_leave(self) -> None:
        self.dismiss()

    def show_trouble(self, sentence: str) -> None:
        self._keys.show_note(sentence)

    def _changed(self, value_widget: Widget, value: str) -> None:
        row = value_widget.parent
        if not isinstance(row, FieldRow):
            return
        self._form.set(row.field.key, value)
        if row.field.choices or row.field.key == "base":
            self._fill()
        elif row.field.key == TEXTS.key:
            if self._check_later is not None:
                self._check_later.stop()
            self._check_later = self.set_timer(CHECK_SECONDS, self._check_texts)
        self._check()

    def _show_error(self, errors: dict[str, str]) -> None:
        """Show the error of the focused field, or the first one, in full below the form."""
        key = next((key for key in errors if self._rows[key].has_focus_within), next(iter(errors)))
        self._show_foot([Piece(f"{self._rows[key].field.label}: {errors[key]}", "bad")])

    def _show_foot(self, paragraphs: list[Piece]) -> None:
        lines = wrap_paragraphs(paragraphs, max(20, self._summary.size.width))[:MOST_FOOT]
        height = max(LEAST_FOOT, len(lines))
        if height != self._summary.size.height:
            self._summary.styles.height = height
        self._summary.set_lines(*lines)

    def on_descendant_focus(self) -> None:
        self._check()

    def _check_texts(self) -> None:
        sources = self._form.sources()
        if sources:
            self._lab.check_texts(sources)

    def _fill(self) -> None:
        """Show the values of the form, and only the fields of its family."""
        fields = self._form.fields
        scroll = self.query_one(Fields)
        new = [field for field in fields if field.key not in self._rows]
        self._rows |= {
            field.key: FieldRow(field, is_more=bool(self._form.describe(field.key))) for field in new
        }
        scroll.mount(*(self._rows[field.key] for field in new))
        shown = {field.key: index for index, field in enumerate(fields)}
        for key, row in self._rows.items():
            row.display = key in shown
        for field in fields:
            self._rows[field.key].show(field, self._form.values[field.key])
        scroll.sort_children(key=lambda row: shown.get(cast("FieldRow", row).field.key, len(shown)))
        self._check()

    def _check(self) -> dict[str, str]:
        """Show errors at their fields, or else the size and time of the run. Return the errors."""
        errors = self._form.errors(self._lab.watcher.runs)
        facts = self._facts if self._facts and self._facts.sources == self._form.sources() else None
        if facts is not None and facts.problem:
            errors.setdefault(TEXTS.key, facts.problem)
        for key, row in self._rows.items():
            row.show_hint(errors.get(key))
        if errors:
            self._show_error(errors)
            return errors
        focused = next((key for key, row in self._rows.items() if row.has_focus_within), "")
        settings = self._form.settings()
        self._show_foot(
            [
                Piece(self._form.describe(focused) or describe_preset_of(self._form), "dim"),
                *self._figures(settings, facts),
                Piece(visible(self._form.command()), "dim"),
            ]
        )
        return errors

    def _figures(self, settings: RunSettings, facts: TextFacts | None) -> list[Piece]:
        """Return the figures of the run; request those of its text, unless it is too large to count now."""
        key = text_key(settings)
        counted = self._counted.get(key)
        if counted is None:
            pieces = [
                Piece(describe_uncounted(settings, facts.distinct_characters if facts else None), "strong")
            ]
            if facts is None or facts.bytes is None or facts.bytes > LARGEST_TEXT:
                return pieces
            if key != self._counting:
                self._count(key, settings)
            return [*pieces, Piece("counting the tokens of the text", "dim")]
        if isinstance(counted, str):
            return [Piece(counted, "bad")]
        runs = self._lab.watcher.runs.values()
        lines, said = describe_counted(settings, counted, runs, free_memory(settings))
        return [*(Piece(line, "strong") for line in lines), *(Piece(sentence, "warm") for sentence in said)]

    def _count(self, key: Key, settings: RunSettings) -> None:
        self._counting = key
        if self._count_later is not None:
            self._count_later.stop()
        base = self._form.base()
        self._count_later = self.set_timer(COUNT_SECONDS, lambda: self._lab.count_text(key, settings, base))
