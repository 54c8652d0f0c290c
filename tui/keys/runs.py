"""Keys of the texts and runs panes; those of a run work in the chart too."""

from __future__ import annotations

from tui.keys.binding import key

CORPORA_KEYS = (
    key(
        "enter", "train", "train", "corpora.train", "Train the default model on the chosen texts", shown=True
    ),
    key("space", "mark", "choose", "corpora.mark", "Choose several texts", shown=True),
    key("v", "preview", "view", "corpora.preview", "Show the beginning of the text", shown=True),
    key(
        "R",
        "race",
        "race",
        "corpora.race",
        "Train one model of each kind, one after another",
        shown=True,
    ),
    key(
        "a",
        "add",
        "add file",
        "corpora.add",
        "Add a file, a folder or a glob pattern of your own",
        shown=True,
    ),
)

RUN_LIST_KEYS = (
    key("enter", "screen.talk", "talk", "runs.talk", "Talk to this run's newest checkpoint", shown=True),
    key("space", "mark", "compare", "runs.mark", "Draw this run's curve beside the selected one", shown=True),
    key("asterisk", "mark_all", "compare all", "runs.mark_all", "Compare all runs of the list, or none"),
    key("slash", "filter", "filter", "runs.filter", "List only runs with these words or #tags", shown=True),
    key(
        "D", "screen.compare_runs", "differences", "runs.compare", "Settings that differ, figures and samples"
    ),
    key(
        "O",
        "next_order",
        "order",
        "runs.order",
        "Next order: newest, name, bits per byte, held-out loss, smoothed loss, steps, time",
    ),
)

RUN_KEYS = (
    key("P", "screen.pause_run", "pause", "runs.pause", "Pause or continue training", shown=True),
    key("S", "screen.stop_run", "stop", "runs.stop", "Save a checkpoint and end training", shown=True),
    key("r", "screen.resume_run", "resume", "runs.resume", "Resume from the last checkpoint", shown=True),
    key("d", "screen.delete_run", "delete", "runs.delete", "Delete the run for good; asks twice", shown=True),
    key("e", "screen.rename_run", "rename", "runs.rename", "Rename the run", shown=True),
    key("L", "screen.scale_rate", "rate", "runs.rate", "Scale the learning rate during training", shown=True),
    key(
        "N",
        "screen.note_run",
        "note",
        "runs.note",
        "Write a note; words of it that begin with # are tags",
        shown=True,
    ),
    key(
        "E",
        "screen.export_run",
        "export",
        "runs.export",
        "Write a Markdown page, the metrics or the model to a file",
    ),
    key("C", "screen.checkpoint_now", "checkpoint", "runs.checkpoint", "Write a checkpoint after this step"),
    key("T", "screen.sample_now", "sample", "runs.sample", "Let the model write a sample after this step"),
    key("f", "screen.fork_run", "fork", "runs.fork", "Start another run from this one's weights", shown=True),
)
"""Keys of the runs pane. The chart has those that its own keys leave free."""
