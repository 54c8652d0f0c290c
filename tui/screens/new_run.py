"""The new-run screen: a form that is validated while typing and shows the size and time of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from tui.keys import FORM_KEYS, START_KEY
from tui.lab.host import host_of
from tui.lab.new_run_form import (
    ALL_FIELDS,
    TEXTS,
    NewRunForm,
    describe_preset_of,
    describe_size,
    describe_time,
)
from tui.screens.base import BaseScreen
from tui.widgets.choice import Choice
from tui.widgets.key_line import KeyLine
from tui.widgets.lines import Line, Piece, TextLines, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.models.family import Field
    from tui.lab.corpus_list import TextFacts
    from tui.lab.lab import Lab

CHECK_SECONDS = 0.4
"""Pause in typing after which the texts are read."""


class FieldInput(Input):
    """A text field. Enter starts the run."""

    BINDINGS: ClassVar[list[BindingType]] = [START_KEY]


class FieldRow(Horizontal):
    """Label, value, and a hint or error."""

    DEFAULT_CSS = """
    FieldRow { height: 1; }
    FieldRow > .field--label { width: 15; color: $text-muted; }
    FieldRow > .field--label.-here { color: $primary; text-style: bold; }
    FieldRow > .field--value { width: 24; margin-right: 2; }
    """

    def __init__(self, field: Field) -> None:
        super().__init__()
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


class NewRunScreen(BaseScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = list(FORM_KEYS)
    DEFAULT_CSS = """
    NewRunScreen > .form--title { height: 1; padding: 0 1; background: $panel; text-style: bold; }
    NewRunScreen > VerticalScroll { padding: 1 2 0 2; scrollbar-size-vertical: 1; }
    NewRunScreen > #form-summary { height: 3; padding: 0 2; margin-bottom: 1; }
    """

    def __init__(self, sources: Sequence[str], lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self._form = NewRunForm(sources)
        self._rows = {field.key: FieldRow(field) for field in ALL_FIELDS}
        self._summary = TextLines(id="form-summary")
        self._facts: TextFacts | None = None
        self._check_later: Timer | None = None
        self._keys = KeyLine()

    def compose(self) -> Iterable[Widget]:
        yield TextLines(Line((Piece("New run"),)), classes="form--title")
        with VerticalScroll(can_focus=False):
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
        host_of(self).start_run(self._form.settings(), self._form.name())

    def action_leave(self) -> None:
        self.dismiss()

    def show_trouble(self, sentence: str) -> None:
        self._keys.show_note(sentence)

    def _changed(self, value_widget: Widget, value: str) -> None:
        row = value_widget.parent
        if not isinstance(row, FieldRow):
            return
        self._form.set(row.field.key, value)
        if row.field.choices:
            self._fill()
        elif row.field is TEXTS:
            if self._check_later is not None:
                self._check_later.stop()
            self._check_later = self.set_timer(CHECK_SECONDS, self._check_texts)
        self._check()

    def _show_error(self, errors: dict[str, str]) -> None:
        """Show the error of the focused field, or the first one, in full below the form."""
        key = next((key for key in errors if self._rows[key].has_focus_within), next(iter(errors)))
        text = f"{self._rows[key].field.label}: {errors[key]}"
        self._summary.set_lines(*wrap_paragraphs([Piece(text, "bad")], max(20, self._summary.size.width)))

    def on_descendant_focus(self) -> None:
        self._check()

    def _check_texts(self) -> None:
        sources = self._form.sources()
        if sources:
            self._lab.check_texts(sources)

    def _fill(self) -> None:
        """Show the values of the form, and only the fields of its family."""
        shown = {field.key: index for index, field in enumerate(self._form.fields)}
        for key, row in self._rows.items():
            row.display = key in shown
        for field in self._form.fields:
            self._rows[field.key].show(field, self._form.values[field.key])
        scroll = self.query_one(VerticalScroll)
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
        preset = Line((Piece(describe_preset_of(self._form), "dim"),))
        if errors:
            self._show_error(errors)
            return errors
        settings = self._form.settings()
        distinct = facts.distinct_characters if facts else None
        size = describe_size(settings, distinct)
        time = describe_time(settings, distinct, self._lab.watcher.runs.values())
        self._summary.set_lines(preset, Line((Piece(f"{size}, {time}", "strong"),)))
        return errors
