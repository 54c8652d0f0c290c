"""Prompts and answers are on the disk as they come, and are read back once."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from engine.runs.folder import remove_run
from engine.runs.journals import journal
from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tests.app.lab_process import LAB
from tests.app.terminal import Terminal
from tests.waiting import until
from tui.lab.conversation import Turn
from tui.lab.saved_talk import LARGEST_FILE, SavedTurn, read_draft, read_turns, save, save_draft

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER = "there was a little fox."


@pytest.mark.fault("lost work")
def test_the_same_prompt_many_times_is_two_lines_each_and_comes_back_once() -> None:
    run = make_run("fox", "finished", step=40)
    for _ in range(400):
        save(run, Turn("you", "once"))
        answer = Turn("model", " there")
        save(run, answer)
        save(run, answer)
    lines = (run.folder / "talk.jsonl").read_bytes().splitlines()
    assert len(lines) == 800
    assert max(map(len, lines)) < 200
    assert [turn.text for turn in read_turns(run)] == ["once", " there"] * 200


@pytest.mark.fault("lost work")
def test_an_answer_in_pieces_is_one_turn_also_beside_those_of_another_app() -> None:
    run = make_run("fox", "finished", step=40)
    ours, theirs = Turn("model", " there"), Turn("model", " here")
    for turn in (ours, theirs):
        save(run, turn)
    ours.text += " was"
    theirs.text += " is"
    for turn in (ours, theirs):
        save(run, turn)
    assert [turn.text for turn in read_turns(run)] == [" there was", " here is"]


def test_talk_of_earlier_versions_is_read() -> None:
    run = make_run("fox", "finished", step=40)
    path = run.folder / "talk.jsonl"
    path.write_bytes(b'{"role":"you","text":"a","step":null,"temperature":0.8}\n' * 2)
    assert [turn.text for turn in read_turns(run)] == ["a", "a"]
    path.write_bytes(b'{"role":"you","text":"\xff"}\n' + b"[" * 100_000 + b'\n{"role":"you","text":"b"}\n')
    assert [turn.text for turn in read_turns(run)] == ["b"]


def test_the_file_is_bounded_and_its_end_is_kept() -> None:
    run = make_run("fox", "finished", step=40)
    for number in range(12):
        journal.append(run.folder / "talk.jsonl", SavedTurn("you", f"{number}" * (1 << 20), id=str(number)))
        save(run, Turn("you", f"after {number}"))
    size = sum(path.stat().st_size for path in run.folder.glob("talk*"))
    assert size < 2 * LARGEST_FILE + (3 << 20)
    assert read_turns(run)[-1].text == "after 11"


@pytest.mark.fault("lost work")
def test_a_draft_is_not_written_for_a_run_that_is_gone() -> None:
    run = make_run("fox", "finished", step=40)
    save_draft(run, "half")
    assert read_draft(run) == "half"
    save_draft(run, "")
    assert read_draft(run) == ""
    remove_run(run)
    save_draft(run, "half")
    assert not run.folder.exists()


@pytest.mark.fault("lost work")
async def test_each_run_keeps_its_half_written_prompt() -> None:
    cat = make_run("cat", "finished", step=40)
    fox = make_run("fox", "finished", step=40)
    async with open_lab() as user:
        await user.run_is("cat", "finished")
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await user.press("4")
        await user.write("half")
        await user.until(lambda: read_draft(fox) == "half")
        user.app.lab_screen.select("cat")
        prompt = user.app.screen.query_one("#prompt")
        await user.until(lambda: prompt.value == "")  # type: ignore[attr-defined]
        user.app.lab_screen.select("fox")
        await user.until(lambda: prompt.value == "half")  # type: ignore[attr-defined]
    assert read_draft(cat) == ""
    async with open_lab() as user:
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        user.app.lab_screen.action_go("talk")
        await user.sees("half")


@pytest.mark.fault("lost work")
async def test_a_prompt_for_a_run_that_another_app_deletes_goes_to_no_other() -> None:
    make_run("cat", "finished", step=40)
    fox = make_run("fox", "finished", step=40)
    async with open_lab() as user:
        await user.run_is("cat", "finished")
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await user.press("4")
        await user.write("dear")
        remove_run(fox)
        await user.until(lambda: "fox" not in user.app.lab.watcher.runs)
        await user.until(lambda: user.app.lab_screen.selected is user.run("cat"))
        await user.press("enter")
        await user.sees("The run fox has been deleted")
        assert not user.app.lab.talker.is_busy
        assert user.app.screen.query_one("#prompt").value == "dear"  # type: ignore[attr-defined]
        await user.press("enter")
        await user.sees(ANSWER)


@pytest.mark.fault("two writers")
async def test_the_resume_key_held_starts_one_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("fox", "stopped", step=40)
    started: list[str] = []

    def start(run: object, **_: object) -> object:
        started.append(str(run))
        time.sleep(0.3)
        raise OSError(30, "Read-only file system", "log.txt")

    monkeypatch.setattr("tui.lab.lab.start_trainer", start)
    async with open_lab() as user:
        await user.run_is("fox", "stopped")
        await user.press("2", *"rrrrrr")
        await user.sees("Read-only file system")
        assert len(started) == 1


@pytest.mark.fault("lost work")
def test_a_killed_app_has_kept_the_prompt_and_what_was_answered(injected: Callable[[int], None]) -> None:
    injected(2)
    run = make_run("fox", "finished", step=40)
    with Terminal(LAB) as terminal:
        terminal.sees(b"fox")
        terminal.send(b"4endless\r")
        terminal.sees(b"little")
        terminal.send(b"half")
        until(lambda: read_draft(run) == "half", terminal.tail)
        until(lambda: [turn for turn in read_turns(run) if ANSWER in turn.text], terminal.tail)
        terminal.signal(signal.SIGKILL)
        terminal.returned()
    prompt, answer = read_turns(run)
    assert prompt.text == "endless"
    assert answer.text.startswith(f" {ANSWER}")
    assert read_draft(run) == "half"
