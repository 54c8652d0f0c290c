from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.commands.study.batches import as_text
from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.errors import MisuseError
from engine.models.gpt.family import GPTConfig
from engine.models.mlp.family import MLPConfig
from engine.models.ngram.family import NgramConfig
from engine.runs.creation import create_run
from engine.studies.batches import study_batches
from engine.tokenizers import build_tokenizer, load_tokenizer, save_tokenizer
from engine.tokenizers.interface import MASK
from tests.unit.interchange.gpt_runs import make_gpt

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Do you know? " * 40


def run_of(tmp_path: Path, model, name: str, text: str = TEXT):
    (path := tmp_path / "text.txt").write_text(text)
    settings = RunSettings(
        corpus=CorpusSettings(sources=(str(path),), validation_fraction=0.0),
        tokenizer="char",
        model=model,
        training=TrainingSettings(batch_size=4),
    )
    run = create_run(settings, name)
    save_tokenizer(build_tokenizer("char", lambda: [text]), run.tokenizer_path)
    return run


def test_a_window_is_growing_contexts(tmp_path: Path) -> None:
    study = study_batches(run_of(tmp_path, GPTConfig(context_length=16), "gpt"), 3, 5, print)
    assert len(study.inputs) == len(study.targets) == 4
    for ids, targets, text in zip(study.inputs, study.targets, study.texts, strict=True):
        assert ids[1:] == targets[:-1]
        assert text in TEXT
    for length, example in enumerate(study.examples, 1):
        assert len(example.context) == length
        assert "".join(example.context) + example.target == study.texts[0][: length + 1]
    assert "batch 3: 4 windows of 16 tokens" in as_text(study)


def test_examples_of_another_window(tmp_path: Path) -> None:
    run = run_of(tmp_path, GPTConfig(context_length=16), "gpt")
    study = study_batches(run, 3, 5, print, window=3)
    assert study.examples[0].context_ids == study.inputs[3][:1]
    assert "examples of window 4" in as_text(study)
    with pytest.raises(MisuseError, match="has 4 windows; there is no window 5"):
        study_batches(run, 3, 5, print, window=4)


def test_the_contexts_of_a_word_are_those_of_the_tutorial(tmp_path: Path) -> None:
    run = run_of(tmp_path, GPTConfig(context_length=3), "gpt", "Dorothy " * 30)
    found = {
        ("".join(example.context), example.target)
        for step in range(40)
        for example in study_batches(run, step, 3, print).examples
    }
    table = {("D", "o"), ("Do", "r"), ("Dor", "o"), ("oro", "t"), ("rot", "h"), ("oth", "y")}
    assert table <= found


def test_a_window_model_learns_one_token_a_window(tmp_path: Path) -> None:
    study = study_batches(run_of(tmp_path, MLPConfig(context_length=3, embedding=4), "mlp"), 0, 5, print)
    assert [target is None for target in study.targets[0]] == [True, True, False]
    assert len(study.examples) == 1
    assert "".join(study.examples[0].context) + study.examples[0].target in TEXT


def test_a_hidden_token_has_both_sides_as_its_context(tmp_path: Path) -> None:
    run = run_of(tmp_path, GPTConfig(context_length=64, causal=False), "masked")
    tokenizer = load_tokenizer(run.tokenizer_path).with_special_tokens([MASK])
    save_tokenizer(tokenizer, run.tokenizer_path)
    study = study_batches(run, 0, 50, print)
    hidden = sum(target is not None for target in study.targets[0])
    assert 0 < len(study.examples) == hidden < 30
    assert MASK in study.texts[0]
    window = "".join(map(chr, study.inputs[0]))  # ids as characters, to look contexts up
    for example in study.examples:
        assert "".join(map(chr, example.context_ids)) in window
        assert 7 <= len(example.context) <= 13


def test_a_counted_model_has_no_batches(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="lilm study counts words"):
        study_batches(run_of(tmp_path, NgramConfig(), "words"), 0, 5, print)


def test_an_imported_run_has_no_text() -> None:
    run, _ = make_gpt("foreign", GPTConfig(layers=1, width=16, heads=2, context_length=16))
    with pytest.raises(MisuseError, match="foreign was imported without its training text"):
        study_batches(run, 0, 1, print)
