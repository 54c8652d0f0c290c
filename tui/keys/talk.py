"""Keys of the talk pane, its prompt, transcript and sampling settings, and of side by side."""

from __future__ import annotations

from tui.keys.binding import key
from tui.keys.everywhere import SLIDER_KEYS

TALK_KEYS = (
    key(
        "enter",
        "submit",
        "continue",
        "talk.ask",
        "Send the prompt; an empty one continues the last text",
        shown=True,
    ),
    key(
        "escape",
        "screen.step_out",
        "stop, leave",
        "talk.out",
        "Stop the answer, or leave the prompt for the keys of the pane",
        shown=True,
    ),
    key("ctrl+j,alt+enter", "newline", "new line", "talk.newline", "Begin a new line"),
    key("up", "recall(-1)", "previous prompt", "talk.earlier", "Previous prompt"),
    key("down", "recall(1)", "next prompt", "talk.later", "Next prompt"),
)

CONVERSATION_KEYS = (
    key("left_square_bracket", "other_checkpoint(-1)", "earlier step", "talk.earlier_step",
         "Talk to the checkpoint before"),
    key("right_square_bracket", "other_checkpoint(1)", "later step", "talk.later_step",
         "Talk to the checkpoint after, at last the newest"),
    key("u", "answer_again", "another answer", "talk.again",
         "Generate another answer; the old one stays beside it", shown=True),
    key("i", "edit_prompt", "edit", "talk.edit", "Edit the last prompt and send it again", shown=True),
    key("comma", "other_sibling(-1)", "answer before", "talk.sibling_before",
         "Show the answer or prompt before this one"),
    key("full_stop", "other_sibling(1)", "answer after", "talk.sibling_after",
         "Show the answer or prompt after this one"),
    key("o", "system_message", "system message", "talk.system", "Write the system message of a chat model"),
    key("slash", "find", "find", "talk.find", "Find words; again, the occurrence before"),
    key("y", "copy_answer", "copy", "talk.copy", "Copy the last answer to the terminal's clipboard", shown=True),
    key("Y", "copy_talk", "copy talk", "talk.copy_all", "Copy the whole conversation"),
    key("w", "write_talk", "save as Markdown", "talk.write", "Write the conversation to a Markdown file here"),
)  # fmt: skip
"""Keys of the talk pane while its prompt does not have the focus."""

TRANSCRIPT_KEYS = (
    key("up", "scroll(-1)", "up", "transcript.up", "Scroll up"),
    key("down", "scroll(1)", "down", "transcript.down", "Scroll down"),
    key("pageup", "page(-1)", "page up", "transcript.page_up", "One page up"),
    key("pagedown", "page(1)", "page down", "transcript.page_down", "One page down"),
    key("home", "start", "beginning", "transcript.start", "Go to the beginning"),
    key("end", "end", "end", "transcript.end", "Go to the end and follow it"),
    key("left", "token(-1)", "token", "transcript.token_left", "Inspect the previous token", shown=True),
    key("right", "token(1)", "token", "transcript.token_right", "Inspect the next token", shown=True),
    key(
        "p",
        "toggle_probabilities",
        "probabilities",
        "transcript.probabilities",
        "Color tokens by their probability",
        shown=True,
    ),
    key(
        "enter",
        "choose_token",
        "other token",
        "transcript.choose",
        "Choose another token, from which the text goes on",
        shown=True,
    ),
    key("escape", "deselect", "deselect", "transcript.deselect", "Deselect the token"),
)

DISTRIBUTION_KEYS = (
    key("up,k", "move(-1)", "up", "distribution.up", "One token up"),
    key("down,j", "move(1)", "down", "distribution.down", "One token down"),
    key(
        "enter",
        "choose",
        "branch here",
        "distribution.choose",
        "Let the text go on from this token",
        shown=True,
    ),
    key("escape", "leave", "back to the text", "distribution.leave", "Back to the conversation", shown=True),
)

SAMPLING_KEYS = (
    *SLIDER_KEYS,
    key("up", "setting(-1)", "previous setting", "sampling.before", "Previous setting of sampling"),
    key(
        "down",
        "setting(1)",
        "setting",
        "sampling.next",
        "Next setting: top-p, min-p, top-k, repetition, length, seed, temperature",
        shown=True,
    ),
)

SIDES_KEYS = (
    key("f5", "blind", "blind", "sides.blind", "Hide which side is which, until you vote", shown=True),
    key("f6", "vote('left')", "left", "sides.left", "The left answer is better", shown=True),
    key("f7", "vote('equal')", "equal", "sides.equal", "Both answers are equally good", shown=True),
    key("f8", "vote('right')", "right", "sides.right", "The right answer is better", shown=True),
)

XRAY_KEYS = (
    key("enter", "write", "another text", "xray.write", "Write or paste another text to score", shown=True),
)
