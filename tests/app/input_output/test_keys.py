"""The keys: each has an id, the help screen shows them all, and none is used that terminals keep to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.keys.catalog import HELP_GROUPS
from tui.panes.pane import Pane
from tui.screens.palette import all_commands
from tui.widgets.chart.chart import LossChart

if TYPE_CHECKING:
    from textual.binding import Binding

LOST = {"ctrl+b", "ctrl+a", "ctrl+enter", "shift+enter", "ctrl+c"}


def all_bindings() -> list[Binding]:
    return [binding for _, bindings in HELP_GROUPS for binding in bindings]


def test_every_binding_has_an_id_of_its_own_and_says_what_it_does() -> None:
    ids = [binding.id for binding in all_bindings()]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert all(binding.tooltip for binding in all_bindings())


def test_no_binding_needs_a_key_that_terminals_keep() -> None:
    keys = {key for binding in all_bindings() for key in binding.key.split(",")}
    assert not keys & LOST


def test_a_letter_has_one_meaning_in_the_whole_app() -> None:
    meanings: dict[str, set[str]] = {}
    for title, bindings in HELP_GROUPS:
        # In a question over the lab, y and n are the answers.
        if title != "Questions":
            for binding in bindings:
                for key in binding.key.split(","):
                    if len(key) == 1:
                        meanings.setdefault(key, set()).add(binding.action)
    assert all(len(actions) == 1 for actions in meanings.values()), meanings


def test_pausing_and_stopping_take_a_capital_letter() -> None:
    keys = {binding.action: binding.key for binding in all_bindings()}
    assert keys["screen.pause_run"].isupper()
    assert keys["screen.stop_run"].isupper()


async def test_help_shows_whatever_works_in_any_pane() -> None:
    make_run("fox", "finished")
    known = {binding.id for binding in all_bindings()}
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        for pane in user.app.screen.query(Pane):
            pane.enter()
            await user.pilot.pause()
            in_force = {active.binding.id for active in user.app.screen.active_bindings.values()} - {None}
            assert in_force <= known
            assert len(in_force) > 8


async def test_help_opens_from_anywhere_and_closes() -> None:
    async with open_lab((120, 60)) as user:
        await user.press("question_mark")
        await user.sees("Everywhere")
        await user.sees("Resume from the last checkpoint")
        await user.press("escape", "4", "f1")
        await user.sees("Everywhere")
        await user.press("escape")
        await user.sees("1 Texts")


async def test_the_command_palette_knows_what_the_keys_do() -> None:
    async with open_lab() as user:
        await user.press("ctrl+p")
        await user.write("new run")
        await user.sees("Choose text, model and budget")


async def test_the_palette_has_the_commands_of_all_panes_with_their_keys_once() -> None:
    async with open_lab() as user:
        await user.press("3")
        commands = [command.title for command in all_commands(user.app, user.app.screen)]
        assert len(set(commands)) == len(commands)
        for expected in (
            "Pause (P)",
            "Stop (S)",
            "Rate (L)",
            "Metric (m)",
            "Add file (a)",
            "Probabilities (p)",
            "Quit (^q)",
        ):
            assert expected in commands
        await user.press("ctrl+p")
        await user.write("log scale")
        await user.press("enter")
        await user.until(lambda: not user.app.screen.is_modal)
        assert user.app.screen.query_one(LossChart).view.log


async def test_the_key_line_shows_what_applies_and_always_how_to_leave() -> None:
    make_run("fox", "finished")
    make_run("hen", "stopped")
    make_run("owl", "training")
    async with open_lab() as user:
        await user.press("2")
        for name, shown, hidden in (
            ("fox", ("d delete", "e rename"), ("P pause", "r resume", "L rate")),
            ("hen", ("r resume", "d delete"), ("P pause", "S stop", "L rate")),
            ("owl", ("P pause", "S stop", "L rate"), ("r resume", "d delete")),
        ):
            user.app.lab_screen.select(name)
            await user.until(lambda name=name: user.app.lab_screen.selected.name == name)
            await user.sees(shown[0])
            line = user.app.screen.query_one("#keys").text
            assert all(key in line for key in (*shown, "^q quit", "^p commands")), line
            assert not any(key in line for key in hidden), line


async def test_escape_goes_out_one_layer_at_a_time() -> None:
    make_run("fox", "finished")
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "finished")
        screen = user.app.lab_screen
        await user.press("2", "enter")
        assert screen.query_one("#prompt").has_focus
        await user.press("escape")
        assert not screen.query_one("#prompt").has_focus
        assert screen.query_one("#talk").has_focus_within
        await user.press("3", "z")
        assert screen.shown == ("chart",)
        assert not screen.query_one("#runs").is_on_screen
        await user.press("escape")
        assert len(screen.shown) > 1
        await user.press("escape")
        assert screen.query_one("#chart").has_focus_within, "escape stays in its pane"


async def test_digits_go_to_panes_and_tab_goes_round() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        for digit, pane in (("3", "#chart"), ("2", "#runs"), ("1", "#corpora")):
            await user.press(digit)
            assert user.app.screen.query_one(pane).has_focus_within
        seen = set()
        for _ in range(8):
            await user.press("tab")
            seen |= {pane.id for pane in user.app.screen.query(Pane) if pane.has_focus_within}
        assert seen == {"corpora", "runs", "chart", "talk"}
