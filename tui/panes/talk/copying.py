"""Copying and saving of a conversation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.sanitize import visible
from tui.lab.host import host_of
from tui.panes.pane import Pane

if TYPE_CHECKING:
    from tui.lab.conversation import Turn
    from tui.lab.run_watcher import WatchedRun


class CopyActions(Pane):
    """Actions of a pane that shows turns."""

    _watched: WatchedRun | None
    _turns: list[Turn]

    def action_copy_answer(self) -> None:
        answers = [turn.text for turn in self._turns if turn.role == "model" and turn.text]
        if answers:
            self._copy(answers[-1], "the last answer")

    def action_copy_talk(self) -> None:
        self._copy("\n\n".join(turn.text for turn in self._turns if turn.role != "note"), "the conversation")

    def action_write_talk(self) -> None:
        from engine.errors import LilmError
        from engine.files.storage import write_atomically
        from tui.lab.conversation import as_markdown

        if self._watched is None:
            return
        path = Path.cwd() / f"talk-{self._watched.name}.md"
        try:
            write_atomically(path, as_markdown(self._watched.name, self._turns))
        except LilmError as error:
            self.show_trouble(str(error))
            return
        host_of(self).show_note(f"Wrote {path}")

    def _copy(self, text: str, name: str) -> None:
        self.app.copy_to_clipboard(visible(text))
        host_of(self).show_note(f"Copied {name}, if the terminal lets programs copy (OSC 52).")
