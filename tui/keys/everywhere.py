"""Keys of the app, of the lab, and of every list and slider."""

from __future__ import annotations

from textual.binding import Binding

from tui.keys.binding import key

APP_KEYS = (
    key("f1", "help", "help", "app.help-anywhere", "All keys and their effects"),
    Binding(
        "ctrl+p",
        "command_palette",
        "commands",
        id="app.commands",
        priority=True,
        tooltip="Find a command by its name",
    ),
    key(
        "f4", "frugal", "frugal", "app.frugal", "Send fewer bytes over a slow link, or as many as usual again"
    ),
    key("f9", "traffic", "traffic", "app.traffic", "Show or hide the bytes sent to the terminal each second"),
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
    key("n", "new_run", "new run", "lab.new-run", "Choose text, model and budget, then train", shown=True),
    key("h", "xray", "surprise", "lab.xray", "Score any text, or the chosen ones, token by token"),
    key(
        "b",
        "side_by_side",
        "side by side",
        "lab.side_by_side",
        "Give one prompt to two checkpoints or temperatures",
    ),
    key("z", "zoom", "zoom", "lab.zoom", "Give the pane the whole screen, and back", shown=True),
    key("1", "go('corpora')", "texts", "lab.go-corpora", "Go to the texts"),
    key("2", "go('runs')", "runs", "lab.go-runs", "Go to the runs"),
    key("3", "go('chart')", "chart", "lab.go-chart", "Go to the chart"),
    key("4,t", "go('talk')", "talk", "lab.go-talk", "Go to the conversation with the model"),
    key("5", "studies", "studies", "lab.studies", "Study the selected run: its tokens, counts, layers, ..."),
    key("tab", "next_focus(1)", "next pane", "lab.next", "Next pane"),
    key("shift+tab", "next_focus(-1)", "previous pane", "lab.previous", "Previous pane"),
    key("escape", "step_out", "back", "lab.step-out", "Close what is open in the pane"),
)

LIST_KEYS = (
    key("up,k", "move(-1)", "up", "list.up", "One row up"),
    key("down,j", "move(1)", "down", "list.down", "One row down"),
    key("pageup", "move_page(-1)", "page up", "list.page-up", "One page up"),
    key("pagedown", "move_page(1)", "page down", "list.page-down", "One page down"),
    key("home,g", "move_to_end(-1)", "first", "list.first", "First row"),
    key("end,G", "move_to_end(1)", "last", "list.last", "Last row"),
)

SLIDER_KEYS = (
    key("left", "slide(-1)", "less", "slider.less", "One step down", shown=True),
    key("right", "slide(1)", "more", "slider.more", "One step up", shown=True),
    key("left_square_bracket,pagedown", "slide(-10)", "much less", "slider.much_less", "Ten steps down"),
    key("right_square_bracket,pageup", "slide(10)", "much more", "slider.much_more", "Ten steps up"),
    key("home", "lowest", "lowest", "slider.lowest", "Lowest value"),
    key("end", "highest", "highest", "slider.highest", "Highest value"),
)

BACK_KEYS = (
    key("escape", "step_out", "back", "screen.back", "Stop the answer, else go back to the lab", shown=True),
)
