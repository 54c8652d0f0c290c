"""A user looks at what surprises a model in a text."""

from __future__ import annotations

from textual import events

from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tui.screens.xray import XrayScreen
from tui.widgets.prompt import Prompt
from tui.widgets.transcript.transcript import Transcript


async def open_xray(user: User) -> XrayScreen:
    await user.press("2", "h")
    await user.until(lambda: isinstance(user.app.screen, XrayScreen))
    return user.app.screen


async def test_a_pasted_text_is_scored_token_by_token() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        screen = await open_xray(user)
        screen.query_one("#xray-prompt").post_message(events.Paste("once upon\na hen"))
        await user.pilot.pause()
        await user.press("enter")
        await user.sees("fox, step 120")
        await user.sees("3 tokens, 1.39 nats a token. Most surprising: ␣hen 2.1 ␣upon↵a 1.4 once 0.7")
        await user.press("left")
        await user.sees("rank 2, entropy 1.20 nats")
        await user.press("escape")
        assert user.app.screen is screen
        await user.press("escape")
        await user.until(lambda: user.app.screen is user.app.lab_screen)


async def test_the_chosen_texts_and_named_ones_are_scored() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("1", "h")
        await user.until(lambda: isinstance(user.app.screen, XrayScreen))
        await user.sees("Most surprising")
        await user.until(lambda: not user.app.lab.inquiries.is_busy)
        transcript = user.app.screen.query_one(Transcript)
        assert len(transcript.tokens(1)) > 5, "each document is scored from its beginning"
        before = len(transcript.tokens(0))
        await user.press("right")
        assert transcript.selected == (0, 0)
        await user.press("enter")
        await user.press("at", "q", "enter")
        await user.sees("Cannot read the text")
        await user.press("escape")
        assert len(transcript.tokens(0)) == before


async def test_a_text_that_is_being_typed_keeps_the_focus() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("1", "h", "o", "n")
        await user.sees("Most surprising")
        await user.until(lambda: not user.app.lab.inquiries.is_busy)
        await user.press("c", "e")
        assert user.app.screen.query_one(Prompt).text == "once"


async def test_without_a_checkpoint_there_is_a_note() -> None:
    make_run("young", "training", step=10)
    async with open_lab() as user:
        await user.run_is("young", "training")
        await user.press("2", "h")
        await user.sees("Select a run that has a checkpoint.")
