"""Each optimizer that a run can name is built from the module of its name, and moves every parameter."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest
import torch
from torch import nn

from engine.config.settings import TrainingSettings
from engine.training.optim.building import build_optimizers, set_rates
from engine.training.optim.parameters import parameter_kinds

NAMES = get_args(get_type_hints(TrainingSettings)["optimizer"])


class Network(nn.Module):
    """A parameter of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5, 4)
        self.hidden = nn.Linear(4, 3)
        self.splines = nn.Parameter(torch.ones(3, 4, 2))
        self.output = nn.Linear(3, 5, bias=False)


def test_kinds_of_parameters() -> None:
    network = Network()
    kinds = parameter_kinds(network)
    assert kinds.matrices == [network.hidden.weight]
    assert kinds.embeddings == [network.embedding.weight, network.output.weight]
    assert [id(it) for it in kinds.vectors] == [id(network.splines), id(network.hidden.bias)]


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_in_one_group_and_moves(name: str) -> None:
    network = Network()
    optimizers = build_optimizers(network, TrainingSettings(optimizer=name))
    groups = [group for optimizer in optimizers for group in optimizer.param_groups]
    held = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(held) == sorted(map(id, network.parameters()))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    for parameter in network.parameters():
        parameter.grad = torch.rand_like(parameter) + 0.5
    for optimizer in optimizers:
        optimizer.step()
    assert not any(torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_only_matrices_and_embeddings_decay(name: str) -> None:
    network = Network()
    optimizers = build_optimizers(network, TrainingSettings(optimizer=name, weight_decay=0.25))
    decays = {
        id(parameter): group["weight_decay"]
        for optimizer in optimizers
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    kinds = parameter_kinds(network)
    assert {decays[id(it)] for it in (*kinds.matrices, *kinds.embeddings)} == {0.25}
    assert {decays[id(it)] for it in kinds.vectors} == {0.0}


@pytest.mark.parametrize("name", NAMES)
def test_rates_are_fractions_of_each_groups_own_peak(name: str) -> None:
    settings = TrainingSettings(optimizer=name, learning_rate=0.5, matrix_learning_rate=0.25)
    optimizers = build_optimizers(Network(), settings)
    peaks = [group["lr"] for optimizer in optimizers for group in optimizer.param_groups]
    assert set(peaks) == ({0.5, 0.25} if name == "muon" else {0.5})
    for factor in (0.1, 0.5, 1.0):
        set_rates(optimizers, factor)
        rates = [group["lr"] for optimizer in optimizers for group in optimizer.param_groups]
        assert rates == [peak * factor for peak in peaks]


def test_muon_takes_the_hidden_matrices_alone() -> None:
    network = Network()
    muon, rest = build_optimizers(network, TrainingSettings(optimizer="muon"))
    assert muon.param_groups[0]["params"] == [network.hidden.weight]
    assert [id(it) for it in rest.param_groups[0]["params"]] == [
        id(network.embedding.weight),
        id(network.output.weight),
    ]


def test_a_network_without_matrices_trains_by_adamw() -> None:
    (only,) = build_optimizers(nn.Embedding(3, 2), TrainingSettings(optimizer="muon"))
    assert type(only).__name__ == "AdamW"
