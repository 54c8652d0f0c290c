"""Keys of the chart pane."""

from __future__ import annotations

from tui.keys.binding import key

CHART_KEYS = (
    key(
        "m",
        "next_metric",
        "metric",
        "chart.metric",
        "Next metric that the run records: loss, tokens a second, learning rate, ...",
        shown=True,
    ),
    key(
        "M",
        "next_lower_metric",
        "second metric",
        "chart.lower_metric",
        "Another metric below, on the same axis of steps; the last time none",
        shown=True,
    ),
    key(
        "B",
        "baselines",
        "baselines",
        "chart.baselines",
        "Losses of simple models as lines, then the loss above the Kneser-Ney n-gram's, then neither",
    ),
    key("x", "next_unit", "steps/tokens/time", "chart.unit", "Unit of the horizontal axis", shown=True),
)

CURVE_KEYS = (
    key(
        "enter",
        "talk_here",
        "talk here",
        "chart.talk",
        "Talk to the kept checkpoint nearest to the cursor",
        shown=True,
    ),
    key("l", "toggle_log", "log scale", "chart.log", "Logarithmic loss axis", shown=True),
    key(
        "s",
        "smooth",
        "smoothing",
        "chart.smooth",
        "Moving average over 0, 1, 3 or 10% of the run; dotted where points to come will change it",
        shown=True,
    ),
    key(
        "c",
        "toggle_cursor",
        "read values",
        "chart.cursor",
        "Show values, and what the model wrote, at a cursor",
        shown=True,
    ),
    key(
        "Z",
        "box",
        "box zoom",
        "chart.box",
        "Set a corner of a box at the crosshair, then zoom into the box; the mouse drags one",
        shown=True,
    ),
    key(
        "U,backspace",
        "back",
        "zoom back",
        "chart.back",
        "Go back to the view before the last box",
        shown=True,
    ),
    key("plus,equals_sign", "zoom(-1)", "zoom in", "chart.zoom_in", "Zoom in"),
    key("minus", "zoom(1)", "zoom out", "chart.zoom_out", "Zoom out"),
    key("left", "move(-1)", "left", "chart.left", "Move the view or the cursor left"),
    key("right", "move(1)", "right", "chart.right", "Move the view or the cursor right"),
    key("up", "raise(1)", "up", "chart.up", "Move the crosshair up"),
    key("down", "raise(-1)", "down", "chart.down", "Move the crosshair down"),
    key("home", "whole", "whole run", "chart.whole", "Show the whole run and all values"),
    key("end", "follow", "newest", "chart.follow", "Go to the newest points and follow them"),
    key("escape", "hide_cursor", "hide cursor", "chart.hide_cursor", "Drop the corner, else hide the cursor"),
)
