"""Losses of simple models on the held-out text of a run, counted from its training text in a second or so."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from engine.errors import MisuseError
from engine.models.family import CountingFamily
from engine.models.registry import family_named
from engine.studies.results.baselines import BaselineStudy
from engine.training.data.run_tokens import tokens_of_run
from engine.training.evaluation.held_out_loss import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run

MOST_TRAINED, MOST_SCORED = 20_000_000, 1_000_000
"""Tokens from the beginning of a text, so that a baseline of a large one takes half a minute at most."""


def study_baselines(
    run: Run, order: int, notify: Callable[[str], None] = lambda message: None
) -> BaselineStudy:
    """Count n-grams of the run's training text and score its held-out text with them.

    Raises MisuseError for a run without held-out text, for one of conversations, and when its text is gone or another
    one.
    """
    tokenizer, tokens = tokens_of_run(run, notify)
    if not len(tokens.validation):
        raise MisuseError(
            f"{run.name} holds no text out, so that there is nothing to score; choose another run"
        )
    start = time.monotonic()
    train, held_out = tokens.train[:MOST_TRAINED], tokens.validation[:MOST_SCORED]
    size, end = tokenizer.vocabulary_size, tokenizer.end_of_text

    family = family_named("ngram")
    assert isinstance(family, CountingFamily)

    def loss(**settings: Any) -> float:
        model = family.build(train, family.config(**settings), size, end)
        return evaluate(model, held_out, tokens.validation_bytes, end).loss

    unigram = loss(order=1, smoothing="add-k")
    kneser_ney = loss(order=order, smoothing="kneser-ney")
    return BaselineStudy(
        uniform=math.log(size),
        unigram=unigram,
        kneser_ney=kneser_ney,
        order=order,
        tokens=len(held_out),
        seconds=time.monotonic() - start,
    )
