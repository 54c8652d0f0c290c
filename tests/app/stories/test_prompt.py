"""Prompts of several lines: pasted, typed, folded, recalled and kept as drafts."""

from __future__ import annotations

import pytest
from textual import events

from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tui.lab.saved_talk import read_draft
from tui.widgets.prompt import Prompt

POEM = "\n".join(f"line {number} of a long poem, with its words" for number in range(70))


async def paste(user: User, text: str) -> None:
    event = events.Paste(text)
    event.set_sender(user.app)
    user.app.post_message(event)
    await user.pilot.pause()
    await user.until(lambda: not user.app._waiting and not user.app._is_delivering)


async def sent(user: User) -> str:
    """Press Enter and return the prompt that the model got."""
    turns = user.app.lab.talker.turns(user.run("fox"))
    count = len(turns)
    await user.press("enter")
    await user.until(lambda: len(turns) > count)
    return turns[count].text


@pytest.mark.fault("lost work")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("once\nupon\r\na time", "once↵upon↵a time"),
        (POEM, "[70 lines, "),
        ("x" * 5000, "[5 kB]"),
        ("[red]a\tb[/red]\n", "[red]a"),
    ],
)
async def test_a_paste_is_sent_whole(text: str, shown: str) -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "a", "space")
        await paste(user, text)
        assert shown in user.app.screen.query_one(Prompt).value
        await user.press("space", "b")
        assert await sent(user) == f"a {text} b".replace("\r\n", "\n")


async def test_two_equal_pastes_are_both_sent_and_one_can_be_removed() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4")
        for _ in range(3):
            await paste(user, POEM)
        await user.press("backspace")
        assert await sent(user) == POEM * 2


async def test_a_new_line_is_typed_recalled_and_kept_as_a_draft() -> None:
    fox = make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "a", "ctrl+j", "b")
        assert await sent(user) == "a\nb"
        await user.press("up")
        assert user.app.screen.query_one(Prompt).text == "a\nb"
        await paste(user, POEM)
    assert read_draft(fox) == f"a\nb{POEM}"
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.until(lambda: user.app.screen.query_one(Prompt).text == f"a\nb{POEM}")


async def test_the_prompt_grows_to_a_third_of_the_pane_and_up_moves_over_its_rows() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4")
        prompt = user.app.screen.query_one(Prompt)
        pane = user.app.screen.query_one("#talk")
        assert prompt.size.height == 1
        await paste(user, "one\ntwo\nthree")
        await user.until(lambda: prompt.size.height == 3)
        await user.sees("one↵ ")
        await user.press("up", "up", "x", "up", "down")
        assert prompt.text == "onex\ntwo\nthree"
        await user.pilot.click(prompt, offset=(1, 1))
        await user.press("y")
        assert prompt.text == "onex\nt" + "y" + "wo\nthree"
        for _ in range(9):
            await user.press("end", "ctrl+j", "z")
        await user.until(lambda: prompt.size.height == pane.size.height // 3)
        await user.sees("z")
        assert await sent(user) == "onex\ntywo\nthree" + "\nz" * 9
        await user.until(lambda: prompt.size.height == 1)
