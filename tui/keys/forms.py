"""Keys of forms, dialogs and questions."""

from __future__ import annotations

from textual.binding import Binding

from tui.keys.binding import key

START_KEY = key("enter", "submit", "start", "form.start-here", "Start training", shown=True)

FORM_KEYS = (
    key("up", "app.focus_previous", "up", "form.up", "Previous field"),
    key("down", "app.focus_next", "down", "form.down", "Next field"),
    key("enter", "start", "start", "form.start", "Start training", shown=True),
    key(
        "f2", "copy_command", "copy command", "form.command", "Copy the equal lilm train command", shown=True
    ),
    key("escape", "leave", "back", "form.leave", "Back to the lab without a new run", shown=True),
)

CHOICE_KEYS = (
    key("left", "turn(-1)", "previous", "choice.before", "Previous choice"),
    key("right,space", "turn(1)", "next", "choice.next", "Next choice"),
)

DIALOG_KEYS = (
    Binding(
        "escape,q", "leave", "close", key_display="esc", id="dialog.leave", tooltip="Close without effect"
    ),
)

HELP_KEYS = (key("slash", "search", "find", "help.find", "Find words in the help"),)

EXPORT_KEYS = (
    key("enter", "export", "export", "export.start", "Write the files"),
    key("up", "app.focus_previous", "up", "export.up", "Previous field"),
    key("down", "app.focus_next", "down", "export.down", "Next field"),
)

DELETE_KEYS = (
    key("y", "yes", "delete", "delete.yes", "Yes; deletes the second time", shown=True),
    key("n", "leave", "keep", "delete.no", "Keep the run", shown=True),
)
