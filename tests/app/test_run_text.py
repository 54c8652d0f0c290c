"""What is said about runs, in words."""

from __future__ import annotations

from typing import get_args

import pytest

from engine.runs.records import State
from engine.sanitise import cell_width
from tests.app.frozen_runs import make_run
from tui.run_text import STATE_SIGNS, expectation, progress_word, status_line
from tui.run_watcher import RunWatcher, WatchedRun


def watched(name: str, state: State, **more: object) -> WatchedRun:
    make_run(name, state, **more)  # type: ignore[arg-type]
    watcher = RunWatcher(lambda: None)
    watcher.look()
    return watcher.runs[name]


def test_every_state_has_a_sign_of_one_cell_and_one_in_ascii() -> None:
    assert set(STATE_SIGNS) == set(get_args(State))
    for sign, plain, _ in STATE_SIGNS.values():
        assert cell_width(sign) == 1
        assert plain.isascii()


@pytest.mark.parametrize("width", [1, 20, 40, 60, 80, 120])
def test_the_status_line_fits_and_begins_with_what_matters_most(width: int) -> None:
    line = status_line(watched("fox", "training"), width)
    texts = [piece.text.strip() for piece in line.left]
    whole = [
        "fox",
        "● training",
        "step 120",
        "60%",
        "40s left",
        "loss 1.89",
        "8.19k tok/s",
        "cpu",
        "984k parameters",
    ]
    assert texts == whole[: len(texts)]
    assert len(texts) == 1 or sum(cell_width(piece.text) for piece in line.left) <= width


def test_progress_is_a_word_and_a_share() -> None:
    assert progress_word(watched("a", "paused")) == "paused 60%"
    assert progress_word(watched("b", "finished")) == "finished"


def test_what_to_expect_names_size_and_text() -> None:
    said = " ".join(expectation(watched("a", "finished")))
    assert "984k parameters, 3.94 MB of numbers" in said
    assert "stories" in said
    table = {"model": {"family": "ngram", "order": 3}, "tokenizer": "word"}
    assert "sequences of up to 3" in " ".join(expectation(watched("b", "finished", settings=table)))
