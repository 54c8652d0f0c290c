"""The app's colors, all in the 256-color palette, as ssh does not forward COLORTERM."""

from __future__ import annotations

from textual.theme import Theme

THEME = Theme(
    name="lilm",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#d7af5f",
    warning="#d7875f",
    error="#ff5f5f",
    success="#87af5f",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    boost="#303030",
    dark=True,
    variables={
        "text-muted": "#8a8a8a",
        "text-disabled": "#626262",
        "primary-muted": "#005f87",
        "scrollbar": "#3a3a3a",
        "scrollbar-hover": "#585858",
        "scrollbar-active": "#5fafd7",
        "scrollbar-background": "#1c1c1c",
        "scrollbar-background-hover": "#1c1c1c",
        "scrollbar-background-active": "#1c1c1c",
        "input-cursor-background": "#d0d0d0",
        "input-cursor-foreground": "#121212",
    },
)
