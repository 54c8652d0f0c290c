from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from engine.errors import MisuseError
from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.mlp.family import MLPConfig
from engine.models.mlp.model import MLPModel
from engine.models.mlp.network import MLP
from engine.training.base_model import load_base

CPU = torch.device("cpu")
IDS = np.array([49, 3, 1, 4, 1, 5])


def config(**changes) -> GPTConfig:
    return GPTConfig(**{"context_length": 16, "layers": 1, "width": 16, "heads": 2} | changes)


def saved(folder, settings) -> GPT:
    torch.manual_seed(1)
    model = GPT(build_network(settings, 50), 50, 49)
    for parameter in model.network.parameters():  # what is zero at first must be seen to stay
        torch.nn.init.normal_(parameter, std=0.3)
    model.save(folder)
    return model


@pytest.mark.parametrize("shape", ["qwen3", "gpt2"])
@pytest.mark.parametrize("tied", [None, True, False])
def test_a_grown_model_scores_old_tokens_as_before(tmp_path, shape, tied):
    settings = config(shape=shape, tied=None if shape == "gpt2" else tied)
    base = saved(tmp_path, settings)
    grown = load_base(tmp_path, settings, 54, CPU)
    assert grown.vocabulary_size == 54
    before, after = base.session().feed(IDS.tolist()), grown.session().feed(IDS.tolist())
    np.testing.assert_allclose(after[:50], before, atol=1e-5)
    # A new token is about as likely as tokens are on average.
    assert np.abs(after[50:] - before.mean()).max() < 0.5 * (before.max() - before.min())


def test_new_rows_differ_and_the_same_seed_draws_them_again(tmp_path):
    saved(tmp_path, config())
    draws = []
    for _ in range(2):
        torch.manual_seed(5)
        draws.append(load_base(tmp_path, config(), 54, CPU).network.model.embed_tokens.weight[50:].detach())
    assert torch.equal(*draws)
    assert len({tuple(row.tolist()) for row in draws[0]}) == 4


def test_growing_does_not_untie(tmp_path, monkeypatch):
    def is_tied(settings, vocabulary_size):
        return vocabulary_size <= 50 if settings.tied is None else settings.tied

    for module in (
        "engine.models.gpt.qwen3",
        "engine.models.gpt.hf_checkpoint",
        "engine.models.gpt.family",
    ):
        monkeypatch.setattr(f"{module}.is_tied", is_tied)
    saved(tmp_path, config())
    grown = load_base(tmp_path, config(), 54, CPU)
    assert grown.network.config.tied is True
    assert grown.network.lm_head.weight is grown.network.model.embed_tokens.weight


def test_a_grown_model_can_be_a_base_again(tmp_path):
    saved(tmp_path, config())
    load_base(tmp_path, config(), 54, CPU).save(tmp_path)
    assert load_base(tmp_path, config(), 54, CPU).vocabulary_size == 54


@pytest.mark.parametrize("other", [config(layers=2), config(tied=False), MLPConfig()])
def test_another_shape_is_refused(tmp_path, other):
    saved(tmp_path, config())
    with pytest.raises(MisuseError, match="other settings"):
        load_base(tmp_path, other, 54, CPU)


def test_an_mlp_starts_from_another(tmp_path):
    settings = MLPConfig(context_length=4, embedding=3, hidden=5)
    base = MLPModel(MLP(settings, 50), 50, 49)
    base.save(tmp_path)
    loaded = load_base(tmp_path, settings, 50, CPU)
    np.testing.assert_array_equal(loaded.log_probabilities(IDS), base.log_probabilities(IDS))
    with pytest.raises(MisuseError, match="other settings"):
        load_base(tmp_path, msgspec.structs.replace(settings, hidden=6), 50, CPU)


def test_the_context_of_rope_may_become_longer(tmp_path):
    base = saved(tmp_path, config())
    longer = load_base(tmp_path, config(context_length=64), 50, CPU)
    assert longer.context_length == 64
    np.testing.assert_allclose(
        longer.session().feed(IDS.tolist()), base.session().feed(IDS.tolist()), atol=1e-5
    )
    assert np.isfinite(longer.session().feed(IDS.tolist() * 8)).all()


def test_learned_positions_are_as_many_as_the_base_has(tmp_path):
    saved(tmp_path, config(shape="gpt2"))
    with pytest.raises(MisuseError, match="other settings"):
        load_base(tmp_path, config(shape="gpt2", context_length=64), 50, CPU)
