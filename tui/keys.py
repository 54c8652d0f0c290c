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
    Binding(
        "ctrl+z",
        "suspend_process",
        "suspend",
        id="app.suspend",
        priority=True,
        show=False,
        tooltip="Go back to the shell; fg returns to the app",
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
    _key("h", "xray", "surprise", "lab.xray", "Score any text, or the chosen ones, token by token"),
    _key(
        "b",
        "side_by_side",
        "side by side",
        "lab.side_by_side",
        "Give one prompt to two checkpoints or temperatures",
    ),
    _key("z", "zoom", "zoom", "lab.zoom", "Give the pane the whole screen, and back", shown=True),
    _key("1", "go('corpora')", "texts", "lab.go-corpora", "Go to the texts"),
    _key("2", "go('runs')", "runs", "lab.go-runs", "Go to the runs"),
    _key("3", "go('chart')", "chart", "lab.go-chart", "Go to the chart"),
    _key("4,t", "go('talk')", "talk", "lab.go-talk", "Go to the conversation with the model"),
    _key("5", "studies", "studies", "lab.studies", "Study the selected run: its tokens, counts, layers, ..."),
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
        "R",
        "race",
        "race",
        "corpora.race",
        "Train one model of each kind, one after another",
        shown=True,
    ),
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
    _key("asterisk", "mark_all", "compare all", "runs.mark_all", "Compare all runs of the list, or none"),
    _key("slash", "filter", "filter", "runs.filter", "List only runs with these words or #tags", shown=True),
    _key(
        "D", "screen.compare_runs", "differences", "runs.compare", "Settings that differ, figures and samples"
    ),
    _key(
        "O",
        "next_order",
        "order",
        "runs.order",
        "Next order: newest, name, bits per byte, held-out loss, smoothed loss, steps, time",
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
    _key(
        "L", "screen.scale_rate", "rate", "runs.rate", "Scale the learning rate during training", shown=True
    ),
    _key(
        "N",
        "screen.note_run",
        "note",
        "runs.note",
        "Write a note; words of it that begin with # are tags",
        shown=True,
    ),
    _key(
        "E",
        "screen.export_run",
        "export",
        "runs.export",
        "Write a Markdown page, the metrics or the model to a file",
    ),
    _key("C", "screen.checkpoint_now", "checkpoint", "runs.checkpoint", "Write a checkpoint after this step"),
    _key("T", "screen.sample_now", "sample", "runs.sample", "Let the model write a sample after this step"),
    _key(
        "f", "screen.fork_run", "fork", "runs.fork", "Start another run from this one's weights", shown=True
    ),
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
    _key(
        "B",
        "baselines",
        "baselines",
        "chart.baselines",
        "Losses of simple models as lines, then the loss above the Kneser-Ney n-gram's, then neither",
    ),
    _key("x", "next_unit", "steps/tokens/time", "chart.unit", "Unit of the horizontal axis", shown=True),
)

CURVE_KEYS = (
    _key(
        "enter",
        "talk_here",
        "talk here",
        "chart.talk",
        "Talk to the kept checkpoint nearest to the cursor",
        shown=True,
    ),
    _key("l", "toggle_log", "log scale", "chart.log", "Logarithmic loss axis", shown=True),
    _key("s", "smooth", "smoothing", "chart.smooth", "Next strength of the moving average", shown=True),
    _key(
        "c",
        "toggle_cursor",
        "read values",
        "chart.cursor",
        "Show values, and what the model wrote, at a cursor",
        shown=True,
    ),
    _key("plus,equals_sign", "zoom(-1)", "zoom in", "chart.zoom_in", "Zoom in"),
    _key("minus", "zoom(1)", "zoom out", "chart.zoom_out", "Zoom out"),
    _key("left", "move(-1)", "left", "chart.left", "Move the view or the cursor left"),
    _key("right", "move(1)", "right", "chart.right", "Move the view or the cursor right"),
    _key("home", "whole", "whole run", "chart.whole", "Show the whole run"),
    _key("end", "follow", "newest", "chart.follow", "Go to the newest points and follow them"),
    _key("escape", "hide_cursor", "hide cursor", "chart.hide_cursor", "Hide the cursor"),
)

TALK_KEYS = (
    _key(
        "enter",
        "submit",
        "continue",
        "talk.ask",
        "Send the prompt; an empty one continues the last text",
        shown=True,
    ),
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
    _key(
        "enter",
        "choose_token",
        "other token",
        "transcript.choose",
        "Choose another token, from which the text goes on",
        shown=True,
    ),
    _key("escape", "deselect", "deselect", "transcript.deselect", "Deselect the token"),
)

DISTRIBUTION_KEYS = (
    _key("up,k", "move(-1)", "up", "distribution.up", "One token up"),
    _key("down,j", "move(1)", "down", "distribution.down", "One token down"),
    _key(
        "enter",
        "choose",
        "branch here",
        "distribution.choose",
        "Let the text go on from this token",
        shown=True,
    ),
    _key("escape", "leave", "back to the text", "distribution.leave", "Back to the conversation", shown=True),
)

FOCUS_ONLY = {str(key.id) for key in DISTRIBUTION_KEYS} | {"transcript.choose"}
"""Ids of keys that act on what has the focus, and so on nothing from the command palette."""

CONVERSATION_KEYS = (
    _key("left_square_bracket", "other_checkpoint(-1)", "earlier step", "talk.earlier_step",
         "Talk to the checkpoint before"),
    _key("right_square_bracket", "other_checkpoint(1)", "later step", "talk.later_step",
         "Talk to the checkpoint after, at last the newest"),
    _key("u", "answer_again", "another answer", "talk.again",
         "Generate another answer; the old one stays beside it", shown=True),
    _key("i", "edit_prompt", "edit", "talk.edit", "Edit the last prompt and send it again", shown=True),
    _key("comma", "other_sibling(-1)", "answer before", "talk.sibling_before",
         "Show the answer or prompt before this one"),
    _key("full_stop", "other_sibling(1)", "answer after", "talk.sibling_after",
         "Show the answer or prompt after this one"),
    _key("o", "system_message", "system message", "talk.system", "Write the system message of a chat model"),
    _key("slash", "find", "find", "talk.find", "Find words; again, the occurrence before"),
    _key("y", "copy_answer", "copy", "talk.copy", "Copy the last answer to the terminal's clipboard", shown=True),
    _key("Y", "copy_talk", "copy talk", "talk.copy_all", "Copy the whole conversation"),
    _key("w", "write_talk", "save as Markdown", "talk.write", "Write the conversation to a Markdown file here"),
)  # fmt: skip
"""Keys of the talk pane while its prompt does not have the focus."""

BACK_KEYS = (
    _key("escape", "step_out", "back", "screen.back", "Stop the answer, else go back to the lab", shown=True),
)

SIDES_KEYS = (
    _key("f5", "blind", "blind", "sides.blind", "Hide which side is which, until you vote", shown=True),
    _key("f6", "vote('left')", "left", "sides.left", "The left answer is better", shown=True),
    _key("f7", "vote('equal')", "equal", "sides.equal", "Both answers are equally good", shown=True),
    _key("f8", "vote('right')", "right", "sides.right", "The right answer is better", shown=True),
)

STUDY_LIST_KEYS = (_key("enter", "open", "open", "studies.open", "Open the study", shown=True),)

STUDY_KEYS = (
    _key(
        "f2",
        "copy_command",
        "copy command",
        "study.command",
        "Copy the lilm study command that gives the same results",
        shown=True,
    ),
)

TOKENS_KEYS = (
    _key("a", "add", "add tokenizer", "tokens.add", "Add a tokenizer, or that of another run", shown=True),
)

COLUMN_KEYS = (
    _key("left", "screen.turn(-1)", "columns", "study.columns_before", "Columns before these", shown=True),
    _key("right", "screen.turn(1)", "columns", "study.columns_after", "Columns after these", shown=True),
)
ORDER_KEYS = (
    _key("left", "screen.turn(-1)", "order", "study.lower_order", "N-grams of one token less", shown=True),
    _key("right", "screen.turn(1)", "order", "study.higher_order", "N-grams of one token more", shown=True),
)
STUDY_PROMPT_KEYS = (
    _key("enter", "submit", "compute", "study.compute", "Compute the study for this text", shown=True),
    _key("escape", "screen.step_out", "leave", "study.leave", "Leave the prompt for the results", shown=True),
)

SLIDER_KEYS = (
    _key("left", "slide(-1)", "less", "slider.less", "One step down", shown=True),
    _key("right", "slide(1)", "more", "slider.more", "One step up", shown=True),
    _key("left_square_bracket,pagedown", "slide(-10)", "much less", "slider.much_less", "Ten steps down"),
    _key("right_square_bracket,pageup", "slide(10)", "much more", "slider.much_more", "Ten steps up"),
    _key("home", "lowest", "lowest", "slider.lowest", "Lowest value"),
    _key("end", "highest", "highest", "slider.highest", "Highest value"),
)

SAMPLING_KEYS = (
    *SLIDER_KEYS,
    _key("up", "setting(-1)", "previous setting", "sampling.before", "Previous setting of sampling"),
    _key(
        "down",
        "setting(1)",
        "setting",
        "sampling.next",
        "Next setting: top-p, min-p, top-k, repetition, length, seed, temperature",
        shown=True,
    ),
)

START_KEY = _key("enter", "submit", "start", "form.start-here", "Start training", shown=True)

FORM_KEYS = (
    _key("up", "app.focus_previous", "up", "form.up", "Previous field"),
    _key("down", "app.focus_next", "down", "form.down", "Next field"),
    _key("enter", "start", "start", "form.start", "Start training", shown=True),
    _key(
        "f2", "copy_command", "copy command", "form.command", "Copy the equal lilm train command", shown=True
    ),
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

EXPORT_KEYS = (
    _key("enter", "export", "export", "export.start", "Write the files"),
    _key("up", "app.focus_previous", "up", "export.up", "Previous field"),
    _key("down", "app.focus_next", "down", "export.down", "Next field"),
)

DELETE_KEYS = (
    _key("y", "yes", "delete", "delete.yes", "Yes; deletes the second time", shown=True),
    _key("n", "leave", "keep", "delete.no", "Keep the run", shown=True),
)

ALL_KEYS = {
    str(key.id): key
    for keys in (
        *(LAB_KEYS, APP_KEYS, CORPORA_KEYS, RUN_LIST_KEYS, RUN_KEYS, CHART_KEYS, CURVE_KEYS, TALK_KEYS),
        *(
            TRANSCRIPT_KEYS,
            CONVERSATION_KEYS,
            SAMPLING_KEYS,
            DISTRIBUTION_KEYS,
            BACK_KEYS,
            SIDES_KEYS,
            STUDY_LIST_KEYS,
            STUDY_KEYS,
            COLUMN_KEYS,
            ORDER_KEYS,
            STUDY_PROMPT_KEYS,
            TOKENS_KEYS,
            LIST_KEYS,
            (START_KEY,),
            FORM_KEYS,
            CHOICE_KEYS,
            DIALOG_KEYS,
            EXPORT_KEYS,
            DELETE_KEYS,
        ),
    )
    for key in keys
}
"""By their ids, by which config.toml changes them."""

HELP_GROUPS = (
    ("Everywhere", (*LAB_KEYS, *APP_KEYS)),
    ("Texts", CORPORA_KEYS),
    ("Runs", (*RUN_LIST_KEYS, *RUN_KEYS)),
    ("Chart", (*CHART_KEYS, *CURVE_KEYS)),
    ("Talk", (*TALK_KEYS, *CONVERSATION_KEYS, *TRANSCRIPT_KEYS, *DISTRIBUTION_KEYS, *SAMPLING_KEYS)),
    ("Surprise, side by side", (*BACK_KEYS, *SIDES_KEYS)),
    ("Studies", (*STUDY_LIST_KEYS, *STUDY_PROMPT_KEYS, *STUDY_KEYS, *COLUMN_KEYS, *ORDER_KEYS, *TOKENS_KEYS)),
    ("Lists", LIST_KEYS),
    ("New run", (*FORM_KEYS, *CHOICE_KEYS)),
    ("Questions", (*DIALOG_KEYS, *DELETE_KEYS, *EXPORT_KEYS)),
)
"""Titles and bindings of the help screen."""
