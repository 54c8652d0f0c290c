"""Options that are numbers: a silly one is refused in a sentence that names the option."""

from __future__ import annotations

import io

import pytest

from tests.unit.inference.small_runs import make_run

SILLY = [
    "nan",
    "inf",
    "-inf",
    "-1",
    "1e-320",
    "1e999",
    "9" * 5000,
    "0x10",
    "1_000",
    "",
    "²",
    "٣",
    "1" + " " * 9 + "2",
]
OPTIONS = {  # and which of these each takes after all
    ("sample", "friends", "--temperature"): {"1e-320", "٣"},
    ("sample", "friends", "--top-k"): set(),
    ("sample", "friends", "--top-p"): {"1e-320"},
    ("sample", "friends", "--min-p"): {"1e-320"},
    ("sample", "friends", "--repetition-penalty"): {"٣"},
    ("sample", "friends", "--seed"): set(),
    ("sample", "friends", "--tokens"): set(),
    ("sample", "friends", "--samples"): set(),
    ("sample", "friends", "--step"): set(),
    ("chat", "friends", "--tokens"): set(),
    ("study", "temperature", "friends", "--runs"): set(),
    ("study", "temperature", "friends", "--tokens"): set(),
    ("study", "temperature", "friends", "--temperatures"): {"1e-320", "٣"},
    ("corpora", "show", "hello", "--preview"): set(),
    ("tokenize", "char", "text", "--on", "hello", "--sizes"): {""},
    ("train", "hello", "--gpus"): set(),
    ("train", "hello", "--nodes"): set(),
    ("train", "hello", "--seed"): {"0x10", "1_000"},
    ("train", "--resume", "friends", "--scale-rate"): {"1_000"},
    ("train", "--resume", "friends", "--from-step"): set(),
    ("rate", "friends"): {"1_000"},
}


@pytest.mark.fault("unclear")
@pytest.mark.parametrize("command", OPTIONS, ids=lambda command: " ".join(command))
def test_silly_numbers_are_refused(lilm, command, injected):
    make_run()
    silly = [text for text in SILLY if text not in OPTIONS[command]]
    injected(len(silly))
    *rest, last = command
    for text in silly:
        arguments = (*rest, f"{last}={text}") if last.startswith("--") else (*command, "--", text)
        outcome = lilm(*arguments)
        assert (outcome.code, outcome.out) == (2, ""), (text[:20], outcome)
        assert len(outcome.error.splitlines()) == 1, (text[:20], outcome)


@pytest.mark.fault("app ends")
def test_a_chat_refuses_silly_numbers_and_bytes_and_goes_on(lilm, monkeypatch):
    make_run()
    lines = (
        b"/tokens inf\n/tokens 0\n/temperature nan\n/temperature "
        + b"9" * 5000
        + b"\n\xff\xfe\n/tokens 2\nhello\n"
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines), errors="strict"))
    outcome = lilm("chat", "friends", "--greedy")
    assert outcome.code == 0
    assert outcome.error.count("is not a") == 4
    assert "hello bob" in outcome.out


@pytest.mark.fault("hang")
def test_standard_input_without_an_end_is_refused(lilm, monkeypatch):
    make_run()
    monkeypatch.setattr("engine.commands.chat.LONGEST_TYPED", 1000)
    monkeypatch.setattr("engine.commands.common.prompts.LARGEST_INPUT", 1000)
    for command in (("chat", "friends"), ("tokenize", "byte", "-"), ("sample", "friends", "--prompt", "-")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x" * 100_000)))
        outcome = lilm(*command)
        assert (outcome.code, "standard input" in outcome.error) == (2, True)
