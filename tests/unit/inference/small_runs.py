"""Runs with n-gram models in them, made in a moment and without a trainer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.config.settings import CorpusSettings, RunSettings
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.runs.journals import journal
from engine.runs.journals.records import Evaluated, Finished, Started, Step
from engine.tokenizers import build_tokenizer, save_tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.runs.folder import Run

FRIENDS = "hello bob because alice and hello carol because alice and hello bob"


def make_run(
    name: str = "friends",
    text: str = FRIENDS,
    *,
    tokenizer: str = "word",
    order: int = 2,
    smoothing: str = "raw",
    steps: Sequence[int] = (1,),
    **scores: object,
) -> Run:
    """A finished run with a checkpoint at each of `steps`; `scores` are fields of its evaluation."""
    model = NgramConfig(order=order, smoothing=smoothing)
    settings = RunSettings(corpus=CorpusSettings(sources=("friends.txt",)), tokenizer=tokenizer, model=model)
    run = create_run(settings, name)
    made = build_tokenizer(tokenizer, lambda: [text])
    save_tokenizer(made, run.tokenizer_path)
    for step in steps:
        save_model(run, text, step)
    now = time.time()
    counted = {"parameters": 9, "vocabulary_size": 9, "train_tokens": 12, "validation_tokens": 0}
    run.record_event(Started(time=now, device="cpu", precision="fp64", **counted))
    scores = {"val_loss": 1.5, "val_bpb": 2.25, "lossless": True} | scores
    numbers = {"step": max(steps, default=0), "seconds": 1.0, **scores}
    journal.append(
        run.metrics_path,
        Step(step=numbers["step"], tokens=12, seconds=1.0, train_loss=1.25, fraction=1, tokens_per_second=12),
    )
    run.record_event(Evaluated(time=now, tokens=12, best=True, **numbers))
    run.record_event(Finished(time=now, run=name, tokens_per_second=12, **numbers))
    return run


def save_model(run: Run, text: str, step: int) -> None:
    """A checkpoint of the n-gram model of `text`."""
    settings = run.settings()
    tokenizer = build_tokenizer(settings.tokenizer, lambda: [text])
    model = NgramModel.build(
        tokenizer.encode_documents([text]),
        settings.model,
        tokenizer.vocabulary_size,
        tokenizer.end_of_text,
    )
    write_checkpoint(run, step, model.save)
