"""Attention within documents: each document of a window has the logits that it has alone."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.models.gpt.kernels.attention import attention, document_mask, document_positions
from tests.unit.models.shapes import CONTEXT, END_OF_TEXT, GPT_CONFIGS, gpt

windows = st.lists(st.integers(END_OF_TEXT - 3, END_OF_TEXT), min_size=2, max_size=CONTEXT)


@given(windows)
def test_positions_and_visibility_by_their_definition(window: list[int]) -> None:
    mask = document_mask(torch.tensor([window]), END_OF_TEXT)[0, 0]
    positions = document_positions(torch.tensor([window]), END_OF_TEXT)[0]
    start = 0
    for here, token in enumerate(window):
        start = here if token == END_OF_TEXT else start
        assert positions[here] == here - start
        assert [there for there in range(len(window)) if mask[here, there] == 0] == [*range(start, here + 1)]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", GPT_CONFIGS)
def test_a_document_of_a_window_has_the_logits_that_it_has_alone(name: str, training: bool) -> None:
    """While the network trains, attention takes another path."""
    network = gpt(GPT_CONFIGS[name]).network
    documents = [[END_OF_TEXT, *range(5)], [END_OF_TEXT, 7, 8, 3], [END_OF_TEXT, 9, 1, 2, 4, 6]]
    window = torch.tensor([[id for document in documents for id in document]])
    with torch.set_grad_enabled(training):
        together = network(window, end_of_text=END_OF_TEXT)[0]
        alone = torch.cat([network(torch.tensor([document]))[0] for document in documents])
        assert torch.allclose(together, alone, atol=1e-5)
        assert not torch.allclose(network(window)[0], alone, atol=1e-2)


def test_gradients_are_those_of_the_fused_kernel() -> None:
    ids = torch.randint(0, 4, (2, 300))
    mask = document_mask(ids, 0)
    inputs = [torch.randn(2, 2, 300, 8, requires_grad=True) for _ in range(3)]
    weights = torch.randn(2, 2, 300, 8)
    ours = torch.autograd.grad((attention(*inputs, mask) * weights).sum(), inputs)
    fused = torch.nn.functional.scaled_dot_product_attention(*inputs, attn_mask=mask)
    for mine, theirs in zip(ours, torch.autograd.grad((fused * weights).sum(), inputs), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-4)


def test_layers_share_one_mask_under_autocast() -> None:
    """A mask of another dtype would be converted, and kept for the backward pass, by each layer."""
    ids = torch.tensor([[0, 1, 2, 0, 3]])
    full = document_mask(ids, 0)
    with torch.autocast("cpu", torch.bfloat16):
        short = document_mask(ids, 0)
    assert short.dtype == torch.bfloat16
    assert torch.equal(short.float(), full)
