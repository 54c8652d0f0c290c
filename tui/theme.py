"""The app's themes. All but the 16-color one are in the 256-color palette, as ssh does not forward COLORTERM.

Every color of text has a contrast of at least 4.5 on the backgrounds that it is drawn on (WCAG 2.2, 1.4.3), curves
and sliders one of at least 3 (1.4.11); a test holds both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

SERIES = tuple(f"series-{number}" for number in range(1, 9))
"""Variables of a theme: the colors of curves."""
CHANCES = ("chance-improbable", "chance-low", "chance-middle", "chance-high")
"""Variables of a theme: the colors of tokens by their probability."""


def _theme(
    name: str,
    *,
    background: str,
    surface: str,
    panel: str,
    boost: str,
    text: str,
    muted: str,
    disabled: str,
    primary: str,
    accent: str,
    warning: str,
    error: str,
    success: str,
    row: str,
    focus: str,
    on_focus: str = "",
    series: Sequence[str],
    chances: Sequence[str],
    dark: bool = True,
) -> Theme:
    """`row` and `focus` are the backgrounds of the cursor's row, without and with the focus."""
    return Theme(
        name=name, dark=dark, foreground=text, background=background, surface=surface, panel=panel, boost=boost,
        primary=primary, secondary=primary, accent=accent, warning=warning, error=error, success=success,
        variables={
            "boost": boost, "text-muted": muted, "text-disabled": disabled, "primary-muted": focus,
            "scrollbar": disabled, "scrollbar-hover": muted, "scrollbar-active": primary,
            "scrollbar-background": surface, "scrollbar-background-hover": surface,
            "scrollbar-background-active": surface, "scrollbar-corner-color": surface,
            "input-cursor-background": text, "input-cursor-foreground": background,
            "screen-selection-background": focus, "screen-selection-foreground": on_focus or text,
            "block-cursor-background": focus, "block-cursor-foreground": on_focus or text,
            "block-cursor-blurred-background": row, "block-cursor-blurred-foreground": text,
            "block-cursor-text-style": "none",
            **dict(zip(SERIES, series, strict=True)),
            **dict(zip(CHANCES, chances, strict=True)),
        },
    )  # fmt: skip


DARK = _theme(
    "dark",
    background="#121212", surface="#1c1c1c", panel="#262626", boost="#303030",
    text="#d0d0d0", muted="#9e9e9e", disabled="#767676",
    primary="#5fafd7", accent="#d7af5f", warning="#d7875f", error="#ff5f5f", success="#87af5f",
    row="#303030", focus="#005f87", on_focus="#eeeeee",
    series=("#5fafff", "#ff8700", "#5fd75f", "#ff5faf", "#d7af00", "#af87ff", "#00d7af", "#ff5f5f"),
    chances=("#ff5f5f", "#ff875f", "#d7af5f", "#5faf5f"),
)  # fmt: skip
LIGHT = _theme(
    "light", dark=False,
    background="#ffffff", surface="#eeeeee", panel="#e4e4e4", boost="#dadada",
    text="#1c1c1c", muted="#585858", disabled="#767676",
    primary="#005f87", accent="#5f5f00", warning="#875f00", error="#af0000", success="#005f00",
    row="#d0d0d0", focus="#005f87", on_focus="#ffffff",
    series=("#005faf", "#af5f00", "#008700", "#af005f", "#5f5f00", "#5f00af", "#00875f", "#d70000"),
    chances=("#af0000", "#af5f00", "#5f5f00", "#005f00"),
)  # fmt: skip
HIGH_CONTRAST = _theme(
    "high-contrast",
    background="#000000", surface="#000000", panel="#121212", boost="#1c1c1c",
    text="#ffffff", muted="#d0d0d0", disabled="#bcbcbc",
    primary="#5fffff", accent="#ffff5f", warning="#ffaf5f", error="#ff8787", success="#87ff87",
    row="#444444", focus="#ffff00", on_focus="#000000",
    series=("#5fd7ff", "#ffaf00", "#87ff87", "#ff87d7", "#ffff5f", "#d7afff", "#00ffd7", "#ff8787"),
    chances=("#ff8787", "#ffaf5f", "#ffff5f", "#87ff87"),
)  # fmt: skip
COLOR_BLIND = _theme(
    # Okabe & Ito's palette (2008), which people with any color vision tell apart; good is blue, bad is vermilion.
    "color-blind-safe",
    background="#121212", surface="#1c1c1c", panel="#262626", boost="#303030",
    text="#d0d0d0", muted="#9e9e9e", disabled="#767676",
    primary="#5fafd7", accent="#d7af00", warning="#ffff5f", error="#ff8700", success="#5fafff",
    row="#303030", focus="#005f87", on_focus="#eeeeee",
    series=("#5fafd7", "#d7af00", "#00af87", "#ffff5f", "#5f87d7", "#ff8700", "#d787af", "#d0d0d0"),
    chances=("#ff8700", "#d7af00", "#ffff5f", "#5fafff"),
)  # fmt: skip
SIXTEEN = _theme(
    # The values by which Rich finds the 16 colors; a terminal shows its own.
    "16-color",
    background="#000000", surface="#000000", panel="#000000", boost="#000000",
    text="#aaaaaa", muted="#aaaaaa", disabled="#aaaaaa",
    primary="#55ffff", accent="#ffff55", warning="#ffff55", error="#ff5555", success="#55ff55",
    row="#0000aa", focus="#00aaaa", on_focus="#000000",
    series=("#55ffff", "#ffff55", "#55ff55", "#ff55ff", "#ffffff", "#00aaaa", "#00aa00", "#ff5555"),
    chances=("#ff5555", "#ff55ff", "#ffff55", "#55ff55"),
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST, COLOR_BLIND, SIXTEEN)}


def theme_for(color_system: str | None) -> str:
    """Return the name of the default theme for Rich's name of a terminal's color system."""
    return SIXTEEN.name if color_system in ("standard", None) else DARK.name
