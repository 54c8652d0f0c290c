"""The help: complete, found by words, and readable at 80x24."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import open_lab
from tui.preferences import Preferences
from tui.screens.help import NOTHING, HelpDialog, help_lines
from tui.theme import THEMES

if TYPE_CHECKING:
    from tests.app.conftest import User


def text_of(user: User, search: str = "", width: int = 70) -> str:
    lines = help_lines(user.app, search, width)
    return "\n".join("".join(piece.text for piece in line.left) for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (58, 15), (30, 8)])
async def test_help_scrolls_to_its_end_at_any_size(size: tuple[int, int]) -> None:
    async with open_lab(size) as user:
        await user.press("question_mark")
        await user.until(lambda: "Choose a text and" in user.screen_text())
        await user.press("end")
        await user.sees("wrong")
        assert "Choose a text and" not in user.screen_text()


async def test_words_find_keys_and_topics_with_their_titles() -> None:
    async with open_lab() as user:
        await user.press("question_mark", "slash")
        await user.write("copy tmux")
        await user.sees("set-clipboard")
        assert "Copying" in user.screen_text()
        assert "Everywhere" not in user.screen_text()
        await user.press("ctrl+u")
        await user.write("pause")
        await user.sees("Pause or continue training")
        await user.press("ctrl+u")
        await user.write("qqqq")
        await user.sees(NOTHING)
        await user.press("escape")
        await user.sees("Everywhere")
        assert isinstance(user.app.screen, HelpDialog)
        await user.press("escape")
        await user.until(lambda: user.app.screen is user.app.lab_screen)


async def test_help_names_every_setting_of_config_toml_and_every_theme() -> None:
    async with open_lab() as user:
        topic = text_of(user, "config.toml", 500)
        for name in (*(one.name for one in fields(Preferences)), *THEMES):
            assert re.search(rf"\b{name}\b", topic), name


async def test_changed_keys_are_the_ones_shown() -> None:
    async with open_lab(preferences=Preferences(keys={"runs.stop": "X", "lab.new-run": "f3"})) as user:
        assert "  X            Save a checkpoint and end training" in text_of(user)
        assert "  f3           Choose text, model and budget" in text_of(user)


async def test_no_line_is_wider_than_the_screen() -> None:
    async with open_lab() as user:
        for width in (40, 70, 100):
            assert max(map(len, text_of(user, "", width).splitlines())) <= width
