"""`lilm runs list`: what there is, in which order, and the figures that stand apart."""

from __future__ import annotations

import json
import re

from tests.unit.inference.small_runs import make_run


def test_a_list_tells_what_there_is(lilm):
    assert "no runs yet" in lilm("runs").out
    make_run("first", steps=(1200,))
    make_run("second", steps=(1,))
    lines = lilm("runs", "list").out.splitlines()
    assert lines[0].split() == [
        "name",
        "state",
        "model",
        "corpus",
        "step",
        "val",
        "loss",
        "bits/byte",
        "age",
        "size",
    ]
    assert lines[2 if lines[1].startswith("second") else 1].split()[:7] == [
        "first", "finished", "ngram", "friends.txt", "1,200", "1.500", "2.250"
    ]  # fmt: skip
    described = [json.loads(line) for line in lilm("runs", "--json", "list").out.splitlines()]
    assert {run["name"] for run in described} == {"first", "second"}
    assert all(run["size_bytes"] > 0 for run in described)


def test_infinite_loss_and_figures_that_stand_apart_are_said(lilm):
    make_run("plain")
    make_run("raw", val_loss=None, val_bpb=None, impossible=12)
    make_run("words", lossless=False)
    make_run("masked", pseudo_likelihood=True)
    make_run("masked-words", lossless=False, pseudo_likelihood=True)
    make_run("old-words", lossless=None)
    make_run("old-characters", tokenizer="char", lossless=None)
    make_run("old-bytes", tokenizer="byte", lossless=None)
    lines = lilm("runs").out.splitlines()
    found = {line.split()[0]: re.split("  +", line)[5:7] for line in lines[1:9]}
    assert found == {
        "plain": ["1.500", "2.250"],
        "raw": ["inf, 12 tokens impossible", "inf"],
        "words": ["1.500", "2.250~"],
        "masked": ["1.500", "2.250^"],
        "masked-words": ["1.500", "2.250~^"],
        "old-words": ["1.500", "2.250~"],
        "old-characters": ["1.500", "2.250?"],
        "old-bytes": ["1.500", "2.250"],
    }
    assert [line[0] for line in lines[9:]] == ["~", "?", "^"]
    described = {run["name"]: run for run in map(json.loads, lilm("runs", "--json").out.splitlines())}
    assert {name: run["lossless"] for name, run in described.items()} == {
        "plain": True, "raw": True, "words": False, "old-words": False, "old-characters": None, "old-bytes": True,
        "masked": True, "masked-words": False,
    }  # fmt: skip
    assert {name for name, run in described.items() if run["pseudo_likelihood"]} == {"masked", "masked-words"}
    assert (described["raw"]["val_bpb"], described["raw"]["impossible"]) == (None, 12)
    shown = lilm("runs", "show", "words").out
    assert "bits per byte 2.250~" in shown
    assert "~ its tokenizer cannot restore the text" in shown
    assert "val loss inf     bits per byte inf  12 tokens impossible" in lilm("runs", "show", "raw").out


def test_runs_are_filtered_and_sorted(lilm):
    for name, loss in (("good", 1.0), ("bad", 3.0), ("middle", 2.0)):
        make_run(name, val_bpb=loss)
    lilm("runs", "tag", "keep,v2", "good", "middle")
    assert lilm("runs", "note", "good").out == "#keep #v2\n"
    listed = lilm("runs", "--filter", "#keep", "--sort", "bits-per-byte").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["good", "middle", "good:", "middle:"]
    lilm("runs", "tag", "--remove", "keep", "good")
    lilm("runs", "note", "middle", "as in the paper #keep")
    (one,) = map(json.loads, lilm("runs", "list", "--filter", "-bad #keep", "--json").out.splitlines())
    assert (one["name"], one["note"], one["tags"]) == ("middle", "as in the paper #keep", ["keep"])
    assert "as in the paper" in lilm("runs", "show", "middle").out
    assert "none of 3 runs matches gpt" in lilm("runs", "--filter", "gpt").out
    assert "cannot be a tag" in lilm("runs", "tag", "a b", "good").error


def test_a_damaged_run_is_listed_all_the_same(lilm):
    make_run().settings_path.write_text("model = [")
    assert "friends" in lilm("runs").out
