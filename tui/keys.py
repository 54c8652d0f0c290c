"""All key bindings. Screens, panes and widgets take theirs from here, and the help screen is made from them.

A letter has one meaning in the whole app. Keys that pause or end a run are capital letters or ask first.

Not used: ctrl+b and ctrl+a, the prefixes of tmux and screen; ctrl+enter and shift+enter, which most terminals do not
send.
"""

from __future__ import annotations

from textual.binding import Binding


def _key(keys: str, action: str, description: str, id: str, tooltip: str, *, shown: bool = False) -> Binding:
    """Return a binding; `shown` ones are in the key line at the foot of the screen."""
    return Binding(keys, action, description, id=id, tooltip=tooltip, show=shown)


APP_KEYS = (
    _key("f1", "help", "help", "app.help-anywhere", "All keys and their effects"),
    Binding(
        "ctrl+p",
        "command_palette",
        "commands",
        id="app.commands",
        priority=True,
        tooltip="Find a command by its name",
    ),
    Binding(
        "ctrl+q", "quit", "quit", id="app.quit", priority=True, tooltip="Quit the app; runs go on training"
    ),
)

LAB_KEYS = (
    Binding(
        "question_mark",
        "app.help",
        "help",
        key_display="?",
        id="app.help",
        tooltip="All keys and their effects",
    ),
    _key("n", "new_run", "new run", "lab.new-run", "Choose text, model and budget, then train", shown=True),
    _key("z", "zoom", "zoom", "lab.zoom", "Give the pane the whole screen, and back", shown=True),
    _key("1", "go('corpora')", "texts", "lab.go-corpora", "Go to the texts"),
    _key("2", "go('runs')", "runs", "lab.go-runs", "Go to the runs"),
    _key("3", "go('chart')", "chart", "lab.go-chart", "Go to the chart"),
    _key("4,t", "go('talk')", "talk", "lab.go-talk", "Go to the conversation with the model"),
    _key("tab", "app.focus_next", "next pane", "lab.next", "Next pane"),
    _key("shift+tab", "app.focus_previous", "previous pane", "lab.previous", "Previous pane"),
    _key("escape", "step_out", "back", "lab.step-out", "Close what is open in the pane"),
)

LIST_KEYS = (
    _key("up,k", "move(-1)", "up", "list.up", "One row up"),
    _key("down,j", "move(1)", "down", "list.down", "One row down"),
    _key("pageup", "move_page(-1)", "page up", "list.page-up", "One page up"),
    _key("pagedown", "move_page(1)", "page down", "list.page-down", "One page down"),
    _key("home,g", "move_to_end(-1)", "first", "list.first", "First row"),
    _key("end,G", "move_to_end(1)", "last", "list.last", "Last row"),
)

CORPORA_KEYS = (
    _key(
        "enter", "train", "train", "corpora.train", "Train the default model on the chosen texts", shown=True
    ),
    _key("space", "mark", "choose", "corpora.mark", "Choose several texts", shown=True),
    _key("v", "preview", "view", "corpora.preview", "Show the beginning of the text", shown=True),
    _key(
        "a",
        "add",
        "add file",
        "corpora.add",
        "Add a file, a folder or a glob pattern of your own",
        shown=True,
    ),
)

RUN_LIST_KEYS = (
    _key("enter", "screen.talk", "talk", "runs.talk", "Talk to this run's newest checkpoint", shown=True),
    _key(
        "space", "mark", "compare", "runs.mark", "Draw this run's curve beside the selected one", shown=True
    ),
)

RUN_KEYS = (
    _key("P", "screen.pause_run", "pause", "runs.pause", "Pause or continue training", shown=True),
    _key("S", "screen.stop_run", "stop", "runs.stop", "Save a checkpoint and end training", shown=True),
    _key("r", "screen.resume_run", "resume", "runs.resume", "Resume from the last checkpoint", shown=True),
    _key(
        "d", "screen.delete_run", "delete", "runs.delete", "Delete the run for good; asks twice", shown=True
    ),
    _key("e", "screen.rename_run", "rename", "runs.rename", "Rename the run", shown=True),
    _key("L", "screen.scale_rate", "learning rate", "runs.rate", "Scale the learning rate during training"),
)
"""Keys of the runs pane. The chart has those that its own keys leave free."""

CHART_KEYS = (
    _key(
        "m",
        "next_metric",
        "metric",
        "chart.metric",
        "Next metric: loss, tokens a second, learning rate, gradient norm, memory",
        shown=True,
    ),
    _key("x", "next_unit", "steps/tokens/time", "chart.unit", "Unit of the horizontal axis", shown=True),
)

CURVE_KEYS = (
    _key("l", "toggle_log", "log scale", "chart.log", "Logarithmic loss axis", shown=True),
    _key("s", "smooth", "smoothing", "chart.smooth", "Next strength of the moving average", shown=True),
    _key("c", "toggle_cursor", "read values", "chart.cursor", "Show values at a cursor", shown=True),
    _key("plus,equals_sign", "zoom(-1)", "zoom in", "chart.zoom_in", "Zoom in"),
    _key("minus", "zoom(1)", "zoom out", "chart.zoom_out", "Zoom out"),
    _key("left", "move(-1)", "left", "chart.left", "Move the view or the cursor left"),
    _key("right", "move(1)", "right", "chart.right", "Move the view or the cursor right"),
    _key("home", "whole", "whole run", "chart.whole", "Show the whole run"),
    _key("end", "follow", "newest", "chart.follow", "Go to the newest points and follow them"),
    _key("escape", "hide_cursor", "hide cursor", "chart.hide_cursor", "Hide the cursor"),
)

TALK_KEYS = (
    _key("enter", "submit", "continue", "talk.ask", "Let the model continue the text", shown=True),
    _key(
        "escape",
        "screen.step_out",
        "stop, leave",
        "talk.out",
        "Stop the answer, or leave the prompt for the keys of the pane",
        shown=True,
    ),
    _key("ctrl+j,alt+enter", "newline", "new line", "talk.newline", "Begin a new line"),
    _key("up", "recall(-1)", "previous prompt", "talk.earlier", "Previous prompt"),
    _key("down", "recall(1)", "next prompt", "talk.later", "Next prompt"),
)

TRANSCRIPT_KEYS = (
    _key("up", "scroll(-1)", "up", "transcript.up", "Scroll up"),
    _key("down", "scroll(1)", "down", "transcript.down", "Scroll down"),
    _key("pageup", "page(-1)", "page up", "transcript.page_up", "One page up"),
    _key("pagedown", "page(1)", "page down", "transcript.page_down", "One page down"),
    _key("home", "start", "beginning", "transcript.start", "Go to the beginning"),
    _key("end", "end", "end", "transcript.end", "Go to the end and follow it"),
    _key("left", "token(-1)", "token", "transcript.token_left", "Inspect the previous token", shown=True),
    _key("right", "token(1)", "token", "transcript.token_right", "Inspect the next token", shown=True),
    _key(
        "p",
        "toggle_probabilities",
        "probabilities",
        "transcript.probabilities",
        "Color tokens by their probability",
        shown=True,
    ),
    _key("escape", "deselect", "deselect", "transcript.deselect", "Deselect the token"),
)

SLIDER_KEYS = (
    _key("left", "slide(-1)", "less", "slider.less", "One step down", shown=True),
    _key("right", "slide(1)", "more", "slider.more", "One step up", shown=True),
    _key("left_square_bracket,pagedown", "slide(-10)", "much less", "slider.much_less", "Ten steps down"),
    _key("right_square_bracket,pageup", "slide(10)", "much more", "slider.much_more", "Ten steps up"),
    _key("home", "lowest", "lowest", "slider.lowest", "Lowest value"),
    _key("end", "highest", "highest", "slider.highest", "Highest value"),
)

START_KEY = _key("enter", "submit", "start", "form.start-here", "Start training", shown=True)

FORM_KEYS = (
    _key("up", "app.focus_previous", "up", "form.up", "Previous field"),
    _key("down", "app.focus_next", "down", "form.down", "Next field"),
    _key("enter", "start", "start", "form.start", "Start training", shown=True),
    _key("escape", "leave", "back", "form.leave", "Back to the lab without a new run", shown=True),
)

CHOICE_KEYS = (
    _key("left", "turn(-1)", "previous", "choice.before", "Previous choice"),
    _key("right,space", "turn(1)", "next", "choice.next", "Next choice"),
)

DIALOG_KEYS = (
    Binding(
        "escape,q", "leave", "close", key_display="esc", id="dialog.leave", tooltip="Close without effect"
    ),
)

DELETE_KEYS = (
    _key("y", "yes", "delete", "delete.yes", "Yes; deletes the second time", shown=True),
    _key("n", "leave", "keep", "delete.no", "Keep the run", shown=True),
)

HELP_GROUPS = (
    ("Everywhere", (*LAB_KEYS, *APP_KEYS)),
    ("Texts", CORPORA_KEYS),
    ("Runs", (*RUN_LIST_KEYS, *RUN_KEYS)),
    ("Chart", (*CHART_KEYS, *CURVE_KEYS)),
    ("Talk", (*TALK_KEYS, *TRANSCRIPT_KEYS, *SLIDER_KEYS)),
    ("Lists", LIST_KEYS),
    ("New run", (*FORM_KEYS, *CHOICE_KEYS)),
    ("Questions", (*DIALOG_KEYS, *DELETE_KEYS)),
)
"""Titles and bindings of the help screen."""
