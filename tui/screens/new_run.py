"""The new-run screen: a form that is checked while one types, and says what the run will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from tui.keys import FORM_KEYS, START_KEY
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
from tui.widgets.lines import Line, Piece, TextLines, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from engine.models.family import Field
    from tui.app import LilmApp
    from tui.lab.corpus_list import TextFacts
    from tui.lab.lab import Lab

LOOK_SECONDS = 0.4
"""The texts' files are looked at when the typing has rested for so long."""


class FieldInput(Input):
    """Enter starts the run from any field."""

    BINDINGS: ClassVar[list[BindingType]] = [START_KEY]


class FieldRow(Horizontal):
    """Label, value, and what is to be said about it."""

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
        self._remark = TextLines()

    def compose(self) -> Iterable[Widget]:
        yield self._label
        yield self.value
        yield self._remark

    def on_descendant_focus(self) -> None:
        self._label.add_class("-here")

    def on_descendant_blur(self) -> None:
        self._label.remove_class("-here")

    def show(self, field: Field, value: str) -> None:
        """Take the label and the hint of the family's own field of this key, and its value."""
        self.field = field
        self._label.set_lines(Line((Piece(field.label),)))
        with self.prevent(Input.Changed, Choice.Changed):
            self.value.value = value

    def remark(self, error: str | None) -> None:
        piece = Piece(error, "bad") if error else Piece(self.field.hint, "dim")
        self._remark.set_lines(Line((piece,)))


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
        self._look_later: Timer | None = None
        self._keys = KeyLine()

    def compose(self) -> Iterable[Widget]:
        yield TextLines(Line((Piece("New run"),)), classes="form--title")
        with VerticalScroll(can_focus=False):
            yield from self._rows.values()
        yield self._summary
        yield self._keys

    def on_mount(self) -> None:
        self._fill()
        self._look()
        self._rows["preset"].value.focus()

    def text_seen(self, facts: TextFacts) -> None:
        """What the files of the texts are, or what is wrong with them."""
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
        cast("LilmApp", self.app).start_run(self._form.settings(), self._form.name())

    def action_leave(self) -> None:
        self.dismiss()

    def show_trouble(self, sentence: str) -> None:
        self._keys.say(sentence)

    def _changed(self, value_widget: Widget, value: str) -> None:
        row = value_widget.parent
        if not isinstance(row, FieldRow):
            return
        self._form.set(row.field.key, value)
        if row.field.choices:
            self._fill()
        elif row.field is TEXTS:
            if self._look_later is not None:
                self._look_later.stop()
            self._look_later = self.set_timer(LOOK_SECONDS, self._look)
        self._check()

    def _tell_error(self, errors: dict[str, str]) -> None:
        """In full, as there is little room beside a field: that of the field one is in, or the first."""
        key = next((key for key in errors if self._rows[key].has_focus_within), next(iter(errors)))
        text = f"{self._rows[key].field.label}: {errors[key]}"
        self._summary.set_lines(*wrap([Piece(text, "bad")], max(20, self._summary.size.width)))

    def on_descendant_focus(self) -> None:
        self._check()

    def _look(self) -> None:
        sources = self._form.sources()
        if sources:
            self._lab.look_at(sources)

    def _fill(self) -> None:
        """Shows what stands in the form, and only the fields of its family."""
        shown = {field.key: place for place, field in enumerate(self._form.fields)}
        for key, row in self._rows.items():
            row.display = key in shown
        for field in self._form.fields:
            self._rows[field.key].show(field, self._form.values[field.key])
        scroll = self.query_one(VerticalScroll)
        scroll.sort_children(key=lambda row: shown.get(cast("FieldRow", row).field.key, len(shown)))
        self._check()

    def _check(self) -> dict[str, str]:
        """Shows each error at its field, and what the run would be when there is none."""
        errors = self._form.errors(self._lab.watcher.runs)
        facts = self._facts if self._facts and self._facts.sources == self._form.sources() else None
        if facts is not None and facts.problem:
            errors.setdefault(TEXTS.key, facts.problem)
        for key, row in self._rows.items():
            row.remark(errors.get(key))
        about = Line((Piece(describe_preset_of(self._form), "dim"),))
        if errors:
            self._tell_error(errors)
            return errors
        settings = self._form.settings()
        distinct = facts.distinct_characters if facts else None
        size = describe_size(settings, distinct)
        time = describe_time(settings, distinct, self._lab.watcher.runs.values())
        self._summary.set_lines(about, Line((Piece(f"{size}, {time}", "strong"),)))
        return errors
