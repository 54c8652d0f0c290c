"""The RNN: its arithmetic by hand, its session against its bulk log-probabilities, its size and its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.errors import LilmError
from engine.models.loading import load_model
from engine.models.registry import parameter_count
from engine.models.rnn import model as rnn_model
from engine.models.rnn.family import RNNConfig
from engine.models.rnn.model import RNNModel
from engine.models.rnn.network import RNN
from engine.models.windows import Spans

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY, END = 11, 10


def small(**changes: int) -> RNNModel:
    torch.manual_seed(0)
    config = RNNConfig(**{"context_length": 6, "width": 5, "embedding": 4, **changes})
    network = RNN(config, VOCABULARY)
    torch.nn.init.normal_(network.output.weight)
    return RNNModel(network, VOCABULARY, END)


def test_a_step_is_that_of_the_paper() -> None:
    """Cho et al. 2014: h' = z h + (1 - z) tanh(W x + r (U h)), as torch orders the gates: r, z, n."""
    model = small()
    gru, x = model.network.gru, model.network.embedding.weight[3]
    state = torch.randn(1, 1, 5)
    from_input = gru.weight_ih_l0 @ x + gru.bias_ih_l0
    from_state = gru.weight_hh_l0 @ state[0, 0] + gru.bias_hh_l0
    r, z = (from_input + from_state)[:10].sigmoid().chunk(2)
    new = (from_input[10:] + r * from_state[10:]).tanh()
    expected = model.network.output(z * state[0, 0] + (1 - z) * new)
    logits, _ = model.network.read(torch.tensor([[3]]), state)
    torch.testing.assert_close(logits[0, 0], expected)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_session_agrees_with_the_bulk_at_any_length(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rnn_model, "SCORING_STEPS", 7)
    model = small(layers=layers)
    ids = np.random.default_rng(1).integers(0, VOCABULARY, 40)
    bulk = model.log_probabilities(ids)
    session = model.session()
    stepwise = []
    for before, token in zip(ids[:-1].tolist(), ids[1:].tolist(), strict=True):
        logits = session.feed([before]).astype(np.float64)
        stepwise.append(logits[token] - np.log(np.exp(logits).sum()))
    np.testing.assert_allclose(bulk, stepwise, atol=1e-5)


def test_spans_are_scored_each_from_its_own_begin() -> None:
    model = small()
    ids = np.random.default_rng(2).integers(0, VOCABULARY, 30)
    spans = Spans(np.array([0, 12, 20]), np.array([1, 15, 21]), np.array([9, 19, 30]))
    expected = [model.log_probabilities(ids[b:e])[f - b - 1 :] for b, f, e in spans]
    np.testing.assert_allclose(model.span_log_probabilities(ids, spans), np.concatenate(expected), atol=1e-6)


def test_rewinding_reads_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small()
    session = model.session()
    start = session.feed([])
    np.testing.assert_array_equal(start, model.session().feed([END]))
    session.rewind([1, 2, 3])
    read: list[int] = []
    real = model.network.read
    monkeypatch.setattr(
        model.network, "read", lambda ids, state=None: (read.append(ids.numel()), real(ids, state))[1]
    )
    longer = session.rewind([1, 2, 3, 4])
    assert read == [1]
    other = session.rewind([1, 5])
    assert read == [1, 2]
    monkeypatch.undo()
    np.testing.assert_allclose(longer, model.session().feed([1, 2, 3, 4]), atol=1e-6)
    np.testing.assert_allclose(other, model.session().feed([1, 5]), atol=1e-6)


@pytest.mark.parametrize("layers", [1, 3])
def test_the_arithmetic_counts_what_the_network_has(layers: int) -> None:
    config = RNNConfig(layers=layers, width=6, embedding=4)
    assert parameter_count(config, 9) == sum(parameter.numel() for parameter in RNN(config, 9).parameters())


def test_a_folder_holds_all_of_it(tmp_path: Path) -> None:
    model = small(layers=2)
    model.save(tmp_path)
    loaded = load_model(tmp_path)
    ids = np.arange(9)
    np.testing.assert_array_equal(loaded.log_probabilities(ids), model.log_probabilities(ids))
    assert loaded.context_length is None
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(LilmError, match=str(tmp_path)):
        load_model(tmp_path)
