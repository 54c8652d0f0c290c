"""The MLP: its logits, its folder, and that it learns the character after the window."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.config.loading import merge, settings_from
from engine.config.presets import preset
from engine.errors import LilmError
from engine.models.loading import load_model
from engine.models.mlp.family import MLPConfig
from engine.models.mlp.model import MLPModel, load_mlp
from engine.models.mlp.network import MLP
from engine.models.registry import parameter_count
from engine.training.data.batches import StreamBatches
from engine.training.gradient_trainer import GradientTrainer
from tests.unit.models.shapes import END_OF_TEXT, VOCABULARY, mlp

CONFIG = MLPConfig(context_length=5, embedding=6, hidden=12, layers=2)


def test_parameters_by_arithmetic_are_those_of_the_network() -> None:
    assert mlp(CONFIG).parameter_count == parameter_count(CONFIG, VOCABULARY)


def test_the_seed_text_s_model_has_the_size_it_says() -> None:
    """15 x 100 + 100 and 100 x 86 + 86 weights behind 86 embeddings of 5, as worked there."""
    settings = settings_from(preset("tiny-lm"))
    assert parameter_count(settings.model, 86) == 86 * 5 + (15 * 100 + 100) + (100 * 86 + 86)


def test_bulk_scores_are_those_of_the_session() -> None:
    model = mlp(CONFIG)
    ids = np.random.default_rng(0).integers(VOCABULARY, size=40)
    session = model.session()
    for place, token in enumerate(ids[:-1]):
        logits = session.feed([int(token)]).astype(np.float64)
        expected = logits[ids[place + 1]] - np.logaddexp.reduce(logits)
        assert model.log_probabilities(ids)[place] == pytest.approx(expected, abs=1e-5)


def test_before_the_text_there_are_end_of_text_tokens() -> None:
    model = mlp(CONFIG)
    padded = model.session().feed([END_OF_TEXT] * 3 + [7, 8])
    assert np.allclose(model.session().feed([7, 8]), padded)


def test_a_saved_model_is_the_same_model(tmp_path: Path) -> None:
    model = mlp(CONFIG)
    model.save(tmp_path)
    loaded = load_model(tmp_path)
    assert isinstance(loaded, MLPModel)
    assert np.array_equal(loaded.session().feed([1, 2]), model.session().feed([1, 2]))
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(LilmError, match="cannot load the model"):
        load_mlp(tmp_path)


def test_it_learns_the_token_behind_the_window() -> None:
    """A text in which every token is its predecessor plus one: nothing but the right target can be learned."""
    vocabulary = 20
    settings = settings_from(
        merge(
            preset("tiny-lm"), {"training": {"batch_size": 32, "learning_rate": 1e-2, "budget": "300steps"}}
        )
    )
    assert isinstance(settings.model, MLPConfig)
    torch.manual_seed(0)
    model = MLPModel(MLP(settings.model, vocabulary), vocabulary, vocabulary - 1)
    text = np.arange(4000, dtype=np.uint16) % (vocabulary - 1)
    trainer = GradientTrainer(
        model,
        StreamBatches(text, settings.model.context_length, 32, seed=0, sampling="random"),
        settings,
        tokens_per_epoch=len(text),
        precision="fp32",
    )
    trainer.step(0, 0.0, 1.0)
    assert trainer.measure().train_loss == pytest.approx(math.log(vocabulary), rel=0.1)
    for step in range(1, 300):
        trainer.step(step, step / 300, 1.0)
    assert -model.log_probabilities(text[:500]).mean() < 0.05
    assert int(model.session().feed([4, 5, 6]).argmax()) == 7
