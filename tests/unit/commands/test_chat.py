from __future__ import annotations

import io

import pytest

from engine.commands import chat
from engine.models.gpt.family import GPTConfig
from tests.unit.inference.small_runs import make_run
from tests.unit.interchange.gpt_runs import make_gpt


@pytest.fixture
def talk(lilm, monkeypatch):
    make_run()

    def say(*lines, options=("--greedy", "--tokens", "3")):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        outcome = lilm("chat", "friends", *options)
        assert outcome.code == 0
        *introduction, last = outcome.out.partition("lists the commands.\n")
        assert "friends at step 1: n-gram model" in introduction[0]
        assert "completes text" in introduction[0]
        return last.splitlines(), outcome.error

    return say


def test_every_line_is_a_beginning_that_is_completed(talk):
    assert talk("hello", "and")[0] == ["hello bob because alice", "and hello bob because"]


def test_enter_alone_goes_on_with_the_last_text(talk):
    assert talk("hello", "", "", "/reset", "and")[0] == [
        "hello bob because alice",
        " and hello bob",
        " because alice and",
        "forgotten",
        "and hello bob because",
    ]


def test_commands_change_what_follows(talk):
    lines, error = talk(
        "/temperature 0", "/tokens 1", "hello", "/quit", "and", options=("--temperature", "5")
    )
    assert (lines, error) == (["hello bob"], "")


def test_one_message_is_answered_without_a_conversation(lilm):
    make_run()
    outcome = lilm("chat", "friends", "hello", "--greedy", "-n", "3")
    assert (outcome.code, outcome.out, outcome.error) == (0, "hello bob because alice\n", "")


@pytest.mark.parametrize("line", ["/temperature", "/temperature -1", "/tokens 0", "/tokens x", "/dance"])
def test_a_wrong_command_is_told_and_the_talk_goes_on(talk, line):
    lines, error = talk(line, "hello")
    assert lines == ["hello bob because alice"]
    assert error.startswith("lilm: ")
    assert error.count("\n") == 1


def test_a_seed_makes_a_whole_talk_repeatable(talk):
    options = ("--temperature", "2", "--tokens", "30", "--seed", "3")
    assert talk("hello", "hello", options=options) == talk("hello", "hello", options=options)
    first, second = talk("hello", "hello", options=options)[0]
    assert first != second


def test_a_notice_is_given_once(talk):
    _, error = talk("and hello", "because alice and", "zebra")
    assert error.count("only its last token") == 1
    assert "no token can follow" in error


def test_ctrl_c_ends_the_answer_and_not_the_talk(talk, monkeypatch):
    write = chat.TextPrinter.write

    def interrupted(printer, text):
        if "because" in text:
            monkeypatch.setattr(chat.TextPrinter, "write", write)
            raise KeyboardInterrupt
        write(printer, text)

    monkeypatch.setattr(chat.TextPrinter, "write", interrupted)
    assert talk("hello", "and")[0] == ["hello bob", "and hello bob because"]


@pytest.mark.parametrize("command", [("sample", "--prompt", "the"), ("chat", "the")])
def test_what_the_first_answer_waits_for_is_said(lilm, monkeypatch, command):
    make_gpt("tiny", GPTConfig(layers=1, width=16, heads=2, context_length=16))
    monkeypatch.setattr("engine.models.gpt.model.GPT.begin_decoding", lambda self: "compiling")
    outcome = lilm(command[0], "tiny", *command[1:], "-n", "2")
    assert outcome.code == 0
    assert "lilm: compiling\n" in outcome.error
