from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.config.settings import RunSettings
from engine.models.gpt.family import GPTConfig
from engine.runs.journals import journal
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Evaluated, Step
from engine.runs.listing.selection import ORDERS, matches, ordered, smoothed_loss
from tests.unit.inference.small_runs import make_run


@dataclass
class Read:
    history: RunHistory
    settings: RunSettings | None
    note: str = ""


def read(run, note: str = "") -> Read:
    return Read(RunHistory(run).read_all(), run.settings(), note)


@pytest.mark.parametrize(
    ("words", "is_in"),
    [
        ("", True),
        ("FRIENDS ngram", True),
        ("finished word", True),
        ("wider", True),
        ("#baseline", True),
        ("#base", False),
        ("-gpt", True),
        ("-ngram", False),
        ("-#baseline", False),
        ("friends gpt", False),
    ],
)
def test_each_word_of_a_filter_has_to_match(words: str, is_in: bool):
    assert matches(read(make_run(), "a wider one #baseline"), words.split()) is is_in


def curve(name: str, losses: list[float | None]):
    run = make_run(name)
    run.metrics_path.unlink(missing_ok=True)
    for step, loss in enumerate(losses, 1):
        line = Step(step=step, tokens=step, seconds=step, train_loss=loss, fraction=0, tokens_per_second=1)
        journal.append(run.metrics_path, line)
    return read(run)


def test_the_smoothed_loss_is_the_mean_of_the_end():
    assert smoothed_loss(curve("long", [9.0] * 38 + [1.0, 2.0, None]).history) == pytest.approx(1.5)
    assert smoothed_loss(curve("none", []).history) is None


def test_orders_put_the_best_first_and_the_unknown_last():
    noisy = curve("noisy", [3.0] * 30 + [2.5, 1.0])
    steady = curve("steady", [3.0] * 28 + [1.2, 1.2])
    empty = curve("empty", [])
    runs = [empty, noisy, steady]
    for run, bits in ((steady, None), (noisy, 2.0)):
        run.history.final = Evaluated(time=0, step=1, tokens=1, seconds=0, val_loss=bits, val_bpb=bits)
    empty.history.evaluations.clear()
    names = {order: [run.history.run.name for run in ordered(runs, order)] for order in ORDERS}
    assert names == {
        "newest": ["empty", "noisy", "steady"],
        "name": ["empty", "noisy", "steady"],
        "bits-per-byte": ["noisy", "empty", "steady"],
        "val-loss": ["noisy", "empty", "steady"],
        "smoothed-loss": ["steady", "noisy", "empty"],
        "steps": ["noisy", "steady", "empty"],
        "time": ["noisy", "steady", "empty"],
    }


def test_masked_models_stand_behind_all_others_whatever_their_loss():
    good, masked = curve("good", [3.0]), curve("masked", [1.0])
    masked.settings = RunSettings(model=GPTConfig(causal=False))
    for order in ("bits-per-byte", "val-loss", "smoothed-loss"):
        assert ordered([masked, good], order) == [good, masked]
