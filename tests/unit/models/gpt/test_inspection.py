"""Traces against transformers' own classes on the same weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tests.unit.models.shapes import GPT_CONFIGS, gpt

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shape", GPT_CONFIGS)
def test_a_trace_is_what_transformers_computes(shape: str, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    model = gpt(GPT_CONFIGS[shape])
    for parameter in model.network.parameters():  # output matrices of layers begin at zero
        torch.nn.init.normal_(parameter, std=0.3)
    model.save(tmp_path)
    reference = transformers.AutoModelForCausalLM.from_pretrained(tmp_path, attn_implementation="eager")
    ids = torch.randint(model.vocabulary_size, (7,), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = reference(ids[None], output_attentions=True, output_hidden_states=True)
    traced = model.trace(ids)
    for layer, weights in enumerate(expected.attentions):
        torch.testing.assert_close(traced.attention[layer], weights[0], rtol=1e-4, atol=1e-5)
    # The last hidden state of transformers is the normed one.
    for layer, hidden in enumerate(expected.hidden_states[:-1]):
        torch.testing.assert_close(traced.residuals[layer], hidden[0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(traced.logits[-1], expected.logits[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", GPT_CONFIGS)
def test_tracing_leaves_the_network_as_it_was(shape: str) -> None:
    model = gpt(GPT_CONFIGS[shape])
    model.network.train()
    traced = model.trace(torch.tensor([1, 2, 3]))
    assert model.network.training
    assert not any(module._forward_pre_hooks for module in model.network.modules())
    assert traced.activations.shape == (model.config.layers, 3, model.config.inner_width)
