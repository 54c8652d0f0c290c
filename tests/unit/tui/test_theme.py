"""Contrast of every color on every background that it is drawn on."""

from __future__ import annotations

import pytest
from rich._palettes import STANDARD_PALETTE
from rich.color import ColorSystem
from textual.color import Color

from tui.theme import CHANCES, SERIES, THEMES, theme_for

TEXT = 4.5
"""WCAG 2.2, 1.4.3: contrast of text."""
GRAPHICS = 3.0
"""WCAG 2.2, 1.4.11: contrast of curves and controls."""
INKS = ("foreground", "text-muted", "primary", "accent", "warning", "error", "success")
BACKGROUNDS = ("background", "surface", "panel")


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable_on_every_background(name: str) -> None:
    colors = THEMES[name].to_color_system().generate() | THEMES[name].variables
    pairs = [(ink, ground) for ink in INKS for ground in BACKGROUNDS]
    pairs += [
        ("block-cursor-foreground", "block-cursor-background"),
        ("foreground", "block-cursor-blurred-background"),
        ("text-muted", "block-cursor-blurred-background"),
        ("foreground", "boost"),
        ("text-muted", "boost"),
        ("input-cursor-foreground", "input-cursor-background"),
    ]
    pairs += [("background", "warning")]  # the chosen token
    pairs += [(chance, "background") for chance in CHANCES]
    low = {pair: round(contrast(*(Color.parse(colors[one]) for one in pair)), 2) for pair in pairs}
    assert min(low.values()) >= TEXT, {pair: value for pair, value in low.items() if value < TEXT}


@pytest.mark.parametrize("name", THEMES)
def test_curves_and_controls_are_seen(name: str) -> None:
    colors = THEMES[name].to_color_system().generate() | THEMES[name].variables
    pairs = [(ink, "background") for ink in (*SERIES, "text-disabled", "primary", "warning")]
    low = {pair: round(contrast(*(Color.parse(colors[one]) for one in pair)), 2) for pair in pairs}
    assert min(low.values()) >= GRAPHICS, {pair: value for pair, value in low.items() if value < GRAPHICS}
    assert len({colors[one] for one in SERIES}) == len(SERIES)
    assert (
        contrast(
            *(Color.parse(colors[f"block-cursor-{one}"]) for one in ("background", "blurred-background"))
        )
        > 1.2
    )


@pytest.mark.parametrize("name", [name for name in THEMES if name != "16-color"])
def test_colors_hardly_change_with_256(name: str) -> None:
    for color in colors_of(name):
        shown = Color.from_rich_color(color.rich_color.downgrade(ColorSystem.EIGHT_BIT))
        assert max(abs(one - other) for one, other in zip(shown.rgb, color.rgb, strict=True)) <= 10


def test_colors_are_of_the_sixteen() -> None:
    for color in colors_of("16-color"):
        number = color.rich_color.downgrade(ColorSystem.STANDARD).number
        assert number is not None
        assert tuple(STANDARD_PALETTE[number]) == color.rgb


def test_the_default_is_of_the_terminals_colors() -> None:
    assert theme_for("standard") == theme_for(None) == "16-color"
    assert theme_for("256") == theme_for("truecolor") == "dark"


def colors_of(name: str) -> list[Color]:
    return [Color.parse(value) for value in THEMES[name].variables.values() if value.startswith("#")]


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio by WCAG's definition of relative luminance, which differs from Textual's brightness."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
