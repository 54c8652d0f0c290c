"""A user talks to a model: text streams in, tokens are looked at, the sampler dies and comes back."""

from __future__ import annotations

import os
import signal

import pytest

from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tui.lab import talker
from tui.lab.conversation import read_turns
from tui.widgets.distribution import Distribution
from tui.widgets.slider import Slider
from tui.widgets.transcript.transcript import Transcript

ANSWER = "there was a little fox."


async def ask(user: User, prompt: str) -> None:
    await user.press("4")
    await user.write(prompt)
    await user.press("enter")


async def test_text_comes_from_the_newest_checkpoint() -> None:
    make_run("fox", "finished", step=130)
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.sees("Expect text like stories, not answers")
        await user.sees("fox, step 120")
        await ask(user, "once")
        await user.sees("you   once")
        await user.sees(ANSWER)
        await user.sees("1,234 tok/s")


@pytest.mark.fault("wrong silently")
async def test_a_damaged_checkpoint_is_told_once_and_the_one_before_talks() -> None:
    run = make_run("fox", "finished", step=130)
    (run.checkpoints_folder / "step-00000120" / "model.safetensors").write_bytes(b"flipped")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        turns = user.app.lab.talker.turns(user.run("fox"))

        def said(text: str) -> int:
            return sum(text in turn.text for turn in turns)

        for number in (1, 2):
            await ask(user, "once")
            await user.until(lambda number=number: said(ANSWER) == number)
        assert said("the checkpoint of fox at step 120 is damaged") == 1


async def test_before_the_first_checkpoint_it_says_when_to_expect_one() -> None:
    make_run("young", "training", step=10)
    async with open_lab() as user:
        await user.run_is("young", "training")
        await user.sees("You can talk to it in about 5.0s")
        await ask(user, "hello")
        await user.until(lambda: "checkpoint" in user.app.screen.query_one(Transcript).turn_text(-1))
        assert user.app.lab.sampler.pid is None, "there is nothing to ask the sampler"


async def test_the_sampler_dies_and_the_next_prompt_starts_it_again() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "please die")
        await user.sees("The sampler exited: it was")
        await ask(user, "again")
        await user.sees(ANSWER)


async def test_a_sampler_killed_between_prompts_is_not_missed() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "one")
        await user.sees(ANSWER)
        first = user.app.lab.sampler.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await user.sees("sampler exited")
        await ask(user, "two")
        await user.until(lambda: user.screen_text().count(ANSWER) == 2)
        assert user.app.lab.sampler.pid != first


async def test_escape_stops_an_answer_and_keeps_what_was_written() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "endless")
        await user.sees("little fox")
        await user.press("escape")
        await user.until(lambda: not user.app.lab.talker.is_busy)
        transcript = user.app.screen.query_one(Transcript)
        assert transcript.turn_text(-1) == "cancelled"
        assert "little fox" in transcript.turn_text(-2)


@pytest.mark.fault("memory")
async def test_of_old_answers_only_the_text_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talker, "MOST_INSPECTED", 2)
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        turns = user.app.lab.talker.turns(user.run("fox"))
        transcript = user.app.screen.query_one(Transcript)
        for number in range(4):
            await ask(user, "once")
            await user.until(lambda: not user.app.lab.talker.is_busy and turns and turns[-1].role == "model")
            assert transcript.turn_text(-1) == " " + ANSWER
            if number == 0:
                await user.press("escape", "left")
                assert transcript.selected == (1, 5)
        assert [bool(turn.tokens) for turn in turns if turn.role == "model"] == [False, True, True, True]
        assert [len(transcript.tokens(index)) for index in (1, 3, 5, 7)] == [0, 6, 6, 6]
        assert transcript.selected is None
        assert not user.app.screen.query_one(Distribution).display


async def test_answers_with_lines_of_megabytes_arrive() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "wide")
        await user.sees(ANSWER)


async def test_what_a_model_says_drives_no_terminal_and_is_no_markup() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "evil")
        await user.until(lambda: not user.app.lab.talker.is_busy)
        text = user.screen_text()
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "␛]0;owned␇" in text
        assert "[red]red[/red]" in text


async def test_a_token_shows_what_else_could_have_come_at_any_temperature() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "once")
        await user.sees(ANSWER)
        await user.press("escape", "left", "left")
        await user.sees("␣dog")
        await user.sees("60%")
        slider = user.app.screen.query_one(Slider)
        slider.focus()
        await user.press("end")
        assert slider.value == 2.0
        assert user.app.screen.query_one(Distribution).temperature == 2.0
        await user.press("escape")
        assert not user.app.screen.query_one(Distribution).display, "escape closes it first"


async def test_each_run_has_its_own_conversation_and_keeps_it() -> None:
    make_run("cat", "finished")
    fox = make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("cat", "finished")
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await ask(user, "fox talk")
        await user.sees(ANSWER)
        user.app.lab_screen.select("cat")
        await user.until(lambda: "fox talk" not in user.screen_text())
        user.app.lab_screen.select("fox")
        await user.sees("fox talk")
        await user.until(lambda: len(read_turns(fox)) == 2, "it is on the disk")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await user.sees("fox talk")
        await user.sees(ANSWER)
        await user.press("4", "up")
        assert user.app.screen.query_one("#prompt").value == "fox talk"
