"""Keys of the study screens."""

from __future__ import annotations

from tui.keys.binding import key

STUDY_LIST_KEYS = (key("enter", "open", "open", "studies.open", "Open the study", shown=True),)

STUDY_KEYS = (
    key(
        "f2",
        "copy_command",
        "copy command",
        "study.command",
        "Copy the lilm study command that gives the same results",
        shown=True,
    ),
)

STUDY_PROMPT_KEYS = (
    key("enter", "submit", "compute", "study.compute", "Compute the study for this text", shown=True),
    key("escape", "screen.step_out", "leave", "study.leave", "Leave the prompt for the results", shown=True),
)

TOKENS_KEYS = (
    key("a", "add", "add tokenizer", "tokens.add", "Add a tokenizer, or that of another run", shown=True),
)

COLUMN_KEYS = (
    key("left", "screen.turn(-1)", "columns", "study.columns_before", "Columns before these", shown=True),
    key("right", "screen.turn(1)", "columns", "study.columns_after", "Columns after these", shown=True),
)

ORDER_KEYS = (
    key("left", "screen.turn(-1)", "order", "study.lower_order", "N-grams of one token less", shown=True),
    key("right", "screen.turn(1)", "order", "study.higher_order", "N-grams of one token more", shown=True),
)

BATCH_KEYS = (
    key("left", "screen.turn(-1)", "batch", "study.batch_before", "The batch of the step before", shown=True),
    key("right", "screen.turn(1)", "batch", "study.batch_after", "The batch of the next step", shown=True),
)
