"""The dialog of exports: what to write of the chosen runs, and into which folder."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input, Static

from tui.keys.forms import EXPORT_KEYS
from tui.lab.exports import Export, exports_of
from tui.screens.dialogs import Dialog
from tui.widgets.choice import Choice
from tui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.lab.run_watcher import WatchedRun


class ExportDialog(Dialog[tuple[Export, str]]):
    """Returns the kind of export and the folder."""

    BINDINGS: ClassVar[list[BindingType]] = list(EXPORT_KEYS)

    DEFAULT_CSS = """
    ExportDialog .dialog--panel { width: 72; }
    ExportDialog #export-command { color: $text-muted; height: auto; margin-top: 1; }
    """

    def __init__(self, runs: Sequence[WatchedRun]) -> None:
        super().__init__()
        self._names = [watched.name for watched in runs]
        self._exports = {one.title: one for one in exports_of([watched.settings for watched in runs])}
        self._kind = Choice(tuple(self._exports))
        self._folder = Input(str(Path.cwd()), compact=True)
        self._folder.cursor_blink = False
        self._command = Static("", id="export-command")

    def compose(self) -> Iterable[Widget]:
        what = self._names[0] if len(self._names) == 1 else f"{len(self._names)} runs"
        yield self.panel(
            f"Export {what}",
            self._kind,
            self._folder,
            self._command,
            keys="left, right: what   down: the folder   enter: export   esc: cancel",
        )

    def on_mount(self) -> None:
        self._kind.focus()
        self._show_command()

    def on_choice_changed(self) -> None:
        self._show_command()

    def on_input_changed(self) -> None:
        self._show_command()

    def on_input_submitted(self) -> None:
        self.action_export()

    def action_export(self) -> None:
        if self._folder.value.strip():
            self.dismiss((self._exports[self._kind.value], self._folder.value.strip()))

    def _show_command(self) -> None:
        export = self._exports[self._kind.value]
        self._command.update(
            plain(shlex.join(("lilm", *export.command(self._names[0], self._folder.value.strip()))))
        )
