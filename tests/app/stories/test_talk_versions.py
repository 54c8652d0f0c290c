"""A user tries other answers: from another token, generated again, with other settings of sampling."""

from __future__ import annotations

from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tests.app.stories.test_talk_story import ANSWER, ask
from tui.lab.saved_talk import read_turns
from tui.panes.talk.talk_pane import TalkPane
from tui.widgets.prompt import Prompt
from tui.widgets.sampling_slider import SamplingSlider


async def test_the_text_goes_on_from_another_token() -> None:
    run = make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "once")
        await user.sees(ANSWER)
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("escape", "left", "left")
        await user.sees("rank 1, entropy 1.20 nats")
        await user.press("enter", "down", "enter")
        await user.sees("there was a little dog there was")
        await user.sees("‹2/2›")
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("comma")
        await user.sees("‹1/2›")
        await user.until(lambda: "little dog" not in user.screen_text())
        await user.press("full_stop")
        await user.sees("little dog")
        await user.press("full_stop")
        await user.sees("no other answer on that side")
    texts = [turn.text for turn in read_turns(run)]
    assert texts[1] == " " + ANSWER
    assert texts[2].startswith(" there was a little dog there")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.action_go("talk")
        await user.sees("‹2/2›")
        await user.press("escape", "left")
        await user.sees("entropy 1.20 nats")


async def test_an_answer_is_generated_again_and_a_prompt_is_edited() -> None:
    run = make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "escape", "u")
        await user.sees("no answer to replace yet")
        await user.press("i")
        await user.sees("no prompt to edit yet")
        for prompt in ("once", "twice"):
            await ask(user, prompt)
            await user.sees(f"you   {prompt}")
            await user.until(lambda: not user.app.lab.talker.is_busy)
            await user.press("escape")
        await user.press("u")
        await user.sees("‹2/2›")
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("i")
        await user.sees("edits; esc undoes")
        await user.press("escape")
        assert user.app.screen.query_one(Prompt).text == ""
        await user.press("escape", "i")
        await user.write(" more")
        await user.press("enter")
        await user.sees("‹2/2› twice more")
        await user.until(lambda: not user.app.lab.talker.is_busy)
        shown = [(turn.role, turn.text) for turn in user.app.lab.talker.turns(user.run("fox"))]
        assert [text for role, text in shown if role == "you"] == ["once", "twice more"]
    assert [turn.text for turn in read_turns(run) if turn.role == "you"] == ["once", "twice", "twice more"]


async def test_the_slider_has_all_settings_and_keeps_them_with_the_run() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        slider = user.app.screen.query_one(SamplingSlider)
        slider.focus()
        await user.press("down", "left", "left")
        await user.sees("top-p")
        await user.sees("T 0.80")
        assert slider.values["top-p"] == 0.9
        await user.press("up", "up", "right")
        await user.sees("seed")
        await user.sees("p 0.90")
        settings = user.app.lab_screen.query_one(TalkPane).answer_settings(user.run("fox"))
        assert (settings.sampling.top_p, settings.sampling.seed) == (0.9, 1)
        await user.until(lambda: (user.run("fox").run.folder / "talk-settings.json").exists(), "it is saved")
        await user.pilot.pause(0.1)
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.action_go("talk")
        await user.sees("p 0.90  seed 1")
