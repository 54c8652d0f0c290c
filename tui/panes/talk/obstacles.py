"""Reasons why an action on a conversation cannot act now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.lab.host import host_of
from tui.panes.pane import Pane
from tui.panes.run_text import is_chat_run

if TYPE_CHECKING:
    from tui.lab.conversation import Turn
    from tui.lab.run_watcher import WatchedRun

BUSY = "Wait until the answer is complete, or stop it with esc."
NEEDS_TURNS = frozenset({"copy_talk", "write_talk", "find"})


class Obstacles(Pane):
    """A pane that shows turns."""

    _watched: WatchedRun | None
    _turns: list[Turn]

    def obstacle(self, action: str) -> str:
        """Return one sentence; empty if the action can act."""
        watched, roles = self._watched, [turn.role for turn in self._turns if turn.text]
        match action:
            case "answer_again" if "model" not in roles:
                return "There is no answer to replace yet."
            case "answer_again" if host_of(self).lab.talker.is_busy:
                return BUSY
            case "other_sibling" if watched is None or not self._has_siblings(watched):
                return f"There is no other answer yet; {host_of(self).key_names('talk.again')} generates one."
            case "other_checkpoint" if watched is None or watched.checkpoint is None:
                return "There is no checkpoint yet."
            case "copy_answer" if "model" not in roles:
                return "There is no answer to copy yet."
            case "edit_prompt" if "you" not in roles:
                return "There is no prompt to edit yet."
            case "system_message" if watched is None or not is_chat_run(watched):
                return "Only chat models read a system message."
            case _ if action in NEEDS_TURNS and not self._turns:
                return "There is no conversation yet."
        return ""

    def _has_siblings(self, watched: WatchedRun) -> bool:
        conversation = host_of(self).lab.talker.conversation(watched)
        return any(conversation.siblings(turn)[1] > 1 for turn in self._turns)
