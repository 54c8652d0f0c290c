"""The first start: what to press, until there is a run."""

from __future__ import annotations

import pytest

from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.preferences import Preferences

WELCOME = "Welcome to the lab."


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_first_start_says_what_to_press_until_there_is_a_run(size: tuple[int, int]) -> None:
    async with open_lab(size) as user:
        await user.sees(WELCOME)
        for said in ("train a small GPT on stories", "talk to it", "model, size and budget", "all keys"):
            assert said in user.screen_text()
        assert not user.app.screen.is_modal
        await user.press("down")
        await user.sees("train a small GPT on dialogues")
        await user.press("enter")
        await user.until(lambda: user.app.lab_screen.selected is not None)
        await user.until(lambda: WELCOME not in user.screen_text())


async def test_the_welcome_names_the_keys_of_config_toml() -> None:
    async with open_lab(preferences=Preferences(keys={"app.help": "f3"})) as user:
        await user.sees("  f3     all keys and topics; ^p finds commands")


async def test_with_runs_there_is_no_welcome_also_where_a_filter_hides_them() -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        assert WELCOME not in user.screen_text()
        await user.press("2", "slash")
        await user.write("qqq")
        await user.press("enter")
        await user.sees("No run is selected.")
        assert WELCOME not in user.screen_text()
