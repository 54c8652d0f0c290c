"""Keys of the chart pane."""

from __future__ import annotations

from tui.keys.binding import key

CHART_KEYS = (
    key(
        "m",
        "next_metric",
        "metric",
        "chart.metric",
        "Next metric: loss, tokens a second, learning rate, gradient norm, memory",
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
    key("s", "smooth", "smoothing", "chart.smooth", "Next strength of the moving average", shown=True),
    key(
        "c",
        "toggle_cursor",
        "read values",
        "chart.cursor",
        "Show values, and what the model wrote, at a cursor",
        shown=True,
    ),
    key("plus,equals_sign", "zoom(-1)", "zoom in", "chart.zoom_in", "Zoom in"),
    key("minus", "zoom(1)", "zoom out", "chart.zoom_out", "Zoom out"),
    key("left", "move(-1)", "left", "chart.left", "Move the view or the cursor left"),
    key("right", "move(1)", "right", "chart.right", "Move the view or the cursor right"),
    key("home", "whole", "whole run", "chart.whole", "Show the whole run"),
    key("end", "follow", "newest", "chart.follow", "Go to the newest points and follow them"),
    key("escape", "hide_cursor", "hide cursor", "chart.hide_cursor", "Hide the cursor"),
)
