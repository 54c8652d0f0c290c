"""Dialogs: a message, an input, a confirmation, and deleting a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from engine.errors import LilmError
from engine.formatting import percent
from tui.keys.forms import DELETE_KEYS, DIALOG_KEYS
from tui.lab.host import host_of
from tui.panes.run_text import bits_per_byte
from tui.screens.base import Answer, BaseScreen
from tui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.lab.run_watcher import WatchedRun


class Dialog(ModalScreen[Answer], BaseScreen[Answer]):
    """A panel over the lab. Escape closes it without effect."""

    BINDINGS: ClassVar[list[BindingType]] = list(DIALOG_KEYS)
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > .dialog--panel {
        width: 64; max-width: 90%; height: auto; max-height: 90%;
        padding: 1 2; background: $panel; border-left: thick $primary;
    }
    Dialog .dialog--title { text-style: bold; margin-bottom: 1; }
    Dialog .dialog--keys { color: $text-muted; margin-top: 1; }
    Dialog .dialog--problem { color: $error; height: auto; }
    Dialog Input, Dialog Input:focus { background: $boost; padding: 0 1; }
    """

    def panel(self, title: str, *widgets: Widget, keys: str) -> Vertical:
        return Vertical(
            Static(plain(title), classes="dialog--title"),
            *widgets,
            Static(plain(keys), classes="dialog--keys"),
            classes="dialog--panel",
        )

    def show_trouble(self, sentence: str) -> None:
        """Show an error at the foot of the lab, which is visible behind every dialog."""
        host_of(self).show_note(sentence)

    def action_leave(self) -> None:
        self.dismiss(None)


class MessageDialog(Dialog[None]):
    """A message to read."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [DIALOG_KEYS[0].with_key("enter")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title_text = title
        self._text = text

    def compose(self) -> Iterable[Widget]:
        text = self._text[:1].upper() + self._text[1:]
        yield self.panel(self._title_text, Static(plain(text)), keys="enter or esc: close")


class InputDialog(Dialog[str]):
    """A line of text; `check` raises LilmError for an invalid one."""

    def __init__(
        self, question: str, value: str, check: Callable[[str], object] = str, *, may_be_empty: bool = False
    ) -> None:
        super().__init__()
        self._may_be_empty = may_be_empty
        self._question = question
        self._value = value
        self._check = check

    def compose(self) -> Iterable[Widget]:
        field = Input(self._value, compact=True)
        field.cursor_blink = False
        yield self.panel(
            self._question, field, Static("", classes="dialog--problem"), keys="enter: OK   esc: cancel"
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        self._is_valid(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._is_valid(event.value):
            self.dismiss(event.value.strip())

    def _is_valid(self, value: str) -> bool:
        """Show what is wrong with a value. An empty value, unless it is allowed, is invalid without a message."""
        problem = ""
        try:
            if value.strip():
                self._check(value.strip())
        except LilmError as error:
            problem = str(error)
        self.query_one(".dialog--problem", Static).update(plain(problem))
        return bool(value.strip() or self._may_be_empty) and not problem


class ConfirmDialog(Dialog[bool]):
    """A yes-or-no question before something irreversible."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = list(DELETE_KEYS)

    def __init__(self, question: str, explanation: str) -> None:
        super().__init__()
        self._question = question
        self._explanation = explanation

    def compose(self) -> Iterable[Widget]:
        yield self.panel(self._question, Static(plain(self._explanation)), keys="y: yes   n or esc: no")

    def action_yes(self) -> None:
        self.dismiss(True)


class DeleteDialog(Dialog[bool]):
    """Asks twice, as a deleted run cannot be restored."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = list(DELETE_KEYS)

    def __init__(self, runs: Sequence[WatchedRun], dependents: Sequence[str] = ()) -> None:
        """`dependents` are names of runs that cannot be resumed without these."""
        super().__init__()
        self._runs = runs
        self._dependents = dependents
        self._asked_twice = False

    @property
    def _what(self) -> str:
        return self._runs[0].name if len(self._runs) == 1 else f"{len(self._runs)} runs"

    def compose(self) -> Iterable[Widget]:
        yield self.panel(
            f"Delete {self._what}?",
            Static(plain(_describe(self._runs, self._dependents)), id="delete-text"),
            keys="y: delete   n or esc: keep",
        )

    def action_yes(self) -> None:
        if self._asked_twice:
            self.dismiss(True)
            return
        self._asked_twice = True
        self.query_one(".dialog--title", Static).update(plain(f"Delete {self._what} for good?"))
        whose = "Its" if len(self._runs) == 1 else "Their"
        self.query_one("#delete-text", Static).update(
            plain(f"{whose} metrics, checkpoints and conversation are deleted too and cannot be restored.")
        )
        self.query_one(".dialog--keys", Static).update(plain("y again: delete for good   n or esc: keep"))


def _describe(runs: Sequence[WatchedRun], dependents: Sequence[str]) -> str:
    if len(runs) == 1:
        (watched,) = runs
        history = watched.history
        parts = [f"The run is {history.state}"]
        if history.last is not None:
            parts.append(f"at step {history.last.step}, {percent(history.last.fraction)} of its budget")
        bpb = bits_per_byte(watched)
        if bpb is not None:
            parts.append(f"with {bpb} bits per byte")
        what = ", ".join(parts)
    else:
        what = ", ".join(watched.name for watched in runs)
    its, it = ("its", "it") if len(runs) == 1 else ("their", "them")
    needed = (
        f" {', '.join(dependents)} started from {its} weights and cannot be resumed without {it}."
        if dependents
        else ""
    )
    return f"{what}.{needed}"
