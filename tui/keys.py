"""Every key of the app. Screens and panes take their bindings from here, and so does the help screen.

Left out on purpose: ctrl+b and ctrl+a, which tmux and screen keep to themselves; ctrl+enter and shift+enter, which
most terminals do not send.
"""

from __future__ import annotations

from textual.binding import Binding

APP_KEYS = (
    Binding("f1", "help", "help", show=False, id="app.help-anywhere", tooltip="All keys, and what each does"),
    Binding(
        "ctrl+p",
        "command_palette",
        "commands",
        id="app.commands",
        priority=True,
        tooltip="Find a command by its name",
    ),
    Binding(
        "ctrl+q", "quit", "quit", id="app.quit", priority=True, tooltip="Leave; what trains goes on training"
    ),
)

LAB_KEYS = (
    Binding(
        "question_mark",
        "app.help",
        "help",
        key_display="?",
        id="app.help",
        tooltip="All keys, and what each does",
    ),
    Binding("n", "new_run", "new run", id="lab.new-run", tooltip="Choose text, model and budget, then train"),
    Binding("z", "zoom", "zoom", id="lab.zoom", tooltip="Give the pane the whole screen, and back"),
    Binding("1", "go('corpora')", "texts", show=False, id="lab.go-corpora", tooltip="Go to the texts"),
    Binding("2", "go('runs')", "runs", show=False, id="lab.go-runs", tooltip="Go to the runs"),
    Binding("3", "go('chart')", "chart", show=False, id="lab.go-chart", tooltip="Go to the chart"),
    Binding("4,t", "go('talk')", "talk", show=False, id="lab.go-talk", tooltip="Go and talk to the model"),
    Binding("tab", "app.focus_next", "next pane", show=False, id="lab.next", tooltip="Next pane"),
    Binding(
        "shift+tab", "app.focus_previous", "pane before", show=False, id="lab.previous", tooltip="Pane before"
    ),
    Binding(
        "escape",
        "step_out",
        "back",
        show=False,
        id="lab.step-out",
        tooltip="One step out of whatever is open",
    ),
)

LIST_KEYS = (
    Binding("up,k", "move(-1)", "up", show=False, id="list.up", tooltip="One row up"),
    Binding("down,j", "move(1)", "down", show=False, id="list.down", tooltip="One row down"),
    Binding("pageup", "move_page(-1)", "page up", show=False, id="list.page-up", tooltip="One page up"),
    Binding(
        "pagedown", "move_page(1)", "page down", show=False, id="list.page-down", tooltip="One page down"
    ),
    Binding("home,g", "move_to_end(-1)", "first", show=False, id="list.first", tooltip="First row"),
    Binding("end,G", "move_to_end(1)", "last", show=False, id="list.last", tooltip="Last row"),
)

CORPORA_KEYS = (
    Binding(
        "enter", "train", "train", id="corpora.train", tooltip="Train the default model on the chosen texts"
    ),
    Binding("space", "mark", "choose", id="corpora.mark", tooltip="Choose several texts"),
    Binding("v", "preview", "view", id="corpora.preview", tooltip="Read the beginning of the text"),
    Binding(
        "a", "add", "add file", id="corpora.add", tooltip="Choose a file, a folder or a glob of your own"
    ),
)

RUN_LIST_KEYS = (
    Binding("enter", "screen.talk", "talk", id="runs.talk", tooltip="Talk to this run's newest checkpoint"),
    Binding(
        "space",
        "mark",
        "compare",
        id="runs.mark",
        tooltip="Draw this run's curve beside the selected one's",
    ),
)

RUN_KEYS = (
    Binding("p", "screen.pause_run", "pause", id="runs.pause", tooltip="Pause the training, or continue it"),
    Binding(
        "s", "screen.stop_run", "stop", id="runs.stop", tooltip="Write a checkpoint and end the training"
    ),
    Binding("r", "screen.resume_run", "resume", id="runs.resume", tooltip="Go on from the last checkpoint"),
    Binding(
        "d", "screen.delete_run", "delete", id="runs.delete", tooltip="Delete the run for good; asked twice"
    ),
    Binding("e", "screen.rename_run", "rename", id="runs.rename", tooltip="Give the run another name"),
    Binding(
        "L",
        "screen.scale_rate",
        "learning rate",
        show=False,
        id="runs.rate",
        tooltip="Turn the learning rate up or down while it trains",
    ),
)
"""In the runs pane, and in the chart where its own keys leave room."""

CHART_KEYS = (
    Binding(
        "m",
        "next_metric",
        "metric",
        id="chart.metric",
        tooltip="Draw the next metric: loss, tokens a second, learning rate, gradient norm, memory",
    ),
    Binding(
        "x",
        "next_unit",
        "steps/tokens/time",
        id="chart.unit",
        tooltip="What the chart counts from left to right",
    ),
)

TALK_KEYS = (
    Binding("enter", "submit", "go on", id="talk.ask", tooltip="The model goes on from what is written"),
    Binding(
        "escape",
        "screen.step_out",
        "stop, out",
        id="talk.out",
        tooltip="Stop the answer, else leave the prompt",
    ),
    Binding("up", "recall(-1)", "earlier prompt", show=False, id="talk.earlier", tooltip="The prompt before"),
    Binding("down", "recall(1)", "later prompt", show=False, id="talk.later", tooltip="The prompt after"),
)

START_KEY = Binding("enter", "submit", "start", id="form.start-here", tooltip="Start training")

FORM_KEYS = (
    Binding("up", "app.focus_previous", "up", show=False, id="form.up", tooltip="Field before"),
    Binding("down", "app.focus_next", "down", show=False, id="form.down", tooltip="Next field"),
    Binding("enter", "start", "start", id="form.start", tooltip="Start training"),
    Binding("escape", "leave", "back", id="form.leave", tooltip="Back to the lab, nothing started"),
)

CHOICE_KEYS = (
    Binding("left", "turn(-1)", "before", show=False, id="choice.before", tooltip="The choice before"),
    Binding("right,space", "turn(1)", "next", show=False, id="choice.next", tooltip="The next choice"),
)

DIALOG_KEYS = (
    Binding(
        "escape,q", "leave", "close", key_display="esc", id="dialog.leave", tooltip="Close, nothing done"
    ),
)

DELETE_KEYS = (
    Binding("y", "yes", "delete", id="delete.yes", tooltip="Yes; the second time it is done"),
    Binding("n", "leave", "keep", id="delete.no", tooltip="Keep the run"),
)

HELP_GROUPS = (
    ("Everywhere", (*LAB_KEYS, *APP_KEYS)),
    ("Texts", CORPORA_KEYS),
    ("Runs", (*RUN_LIST_KEYS, *RUN_KEYS)),
    ("Chart", CHART_KEYS),
    ("Talk", TALK_KEYS),
    ("Lists", LIST_KEYS),
    ("New run", (*FORM_KEYS, *CHOICE_KEYS)),
    ("Questions", (*DIALOG_KEYS, *DELETE_KEYS)),
)
"""What the help screen shows. The widgets' own keys join the group of the pane that they are in."""
