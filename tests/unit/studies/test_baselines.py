"""Baselines of a run: one worked out by hand, the others in their order."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from engine.commands.study.baselines import as_text
from engine.config.settings import CorpusSettings, RunSettings
from engine.errors import MisuseError
from engine.formatting import decimal
from engine.runs.creation import create_run
from engine.studies.baselines import study_baselines
from engine.tokenizers import build_tokenizer, save_tokenizer
from engine.training.data.run_tokens import tokens_of_run

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run

TEXT = "a lark sang to a park while the dark bark sank\n" * 40


def run_of(tmp_path: Path, held_out: float) -> Run:
    (path := tmp_path / "text.txt").write_text(TEXT)
    corpus = CorpusSettings(sources=(str(path),), validation_fraction=held_out)
    run = create_run(RunSettings(corpus=corpus, tokenizer="char"), "gpt")
    save_tokenizer(build_tokenizer("char", lambda: [TEXT]), run.tokenizer_path)
    return run


def test_baselines_of_a_small_text(tmp_path: Path) -> None:
    run = run_of(tmp_path, 0.2)
    study = study_baselines(run, 3)
    tokenizer, tokens = tokens_of_run(run, print)
    size, counts = tokenizer.vocabulary_size, Counter(tokens.train.tolist())
    by_hand = [-math.log((counts[id] + 1) / (len(tokens.train) + size)) for id in tokens.validation.tolist()]
    assert study.unigram == pytest.approx(sum(by_hand) / len(by_hand), rel=1e-6)
    assert study.uniform == pytest.approx(math.log(size))
    assert study.kneser_ney < study.unigram < study.uniform
    assert study.tokens == len(tokens.validation)
    assert decimal(study.kneser_ney) in as_text(study)


def test_without_held_out_text_there_is_nothing_to_score(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="holds no text out"):
        study_baselines(run_of(tmp_path, 0.0), 3)
