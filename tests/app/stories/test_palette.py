"""The command palette: every command once, with its key, and the reason where one cannot act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.keys.catalog import FOCUS_ONLY, HELP_GROUPS
from tui.preferences import Preferences
from tui.screens.new_run import NewRunScreen
from tui.screens.palette import MOVING, all_commands

if TYPE_CHECKING:
    from tests.app.conftest import User
    from tui.screens.palette import Command


def commands(user: User) -> dict[str, Command]:
    return {command.name: command for command in all_commands(user.app, user.app.screen)}


async def test_every_command_is_there_in_any_pane_once() -> None:
    make_run("fox", "finished")
    wanted = {
        binding.description.casefold()
        for group, bindings in HELP_GROUPS
        for binding in bindings
        if group not in ("Lists", "Questions")
        and binding.id not in FOCUS_ONLY
        and not set(binding.key.split(",")) & MOVING
    }
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        for place in "1234":
            await user.press(place)
            found = all_commands(user.app, user.app.screen)
            assert len({command.title for command in found}) == len(found)
            assert {command.name.casefold() for command in found} >= wanted
            assert {"Theme", "Screenshot", "Study: temperature"} <= {command.name for command in found}


async def test_a_command_that_cannot_act_says_why() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        assert commands(user)["Rename"].obstacle == ""
        await user.press("ctrl+p")
        await user.write("pause")
        await user.sees("Not now: fox is not training; r resumes it.")
        await user.press("enter")
        await user.until(lambda: user.app.screen is user.app.lab_screen)
        await user.sees(" fox is not training; r resumes it.")


async def test_on_another_screen_it_says_where_the_commands_of_the_lab_work() -> None:
    async with open_lab() as user:
        await user.press("n")
        await user.until(lambda: isinstance(user.app.screen, NewRunScreen))
        found = commands(user)
        assert found["Copy command"].obstacle == ""
        assert found["Pause"].obstacle == "It works in the lab; esc closes this screen."
        assert "5" in found["Add tokenizer"].obstacle
        await user.press("ctrl+p")
        await user.write("pause")
        await user.sees("Not now: It works in the lab")
        await user.press("enter")
        await user.until(lambda: isinstance(user.app.screen, NewRunScreen))
        await user.sees("It works in the lab; esc closes this screen.")


async def test_words_of_a_description_find_a_command() -> None:
    async with open_lab() as user:
        await user.press("ctrl+p")
        await user.write("glob pattern")
        await user.sees("Add file (a)")


async def test_keys_of_config_toml_are_the_ones_shown() -> None:
    async with open_lab(
        (120, 60), preferences=Preferences(keys={"runs.stop": "X", "lab.new-run": "f3"})
    ) as user:
        assert {"Stop (X)", "New run (f3)"} <= {
            command.title for command in all_commands(user.app, user.app.screen)
        }
