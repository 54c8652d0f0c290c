"""`lilm fill`, and the commands that refuse a model of masked tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine.models.gpt.family import GPTConfig
from tests.unit.inference.small_runs import make_run
from tests.unit.interchange.gpt_runs import make_gpt

if TYPE_CHECKING:
    from pathlib import Path

MASKED = GPTConfig(layers=2, width=32, heads=4, context_length=32, causal=False)


def test_masks_are_filled_in_with_their_alternatives(lilm) -> None:
    make_gpt("cloze", MASKED)
    found = json.loads(lilm("fill", "cloze", "the [mask] sat on [mask]", "--json", "--top", "3").out)
    assert found["prompt"] == "the [mask] sat on [mask]"
    assert (found["run"], found["step"]) == ("cloze", 1)
    first, second = found["masks"]
    assert found["text"] == f"the{first['text']} sat on{second['text']}"
    assert [other["prob"] for other in first["alternatives"]] == sorted(
        (other["prob"] for other in first["alternatives"]), reverse=True
    )
    assert first["alternatives"][0] == {key: first[key] for key in ("id", "text", "prob")}
    lines = lilm("fill", "cloze", "the [mask] sat on [mask]", "--top", "3").out.splitlines()
    assert lines[0] == found["text"]
    assert len(lines) == 2 + 1 + 2 * 3
    assert lines[3].split()[:2] == ["[mask]", "1"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("fill", "cloze", "no masks"), "write [mask] in place of each token"),
        (("fill", "cloze", "[mask]" * 32), "shorten it"),
        (("fill", "friends", "hello [mask]"), "--set training.objective=masked"),
        (("sample", "cloze"), "use lilm fill"),
        (("sample", "cloze", "--samples", "2"), "use lilm fill"),
        (("chat", "cloze", "hello"), "use lilm fill"),
        (("study", "temperature", "cloze"), "use lilm fill"),
        (("runs", "export", "cloze", "cloze.gguf"), "name a folder"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(lilm, arguments, error) -> None:
    make_gpt("cloze", MASKED)
    make_run("friends")
    outcome = lilm(*arguments)
    assert outcome.code == 2
    assert error in outcome.error
    assert outcome.error.count("\n") == 1


def test_eval_marks_the_pseudo_likelihood(lilm, tmp_path: Path) -> None:
    make_gpt("cloze", MASKED)
    (tmp_path / "text.txt").write_text("the cat sat")
    found = json.loads(lilm("eval", "cloze", str(tmp_path / "text.txt"), "--json").out)
    assert found["pseudo_likelihood"] is True
    assert found["tokens"] < found["bytes"] == 11  # the end of the document is given
    shown = lilm("eval", "cloze", str(tmp_path / "text.txt")).out
    assert "by pseudo-likelihood, each token given both sides: not comparable" in shown
    make_run("friends")
    assert (
        json.loads(lilm("eval", "friends", str(tmp_path / "text.txt"), "--json").out)["pseudo_likelihood"]
        is False
    )
