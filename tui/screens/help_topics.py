"""Topics of the help that are no keys: sliders, the mouse, copying, terminals, and config.toml."""

from __future__ import annotations

TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Sliders and choices",
        (
            "Left and right move a slider by a step, [ and ] by ten, Home and End to its ends; with the mouse, "
            "click or drag it.",
            "The slider below the talk has several settings: up and down choose among temperature, top-p, "
            "min-p, top-k, repetition penalty, length and seed. Each run keeps its own.",
            "In forms, left and right turn a choice, up and down go to another field.",
        ),
    ),
    (
        "Mouse",
        (
            "A click chooses a tab, a row, a key at the foot of the screen, a token of an answer, or a place on "
            "the chart. A double click on a text trains on it, on a run it talks to it. The wheel scrolls; on the "
            "chart it zooms.",
            "To select text as in any other program, hold Shift (in iTerm2 Option) while dragging; lilm "
            "--no-mouse, or mouse = false in config.toml, leaves the mouse to the terminal.",
        ),
    ),
    (
        "Copying",
        (
            "In the talk, y copies the last answer, Y the conversation, and w writes it to a Markdown file. "
            "Text that is dragged over is copied with ctrl+c.",
            "Copying uses OSC 52, which reaches your own clipboard over ssh. Not every terminal allows it, and "
            "none says whether it did: in iTerm2 and xterm it must be switched on, in tmux with set -g "
            "set-clipboard on; GNU screen and the terminal of macOS have none. A file (w, E) always works.",
        ),
    ),
    (
        "Pasting",
        (
            "A paste of several lines stays whole: line ends are shown as signs. A long one is folded to its "
            "size and sent in full, up to 100,000 characters. Control characters are left out.",
        ),
    ),
    (
        "ssh, tmux and screen",
        (
            "Quitting, a lost connection and a closed window end the app alone: runs go on, and lilm shows them"
            " again. The talk and the unsent prompt are kept.",
            "On a slow link f4, or lilm --frugal, sends less: two frames a second, 16 colors, no mouse. f9 "
            "shows the bytes a second. The app measures how long the terminal takes to answer after the first "
            "screen, and proposes this once when it was slow; inside tmux and screen it cannot, as they answer "
            "themselves.",
            "ctrl+b belongs to tmux and ctrl+a to screen, so the app uses neither. Where Escape is slow in "
            "tmux, set -sg escape-time 10 helps.",
            "Colors: ssh does not forward COLORTERM, so the themes need 256 colors at most. TERM should be "
            "tmux-256color in tmux and screen-256color in screen. LILM_ASCII=1 draws without Braille and box "
            "characters.",
            "From 100 columns on all panes are on the screen. In fewer, 1 to 4, Tab or a click open a page of "
            "them; under 60 by 16 one pane fills the screen.",
        ),
    ),
    (
        "Watching only",
        ("lilm --readonly changes no file: it watches runs and talks to models, and the talk is not kept.",),
    ),
    (
        "config.toml",
        (
            "The file {config} is read when the app starts; what is wrong in it is named.",
            'theme = "light" (or dark, high-contrast, color-blind-safe, 16-color)',
            "ascii, mouse, frugal, readonly, traffic = true or false",
            'notify = "bell" rings when a run ends.',
            'notify_command = ["program", "argument"] runs a program then, without a shell, with the run\'s name'
            " and state (finished, stopped, failed, died) as its last arguments and as LILM_RUN and LILM_STATE.",
            '[defaults] has settings of new runs, as training.budget = "5m" and tokenizer = "bpe:2048"; lilm '
            "train --help-settings lists them. Runs from the command line have none of these.",
            '[keys] changes keys by their names, as "runs.stop" = "X"; a wrong name lists the right ones.',
        ),
    ),
)
"""Titles and paragraphs; {config} stands for the path of config.toml."""
