"""Reasons why an action cannot act now, asked of whatever it would act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from textual.dom import DOMNode

READ_ONLY_NOTE = "Read-only: to change files, start lilm without --readonly."
"""Fits into the key line of 80 columns, beside the mark."""
WRITING = frozenset(
    {
        *("train", "race", "new_run", "fork_run", "start"),
        *("pause_run", "stop_run", "resume_run", "scale_rate", "checkpoint_now", "sample_now"),
        *("delete_run", "rename_run", "note_run", "export_run", "export", "write_talk", "screenshot"),
    }
)
"""Actions that change a file."""


@runtime_checkable
class HasObstacles(Protocol):
    """A screen or widget some of whose actions have no effect at times."""

    def obstacle(self, action: str) -> str:
        """Return why an action, by its name alone, cannot act now, in one sentence; empty if it can."""


def name_of(action: str) -> str:
    """Return the name of an action that is written as in a binding: `screen.turn(-1)` is `turn`."""
    return action.partition("(")[0].rpartition(".")[2]


def obstacle_to(action: str, node: DOMNode) -> str:
    """Ask a node, then what it is in, up to its screen. Returns one sentence, or an empty text."""
    name = name_of(action)
    for holder in node.ancestors_with_self:
        if isinstance(holder, HasObstacles) and (why := holder.obstacle(name)):
            return why
    return ""
