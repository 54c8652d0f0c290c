from __future__ import annotations

import json
import os
import sys

import pytest

from engine.runs.journals.records import Evaluated
from tests.unit.inference.small_runs import make_run


def test_the_prompt_and_what_follows_it_are_printed(lilm):
    make_run()
    outcome = lilm("sample", "friends", "--prompt", "hello", "--tokens", "7", "--greedy")
    assert outcome.out == "hello bob because alice and hello bob because\n"
    assert (outcome.code, outcome.error) == (0, "")


def test_json_has_the_text_and_every_tokens_probability_and_alternatives(lilm):
    make_run()
    outcome = lilm(
        "sample",
        "friends",
        "--prompt",
        "hello",
        "--tokens",
        "1",
        "--temperature",
        "0.5",
        "--seed",
        "1",
        "--json",
    )
    made = json.loads(outcome.out)
    assert made["prompt"] + made["completion"] == made["text"]
    assert made["text"] in ("hello bob", "hello carol")
    assert made["tokens_per_second"] > 0
    (token,) = made["tokens"]
    assert token["text"] == made["completion"]
    probabilities = {other["text"]: other["prob"] for other in token["alternatives"]}
    assert probabilities == pytest.approx({" bob": 4 / 5, " carol": 1 / 5})  # 2 and 1, squared
    assert token["prob"] == probabilities[token["text"]]
    assert token["id"] in {other["id"] for other in token["alternatives"]}


def test_several_samples_differ_and_each_can_be_had_again(lilm):
    make_run()
    options = ("sample", "friends", "--prompt", "hello", "--tokens", "40", "--temperature", "2")
    lines = lilm(*options, "--samples", "3", "--seed", "5", "--json").out.splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert len(set(texts)) == 3
    assert lilm(*options, "--seed", "6").out == texts[1] + "\n"
    assert lilm(*options, "--seed", "6", "--samples", "1", "--json").out.count("\n") == 1


def test_a_stop_string_is_not_printed(lilm):
    make_run()
    out = lilm("sample", "friends", "--prompt", "hello", "--tokens", "40", "--greedy", "--stop", " alice").out
    assert out == "hello bob because\n"


def test_what_people_should_know_goes_to_standard_error(lilm):
    make_run()
    outcome = lilm("sample", "friends", "--prompt", "and hello", "--tokens", "1", "--greedy")
    assert outcome.out == "and hello bob\n"
    assert "only its last token was used" in outcome.error
    outcome = lilm("sample", "friends", "--prompt", "zebra", "--tokens", "1")
    assert outcome.out == "zebra\n"
    assert "no token can follow" in outcome.error


SHORT = ("-n", "2", "-t", "0")


@pytest.fixture
def piped(monkeypatch):
    """Makes a pipe with a content the standard input."""

    def give(content):
        reading, writing = os.pipe()
        os.write(writing, content)
        os.close(writing)
        monkeypatch.setattr("sys.stdin", os.fdopen(reading))

    yield give
    sys.stdin.close()


@pytest.mark.parametrize("options", [(), ("--prompt", "-")])
def test_a_prompt_comes_from_a_pipe(lilm, piped, options):
    make_run()
    piped(b"because alice\n")
    assert lilm("sample", "friends", *SHORT, *options).out == "because alice and hello\n"


def test_a_pipe_is_not_read_when_a_prompt_is_given(lilm, piped):
    make_run()
    piped(b"because alice\n")
    assert lilm("sample", "friends", *SHORT, "--prompt", "hello").out == "hello bob because\n"
    assert sys.stdin.read() == "because alice\n"


def test_a_prompt_comes_from_a_file_and_the_text_goes_into_one(lilm, tmp_path):
    make_run()
    (tmp_path / "prompt.txt").write_bytes(b"hello bob\r\n")
    files = ("--prompt-file", str(tmp_path / "prompt.txt"), "-o", str(tmp_path / "text.txt"))
    outcome = lilm("sample", "friends", *SHORT, *files)
    assert (outcome.code, outcome.out) == (0, "")
    assert (tmp_path / "text.txt").read_text() == "hello bob because alice\n"
    assert lilm("sample", "friends", *SHORT, *files, "--json").code == 0
    assert json.loads((tmp_path / "text.txt").read_text())["completion"] == " because alice"


def test_a_prompt_that_cannot_be_read_is_misuse(lilm, tmp_path):
    make_run()
    for name in (str(tmp_path / "none.txt"), str(tmp_path), "~nobody-of-that-name/x", "nul\0"):
        outcome = lilm("sample", "friends", "--prompt-file", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert "--prompt-file" in outcome.error
    assert lilm("sample", "friends", "--prompt", "x", "--prompt-file", "y").code == 2


def test_without_a_name_the_newest_run_with_a_checkpoint_is_taken(lilm):
    assert "lilm train" in lilm("sample").error
    for age, (name, steps) in enumerate({"empty": (), "newer": (1,), "older": (1,)}.items()):
        run = make_run(name, steps=steps)
        os.utime(run.settings_path, (1000 - age, 1000 - age))
    outcome = lilm("sample", "--prompt", "hello", *SHORT)
    assert outcome.out == "hello bob because\n"
    assert "newest is newer" in outcome.error


def test_a_folder_is_sampled_where_no_run_has_its_name(lilm, tmp_path, monkeypatch):
    run = make_run()
    monkeypatch.chdir(tmp_path)
    assert lilm("runs", "export", "friends", "exported").code == 0
    for folder in ("exported", str(run.folder)):
        outcome = lilm("sample", folder, "--prompt", "hello", *SHORT)
        assert (outcome.out, outcome.error) == ("hello bob because\n", "")
    assert "leave --step out" in lilm("sample", "exported", "--step", "1").error
    described = json.loads(lilm("sample", "exported", *SHORT, "--json").out)
    assert (described["run"], described["step"]) == ("exported", None)


def test_a_text_that_the_tokens_cannot_finish_is_told(lilm):
    make_run()
    outcome = lilm("sample", "friends", "--regex", " hello zebra")
    assert (outcome.code, outcome.out) == (0, " hello\n")
    assert "no token can follow it" in outcome.error


def test_a_grammar_comes_from_a_file(lilm, tmp_path):
    make_run()
    (tmp_path / "pairs.lark").write_text('start: " hello" " " NAME\nNAME: "bob" | "carol"\n')
    outcome = lilm("sample", "friends", "--grammar", str(tmp_path / "pairs.lark"), "--greedy")
    assert (outcome.code, outcome.out) == (0, " hello bob\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--temperature", "-1"], "--temperature -1.0: expected a number >= 0.0"),
        (["--temperature", "nan"], "--temperature: 'nan'"),
        (["--top-k", "0"], "--top-k: '0'"),
        (["--top-p", "1.5"], "--top-p 1.5"),
        (["--repetition-penalty", "0"], "--repetition-penalty 0"),
        (["--seed", "-3"], "--seed: '-3'"),
        (["--tokens", "-1"], "--tokens"),
        (["--samples", "0"], "--samples"),
        (["--stop", ""], "stop string is empty"),
        (["--regex", "( hello"], "missing ), unterminated subpattern"),
        (["--regex", "(?=a)b"], "leave out look-around"),
        (["--regex", "zebra"], "no token of this model begins such a text"),
        (["--grammar", "absent.lark"], "absent.lark: No such file or directory"),
        (["--step", "7"], "no checkpoint at step 7; there are 1"),
    ],
)
def test_values_out_of_range_are_misuse_that_names_the_option(lilm, options, said):
    make_run()
    outcome = lilm("sample", "friends", *options)
    assert outcome.code == 2
    assert said in outcome.error
    assert outcome.out == ""


def test_the_best_step_is_taken_and_said(lilm):
    run = make_run(steps=(1, 2), step=1)
    worse = {"step": 2, "tokens": 12, "seconds": 1.0, "val_loss": 1.75, "val_bpb": 2.5}
    run.record_event(Evaluated(time=0, **worse))
    options = ("sample", "friends", "--prompt", "hello", "--tokens", "1", "--greedy", "--json")
    outcome = lilm(*options)
    assert json.loads(outcome.out)["step"] == 1
    assert "the held-out loss of friends was lowest at step 1" in outcome.error
    for chosen, step in (("newest", 2), ("best", 1), ("2", 2)):
        outcome = lilm(*options, "--step", chosen)
        assert (json.loads(outcome.out)["step"], outcome.error) == (step, "")
    for nothing in ("worst", "-1", "2.5", "9" * 5000):
        assert lilm(*options, "--step", nothing).code == 2
