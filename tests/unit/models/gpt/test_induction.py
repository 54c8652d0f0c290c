"""Initial weights that copy: what an untrained model makes of a text that repeats itself."""

from __future__ import annotations

import pytest
import torch

from engine.models.gpt.family import GPTConfig
from engine.models.gpt.network import build_network

VOCABULARY = 512


def repeated_and_new(config: GPTConfig, gap: int) -> tuple[float, float]:
    """Mean log-probabilities of tokens when a random text comes for the second time, and when it is new."""
    torch.manual_seed(3)
    network = build_network(config, VOCABULARY).eval()
    once = torch.randint(0, VOCABULARY, (8, 30))
    between = torch.randint(0, VOCABULARY, (8, gap))
    ids = torch.cat((once, between, once), 1)
    with torch.no_grad():
        log_probabilities = network(ids).log_softmax(-1)[:, :-1].gather(-1, ids[:, 1:, None]).squeeze(-1)
    return float(log_probabilities[:, -29:].mean()), float(log_probabilities[:, :29].mean())


@pytest.mark.parametrize("gap", [0, 150])
@pytest.mark.parametrize("shape", [{}, {"layers": 2}, {"layers": 6, "width": 192, "heads": 6}])
def test_an_untrained_model_expects_what_came_before(shape, gap):
    repeated, new = repeated_and_new(GPTConfig(**shape), gap)
    assert repeated > new + (0.05 if gap else 0.2)


@pytest.mark.parametrize(
    "shape", [{"layers": 1}, {"key_value_heads": 2}, {"tied": False}, {"heads": 16}, {"shape": "gpt2"}]
)
def test_shapes_without_room_for_it_start_at_random(shape):
    repeated, new = repeated_and_new(GPTConfig(**shape), 0)
    assert repeated == pytest.approx(new, abs=0.1)


def test_the_shared_direction_changes_no_probability():
    torch.manual_seed(3)
    network = build_network(GPTConfig(), VOCABULARY).eval()
    hidden = torch.randn(5, network.config.width)
    embedding = network.model.embed_tokens.weight.detach()
    shared = embedding.mean(0)
    assert shared.norm() > 0.9 * (embedding - shared).norm(dim=1).mean()
    with_it = (hidden @ embedding.T).softmax(-1)
    without = (hidden @ (embedding - shared).T).softmax(-1)
    assert torch.allclose(with_it, without, atol=1e-6)


def test_the_same_seed_gives_the_same_weights():
    weights = []
    for _ in range(2):
        torch.manual_seed(4)
        weights.append(build_network(GPTConfig(), VOCABULARY).state_dict())
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
