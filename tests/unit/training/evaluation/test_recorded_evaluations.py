"""The scale of a run's records is that of `lilm eval`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.corpora.corpus import open_corpus
from engine.inference.loading import load_run
from engine.models.ngram.family import NgramConfig
from engine.runs.creation import create_run
from engine.runs.journals.records import Evaluated, Finished
from engine.training.evaluation.held_out_loss import evaluate
from engine.training.evaluation.side_information import side_information
from tests.unit.training.trainers import train_here

if TYPE_CHECKING:
    from pathlib import Path

    from engine.models.ngram.family import Smoothing
    from engine.runs.folder import Run


def train_ngram(text: Path, tokenizer: str, smoothing: Smoothing) -> tuple[Run, list[Evaluated], Finished]:
    settings = RunSettings(
        corpus=CorpusSettings(sources=(str(text),), validation_fraction=0.2),
        tokenizer=tokenizer,
        model=NgramConfig(order=2, smoothing=smoothing),
        training=TrainingSettings(sample_tokens=0),
    )
    run = create_run(settings, "table")
    assert train_here(run) == 0
    events = run.events().read_all()
    assert isinstance(events[-1], Finished)
    return run, [event for event in events if isinstance(event, Evaluated)], events[-1]


@pytest.mark.parametrize(("tokenizer", "lossless"), [("word", False), ("word-punct", True), ("char", True)])
def test_a_run_scores_its_held_out_text_as_eval_does(
    text: Path, tmp_path: Path, tokenizer: str, lossless: bool
) -> None:
    run, evaluations, finished = train_ngram(text, tokenizer, "add-k")
    characters = text.read_text()
    held_out = tmp_path / "held-out.txt"
    held_out.write_text(characters[int(len(characters) * 0.8) :])
    corpus, loaded = open_corpus([str(held_out)]), load_run(run)
    (document,) = corpus.documents()
    ids = loaded.tokenizer.encode_array(document.text)  # a cut text has no end of its own
    side = side_information(loaded.tokenizer, [document.text])
    expected = evaluate(loaded.model, ids, corpus.bytes, loaded.tokenizer.end_of_text, side)
    last = evaluations[-1]
    assert last.val_bpb == finished.val_bpb == pytest.approx(expected.bits_per_byte)
    assert last.lossless is finished.lossless is lossless
    assert last.side_bpb == pytest.approx(side.bits / corpus.bytes)
    assert (last.side_bpb > 0) == (tokenizer != "char")
    assert (side.unknown > 0) == (tokenizer != "char")


def test_an_infinite_loss_is_null_with_the_number_of_impossible_tokens(text: Path) -> None:
    _, evaluations, finished = train_ngram(text, "word", "raw")
    assert finished.val_loss is finished.val_bpb is None
    assert finished.impossible == evaluations[-1].impossible > 0
    assert not any(evaluation.best for evaluation in evaluations)
