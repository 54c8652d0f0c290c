"""A user talks to a model: text streams in, tokens are looked at, the sampler dies and comes back."""

from __future__ import annotations

import os
import shutil
import signal

import msgspec
import pytest

from engine.inference.sampling_defaults import GENERATION_CONFIG
from engine.runs.checkpoints import checkpoint_folder
from engine.runs.journals.records import Evaluated, Stopped
from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import evaluate_and_save, make_run
from tui.lab import talker
from tui.lab.conversation import Turn
from tui.lab.saved_talk import read_turns, save
from tui.panes.runs_pane import RunsPane
from tui.widgets.distribution import Distribution
from tui.widgets.prompt import Prompt
from tui.widgets.sampling_slider import SamplingSlider
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
        await user.press("4", "escape")
        await user.sees("Expect text like stories, not answers")
        await user.sees("fox, step 120")
        await ask(user, "once")
        await user.sees("you   once")
        await user.sees(ANSWER)
        await user.sees("1,234 tok/s")


async def test_the_title_names_the_best_checkpoint_where_the_loss_has_risen_since() -> None:
    run = make_run("fox", "stopped")
    for step, loss in ((140, 1.0), (160, 9.0)):
        shutil.copytree(checkpoint_folder(run, 120), checkpoint_folder(run, step))
        scores = {"val_loss": loss, "val_bpb": loss, "best": step == 140}
        run.record_event(Evaluated(time=0.0, step=step, tokens=1, seconds=1.0, whole=True, **scores))
    run.record_event(Stopped(time=0.0, run="fox", step=160))
    async with open_lab((120, 40)) as user:
        await user.run_is("fox", "stopped")
        await user.sees("fox, step 140 (best) of 160")


async def test_what_the_first_answer_waits_for_is_said() -> None:
    make_run("compiled", "training")
    async with open_lab() as user:
        await user.run_is("compiled", "training")
        await user.press("4")
        await user.write("once")
        await user.press("enter")
        await user.sees("compiling the decoding step, once on")
        await user.press("escape")
        await user.sees("cancelled")


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


async def test_a_prompt_before_the_first_checkpoint_waits_for_it() -> None:
    run = make_run("young", "training", step=10)
    async with open_lab() as user:
        await user.run_is("young", "training")
        await user.press("4", "escape")
        await user.sees("You can talk to it in about 5.0s")
        await ask(user, "hello")
        await user.sees("queued; esc undoes")
        assert user.app.lab.sampler.pid is None, "there is nothing to ask the sampler"
        await user.press("escape")
        await user.until(lambda: "queued; esc" not in user.screen_text())
        assert user.app.screen.query_one(Prompt).text == "hello"
        await user.press("enter")
        await user.sees("queued; esc undoes")
        evaluate_and_save(run, 10)
        await user.sees(ANSWER)
        assert [turn.text for turn in read_turns(run) if turn.role == "you"] == ["hello"]


async def test_enter_on_an_empty_prompt_continues_the_last_text() -> None:
    run = make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "enter")
        await user.sees("no text to continue yet")
        await user.write("once")
        await user.press("enter")
        await user.sees(ANSWER)
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("enter")
        await user.until(lambda: [turn.role for turn in read_turns(run)] == ["you", "model", "model"])


async def test_a_chat_model_is_told_as_one() -> None:
    make_run("talker", "finished", settings={"training": {"objective": "chat"}})
    async with open_lab(size=(120, 40)) as user:
        await user.run_is("talker", "finished")
        await user.sees("It answers what you write")
        await user.sees("Write to the model; Enter sends it")
        await user.press("4", "enter")
        await user.sees("A chat model answers; write something to it.")


async def test_other_checkpoints_are_chosen_with_brackets() -> None:
    run = make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "once")
        await user.sees(ANSWER)
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("escape", "[")
        await user.sees("step 80 of 120")
        await ask(user, "twice")
        await user.until(lambda: [turn.step for turn in read_turns(run) if turn.role == "model"] == [120, 80])
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("escape", "[", "[", "]", "]", "]")
        await user.sees("fox, step 120")


async def test_a_talk_is_copied_and_saved_as_markdown(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "escape", "y")
        await user.sees("no answer to copy yet")
        await ask(user, "once")
        await user.sees(ANSWER)
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.press("escape", "y")
        assert user.app.clipboard.strip() == ANSWER
        await user.press("Y")
        assert user.app.clipboard.startswith("once")
        await user.press("w")
        page = tmp_path / "talk-fox.md"
        await user.until(page.exists)
        assert page.read_text().startswith("# A talk with fox\n\n**You**\n\n```text\nonce\n```")
        assert f"**Model (step 120, temperature 0.8)**\n\n```text\n{ANSWER}\n```" in page.read_text()


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
        turns = user.app.lab.talker.turns(user.run("fox"))
        assert turns[-1].text == "cancelled"
        assert "little fox" in turns[-2].text


@pytest.mark.fault("unclear")
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
            assert turns[-1].text == " " + ANSWER
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
        slider = user.app.screen.query_one(SamplingSlider)
        slider.focus()
        await user.press("end")
        assert slider.temperature == 2.0
        assert user.app.screen.query_one(Distribution).temperature == 2.0
        await user.press("escape")
        assert not user.app.screen.query_one(Distribution).display, "escape closes it first"


async def test_what_is_selected_with_the_mouse_or_found_is_painted() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await ask(user, "once")
        await user.sees(ANSWER)
        transcript = user.app.screen.query_one(Transcript)

        def painted() -> list[str]:
            """Return the parts of the answer whose background is not that of its first cell."""
            row = list(transcript.render_line(2))
            return [part.text for part in row if part.style.bgcolor != row[0].style.bgcolor]

        assert painted() == []
        await user.pilot.mouse_down(transcript, offset=(7, 2))
        await user.pilot.hover(transcript, offset=(15, 2))
        await user.pilot.mouse_up(transcript, offset=(15, 2))
        await user.until(lambda: painted() == ["there was"])
        user.app.screen.clear_selection()
        transcript.find("little")
        assert painted() == ["little"]


async def test_it_is_told_when_no_tokens_are_kept() -> None:
    run = make_run("fox", "finished")
    for turn in (Turn("you", "once"), Turn("model", " upon a time")):
        save(run, turn)
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "escape")
        await user.sees("upon a time")
        await user.press("left")
        await user.sees("The tokens of these answers are not kept")


async def test_words_are_found_from_the_end_on() -> None:
    make_run("fox", "finished")
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        await user.press("4", "escape", "slash")
        await user.sees("There is no conversation yet.")
        for prompt in ("Once", "twice"):
            await ask(user, prompt)
            await user.sees(f"you   {prompt}")
            await user.until(lambda: not user.app.lab.talker.is_busy)
            await user.press("escape")
        transcript = user.app.screen.query_one(Transcript)
        for words, found in (("FOX", (3, 20, 23)), ("", (1, 20, 23)), ("once", (0, 0, 4))):
            await user.press("slash")
            await user.write(words)
            await user.press("enter")
            assert transcript._found == found
        await user.press("slash")
        await user.write("hen")
        await user.press("enter")
        await user.sees("These words are not in the conversation.")


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
        user.app.lab_screen.action_go("talk")
        await user.sees("fox talk")
        await user.sees(ANSWER)
        await user.press("up")
        assert user.app.screen.query_one("#prompt").value == "fox talk"


async def test_a_model_is_sampled_by_its_own_defaults_until_the_user_changes_them() -> None:
    for name, own in (("calm", {"temperature": 0.5, "min_p": 0.1}), ("plain", {})):
        run = make_run(name, "finished")
        (checkpoint_folder(run, 120) / GENERATION_CONFIG).write_bytes(msgspec.json.encode(own))
    async with open_lab() as user:
        for name in ("calm", "plain"):
            await user.run_is(name, "finished")
        slider = user.app.screen.query_one(SamplingSlider)
        runs = user.app.lab_screen.query_one(RunsPane)
        runs.select("calm")
        await user.until(lambda: (slider.temperature, slider.cutoffs.min_p) == (0.5, 0.1))
        slider.focus()
        await user.press("right")
        await user.until(lambda: user.run("calm").sampling == {"temperature": 0.55})
        runs.select("plain")
        await user.until(lambda: (slider.temperature, slider.cutoffs.min_p) == (0.8, None))
        runs.select("calm")
        await user.until(lambda: (slider.temperature, slider.cutoffs.min_p) == (0.55, 0.1))
