from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from engine.config.resolve import resolve_settings
from engine.models.registry import parameter_count
from engine.runs.journals.history import RunHistory
from engine.runs.sizing import TextFigures, memory_of, similar_speed, size_of, warnings
from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

TEXT = TextFigures(
    vocabulary_size=2048,
    train_tokens=1_026_823,
    held_out_tokens=114_502,
    tokens_per_epoch=1_026_823,
    tokens_per_window=240.0,
)
"""The default text in default tokens."""


@pytest.mark.parametrize(
    ("budget", "steps", "passes", "seconds"),
    [
        ("2000steps", 2000, 2000 * 8 * 240 / 1_026_823, 2000 * 8 * 240 / 10_000),
        ("2epochs", 1070, 2.0, 2 * 1_026_823 / 10_000),
        ("1M", 521, 1e6 / 1_026_823, 100.0),
        ("3m", 938, 1.8e6 / 1_026_823, 180.0),
    ],
)
def test_a_budget_gives_steps_passes_and_time(budget, steps, passes, seconds):
    found = size_of(resolve_settings({"training": {"budget": budget}}), TEXT, 10_000.0)
    assert (found.parameters, found.steps) == (1_279_104, steps)
    assert found.passes == pytest.approx(passes)
    assert found.seconds == pytest.approx(seconds)
    assert found.tokens_per_parameter == pytest.approx(passes * 1_026_823 / 1_279_104)


def test_without_a_speed_a_time_budget_has_no_steps_and_counting_has_none():
    assert size_of(resolve_settings({}), TEXT, None).steps is None
    assert size_of(resolve_settings({"training": {"budget": "9steps"}}), TEXT, None).seconds is None
    assert size_of(resolve_settings({"model": {"family": "ngram"}}), TEXT, 1.0).steps is None


@pytest.mark.parametrize(
    ("model", "vocabulary", "measured"),
    [
        ({}, 2048, 648e6),
        ({"layers": 4, "heads": 6}, 2048, 942e6),
        ({"context_length": 512}, 2052, 948e6),
        ({"layers": 1}, 1024, 446e6),
        ({"family": "mlp"}, 50, 285e6),
    ],
)
def test_memory_is_within_a_tenth_of_what_was_measured(model, vocabulary, measured):
    """Peaks of five trainings on a CPU, as their metrics have them."""
    settings = resolve_settings({"model": model})
    parameters = parameter_count(settings.model, vocabulary) or 0
    assert memory_of(settings, parameters, vocabulary) == pytest.approx(measured, rel=0.1)


@dataclass
class Read:
    history: RunHistory
    settings: RunSettings
    note: str = ""


def test_a_speed_is_that_of_the_most_similar_model_scaled_by_its_size():
    settings = resolve_settings({"model": {"family": "ngram"}})
    read = Read(RunHistory(make_run()).read_all(), settings)
    assert read.history.started.parameters == 9
    assert similar_speed(settings, 9, [read]) == 12.0
    assert similar_speed(settings, 18, [read]) == 6.0
    assert similar_speed(settings, 90, [read]) is None
    assert similar_speed(resolve_settings({}), 9, [read]) is None


def test_what_speaks_against_a_run_is_said():
    def said(table: dict, text: TextFigures = TEXT, free: int | None = None) -> str:
        settings = resolve_settings(table)
        return " ".join(warnings(settings, text, size_of(settings, text, 10_000.0), free))

    assert said({}) == said({}, free=10**10) == ""
    assert "of memory, and 100 MB are free" in said({}, free=10**8)
    assert "sees the text 20 times and will memorize it" in said({"training": {"budget": "20epochs"}})
    short = TextFigures(
        vocabulary_size=300,
        train_tokens=900,
        held_out_tokens=90,
        tokens_per_epoch=900,
        tokens_per_window=200.0,
    )
    assert "parameters for 900 tokens of text" in said({"training": {"budget": "2epochs"}}, short)
