"""A document costs the same whatever stands beside it, in every family: what its own session says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.mlp.family import MLPConfig
from engine.models.mlp.model import MLPModel
from engine.models.mlp.network import MLP
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.training.data.held_out import held_out_text
from engine.training.evaluation.held_out_loss import evaluate, evaluate_spans

if TYPE_CHECKING:
    from engine.models.interface import LanguageModel

VOCABULARY = 30
END = VOCABULARY - 1
CONTEXT = 12
RANDOM = np.random.default_rng(5)
DOCUMENTS = [RANDOM.integers(0, END, length) for length in (3, 11, 1, 7, 30, 2)]
"""One is longer than the context."""


def build(family: str) -> LanguageModel:
    torch.manual_seed(2)
    match family:
        case "gpt":
            config = GPTConfig(layers=2, width=16, heads=2, context_length=CONTEXT)
            return GPT(build_network(config, VOCABULARY), VOCABULARY, END)
        case "mlp":
            return MLPModel(MLP(MLPConfig(context_length=4), VOCABULARY), VOCABULARY, END)
        case _:
            text = closed([RANDOM.integers(0, END, 20) for _ in range(20)])
            return NgramModel.build(text, NgramConfig(order=4), VOCABULARY, END)


def closed(documents: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.append(document, END) for document in documents]).astype(np.uint16)


families = pytest.mark.parametrize("family", ["gpt", "mlp", "ngram"])


@families
def test_a_document_costs_what_its_session_says(family: str) -> None:
    model, short = build(family), DOCUMENTS[:4]
    expected = []
    for document in short:
        session = model.session()
        logits = session.feed([END])
        for token in [*document.tolist(), END]:
            exact = logits.astype(np.float64)
            expected.append(np.logaddexp.reduce(exact) - exact[token])
            logits = session.feed([token])
    found = evaluate(model, closed(short), 100, END)
    assert found.tokens == len(expected) == 26
    assert found.loss == pytest.approx(np.mean(expected), rel=1e-5)
    assert found.bits_per_byte == pytest.approx(np.sum(expected) / np.log(2) / 100, rel=1e-5)


@families
def test_neighbors_do_not_matter(family: str) -> None:
    model = build(family)
    together = evaluate(model, closed(DOCUMENTS), 1, END)
    turned = evaluate(model, closed(DOCUMENTS[::-1]), 1, END)
    alone = [evaluate(model, closed([document]), 1, END) for document in DOCUMENTS]
    assert together.loss == pytest.approx(turned.loss, rel=1e-6)
    assert together.tokens == sum(found.tokens for found in alone)
    assert together.bits_per_byte == pytest.approx(sum(found.bits_per_byte for found in alone), rel=1e-6)


@families
def test_samples_add_up_to_the_whole(family: str) -> None:
    """Stretches of a long document look back, as the windows of the whole do."""
    model, held_out = build(family), held_out_text(closed(DOCUMENTS), END)
    sample = held_out.sample(1 << 20, CONTEXT, seed=1)
    assert len(sample.spans) == len(held_out.spans) + 2
    found, whole = evaluate_spans(model, sample, 1), evaluate_spans(model, held_out, 1)
    assert found.tokens == whole.tokens
    assert found.loss == pytest.approx(whole.loss, rel=1e-6 if family != "gpt" else 0.01)
