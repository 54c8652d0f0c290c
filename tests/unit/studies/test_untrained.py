from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from engine import cli
from engine.config.settings import CorpusSettings, RunSettings
from engine.errors import MisuseError
from engine.inference.loading import LoadedModel, load_run
from engine.models.gpt.family import GPTConfig
from engine.models.ngram.family import NgramConfig
from engine.models.rnn.family import RNNConfig
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.studies.untrained import untrained
from engine.tokenizers import load_tokenizer
from engine.training.preparation import build_trainer, prepare_text
from tests.unit.models.shapes import GPT_CONFIGS, gpt

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Zog saw a dog and the dog saw Zog. " * 20


def started(folder: Path, model, name: str) -> tuple[LoadedModel, dict[str, torch.Tensor]]:
    """A run, loaded without its checkpoint, and the weights with which its trainer begins."""
    (folder / "text.txt").write_text(TEXT)
    settings = RunSettings(
        corpus=CorpusSettings(sources=(str(folder / "text.txt"),)), tokenizer="char", model=model, seed=7
    )
    run = create_run(settings, name)
    trainer = build_trainer(settings, prepare_text(run, settings, lambda *_: None))
    loaded = LoadedModel(
        run, 3, settings, load_tokenizer(run.tokenizer_path), gpt(GPT_CONFIGS["qwen3"]), "cpu", 1.0
    )
    return loaded, trainer.model.network.state_dict()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    "model",
    [
        GPTConfig(layers=2, width=16, heads=2, context_length=8),
        RNNConfig(layers=1, width=8, embedding=4, context_length=8),
    ],
)
def test_weights_are_those_that_training_begins_with(tmp_path: Path, model) -> None:
    loaded, weights = started(tmp_path, model, "zog")
    torch.manual_seed(1)
    found = untrained(loaded, pytest.fail)
    assert found.step == 0
    torch.testing.assert_close(found.model.network.state_dict(), weights, rtol=0, atol=0)


def test_the_command_shows_the_untrained_predictions_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded, _ = started(tmp_path, GPTConfig(layers=2, width=16, heads=2, context_length=8), "zog")
    write_checkpoint(loaded.run, 3, untrained(loaded, pytest.fail).model.save)
    assert cli.main(["study", "layers", "zog", "Zog", "--untrained", "--units"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["token", "step", "0", "embedding", "layer", "1", "layer", "2"]
    for row in rows[:4]:  # the checkpoint is not trained either
        cells = row.split()
        assert cells[1:3] == cells[-2:]
    assert any(row.startswith("unit: activation") for row in rows)


def test_models_without_a_seed_are_refused(tmp_path: Path) -> None:
    loaded, _ = started(tmp_path, GPTConfig(layers=2, width=16, heads=2, context_length=8), "zog")
    with pytest.raises(MisuseError, match="name the run itself"):
        untrained(replace(loaded, step=None), pytest.fail)
    counted = replace(loaded, settings=RunSettings(model=NgramConfig()))
    with pytest.raises(MisuseError, match="choose a network"):
        untrained(counted, pytest.fail)


def test_an_imported_model_begins_with_its_checkpoint(tmp_path: Path) -> None:
    loaded, _ = started(tmp_path, GPT_CONFIGS["qwen3"], "zog")
    model = gpt(GPT_CONFIGS["qwen3"])
    write_checkpoint(loaded.run, 0, model.save)
    found = untrained(loaded, print)
    torch.testing.assert_close(found.model.network.state_dict(), model.network.state_dict())
    assert load_run("zog", 0, "cpu").step == 0


def test_the_map_moves_from_the_first_step_to_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded, _ = started(tmp_path, GPTConfig(layers=1, width=16, heads=2, context_length=8), "zog")
    model = untrained(loaded, pytest.fail).model
    for step in (2, 3):
        write_checkpoint(loaded.run, step, model.save)
    table = tmp_path / "moved.csv"
    assert cli.main(["study", "embeddings", "zog", "--checkpoints", "--near", "Z", "--csv", str(table)]) == 0
    steps = [line.split(",")[0] for line in table.read_text().splitlines()[1:]]
    assert list(dict.fromkeys(steps)) == ["0", "2", "3"]
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["3", "1.000", "100%"] in [row[:3] for row in rows]
    assert ["0", "1.000", "100%"] in [row[:3] for row in rows]  # nothing was learned in between
