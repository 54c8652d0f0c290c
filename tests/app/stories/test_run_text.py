"""Sentences about runs."""

from __future__ import annotations

from typing import get_args

import pytest

from engine.runs.journals.records import Evaluated, NgramEstimate, Preparing, State
from engine.sanitize import cell_width
from tests.app.frozen_runs import make_run
from tui.lab.run_watcher import RunWatcher, WatchedRun
from tui.panes.run_text import (
    STATE_SIGNS,
    before_the_curve,
    bits_per_byte,
    describe_final,
    expectation,
    progress_word,
    score_notes,
    status_line,
)
from tui.panes.talk.introduction import placeholder


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


def test_the_last_evaluation_has_no_time_left() -> None:
    run = watched("a", "training", step=200)
    text = "".join(piece.text for piece in status_line(run, 200).left)
    assert "final evaluation" in text
    assert " left" not in text


def test_what_to_expect_names_size_and_text() -> None:
    said = " ".join(expectation(watched("a", "finished")))
    assert "984k parameters, 3.94 MB in memory" in said
    assert "stories" in said
    table = {"model": {"family": "ngram", "order": 3}, "tokenizer": "word"}
    assert "sequences of up to 3" in " ".join(expectation(watched("b", "finished", settings=table)))
    masked = watched("c", "finished", settings={"model": {"causal": False}})
    assert "It fills in each [mask] of what you write" in " ".join(expectation(masked))
    assert "with [mask] in it" in placeholder(masked)


def test_before_the_curve_comes_how_far_it_is_and_how_large_it_will_be() -> None:
    run = watched("a", "training")
    run.history.state = "preparing"
    run.history.preparing = Preparing(
        time=0.0, stage="tokenizing", done=1, total=4, bytes_per_second=21.3e6, seconds_left=72.0
    )
    run.history.estimate = NgramEstimate(time=0.0, entries=[100, 900], memory_bytes=20_000)
    assert [piece.text for piece in before_the_curve(run)] == [
        "Preparing: tokenizing 25%  21.3 MB/s  1m 12s left.",
        "about 1k n-grams of up to 2 tokens in 20 kB of memory",
    ]


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (True, "held-out loss 0.796 on all 114,502 tokens; the curve scores a sample of 8,192"),
        (False, "held-out loss 0.796 on a sample of 114,502 tokens; the curve scores a sample of 8,192"),
    ],
)
def test_the_final_score_stands_below_the_curve(whole: bool, said: str) -> None:
    run = watched("fox", "finished")
    score = {"time": 0, "step": 200, "tokens": 1, "seconds": 1, "val_bpb": 0.3}
    run.history.evaluations = [Evaluated(**score, val_loss=0.783, tokens_scored=8192, whole=False)]
    run.history.final = Evaluated(**score, val_loss=0.796, tokens_scored=114_502, whole=whole, final=True)
    assert describe_final(run.history) == said
    assert [piece.text for piece in score_notes([run])] == [said]


def test_a_masked_models_losses_are_marked_also_alone() -> None:
    run = watched("a", "finished")
    score = {"time": 0, "step": 200, "tokens": 1, "seconds": 1, "val_loss": 1.0, "val_bpb": 0.3}
    run.history.evaluations = [Evaluated(**score, lossless=True, pseudo_likelihood=True)]
    run.history.final = None
    notes = [piece.text for piece in score_notes([run])]
    assert notes[-1].startswith("^ pseudo-likelihood of a masked model")
    assert bits_per_byte(run) == "0.300^"
