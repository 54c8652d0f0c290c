"""The KAN: its splines by the definition, its size, its folder, and that it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.models.kan.family import DEGREE, KANConfig
from engine.models.kan.model import KANModel
from engine.models.kan.network import GRID_END, KAN, SplineLayer, b_splines
from engine.models.loading import load_model
from engine.models.registry import parameter_count

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY, END = 11, 10
CONFIG = KANConfig(context_length=3, embedding=4, hidden=6, layers=2, intervals=4)


def small() -> KANModel:
    torch.manual_seed(0)
    return KANModel(KAN(CONFIG, VOCABULARY), VOCABULARY, END)


def by_definition(x: float, index: int, degree: int, knots: list[float]) -> float:
    """Cox and de Boor's recursion, as books write it."""
    if degree == 0:
        return float(knots[index] <= x < knots[index + 1])
    left, right = knots[index + degree] - knots[index], knots[index + degree + 1] - knots[index + 1]
    return (x - knots[index]) / left * by_definition(x, index, degree - 1, knots) + (
        knots[index + degree + 1] - x
    ) / right * by_definition(x, index + 1, degree - 1, knots)


@pytest.mark.parametrize("intervals", [1, 4, 9])
def test_splines_are_those_of_the_definition(intervals: int) -> None:
    step = 2 * GRID_END / intervals
    knots = [-GRID_END + step * number for number in range(-DEGREE, intervals + DEGREE + 1)]
    xs = torch.linspace(-GRID_END - 1, GRID_END + 1, 41, dtype=torch.float64)
    found = b_splines(xs[None], intervals)[0]
    for x, row in zip(xs.tolist(), found.tolist(), strict=True):
        expected = [by_definition(x, index, DEGREE, knots) for index in range(intervals + DEGREE)]
        assert row == pytest.approx(expected, abs=1e-9)
        if -GRID_END <= x < GRID_END:
            assert sum(row) == pytest.approx(1.0)


def test_a_layer_sums_a_function_of_each_input() -> None:
    torch.manual_seed(1)
    layer = SplineLayer(2, 3, 4)
    x = torch.randn(5, 2)
    together = layer(x)
    apart = sum(layer(x * torch.eye(2)[i]) - layer(torch.zeros(1, 2)) for i in range(2)) + layer(
        torch.zeros(1, 2)
    )
    torch.testing.assert_close(together, apart)


def test_parameters_by_arithmetic_are_those_of_the_network() -> None:
    assert small().parameter_count == parameter_count(CONFIG, VOCABULARY)


def test_bulk_scores_are_those_of_the_session(tmp_path: Path) -> None:
    model = small()
    model.save(tmp_path)
    loaded = load_model(tmp_path)
    assert isinstance(loaded, KANModel)
    ids = np.random.default_rng(0).integers(VOCABULARY, size=20)
    bulk, session = loaded.log_probabilities(ids), model.session()
    for place, token in enumerate(ids[:-1]):
        logits = session.feed([int(token)]).astype(np.float64)
        assert bulk[place] == pytest.approx(logits[ids[place + 1]] - np.logaddexp.reduce(logits), abs=1e-5)


def test_it_learns_what_a_plain_layer_cannot() -> None:
    """A product of two inputs' signs, from one layer of splines over their sum: no linear layer has it."""
    torch.manual_seed(0)
    layer = SplineLayer(1, 1, 8)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    x = torch.linspace(-1.9, 1.9, 200)[:, None]
    wanted = torch.sin(3 * x)
    for _ in range(300):
        loss = (layer(x) - wanted).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.01
