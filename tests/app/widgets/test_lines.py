"""Tones of text in the theme's colors."""

from __future__ import annotations

import pytest
from rich.color import Color

from tests.app.conftest import FAKE_SAMPLER
from tui.app import LilmApp
from tui.preferences import Preferences
from tui.theme import DARK, LIGHT
from tui.widgets.lines import TONES, TextLines, tone_of


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_tones_are_colors_of_the_theme(theme) -> None:
    app = LilmApp(FAKE_SAMPLER, Preferences(theme=theme.name))
    async with app.run_test():
        line = app.screen.query(".pane--title").first(TextLines)
        assert tone_of(line, "dim").color == Color.parse(theme.variables["text-muted"])
        assert tone_of(line, "series-1").color == Color.parse(theme.variables["series-1"])
        assert tone_of(line, "token-1").bgcolor == Color.parse(theme.boost)
        assert tone_of(line, "strong").bold
        assert all(str(tone_of(line, name)) != "none" for name in TONES)


async def test_another_theme_paints_the_lines_again() -> None:
    app = LilmApp(FAKE_SAMPLER, Preferences(theme=DARK.name))
    async with app.run_test() as pilot:
        title = app.screen.query(".pane--title").first(TextLines)

        def backgrounds() -> set[Color | None]:
            return {one.style.bgcolor for one in title.render_line(0) if one.style is not None}

        assert backgrounds() == {Color.parse(DARK.surface)}
        app.theme = LIGHT.name
        await pilot.pause()
        assert backgrounds() == {Color.parse(LIGHT.surface)}
