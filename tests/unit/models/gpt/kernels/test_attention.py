"""Attention by products against torch's fused kernel: results and gradients."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt.kernels.attention import QUERIES_PER_BLOCK, unfused_attention


def random_heads(heads: int, tokens: int) -> Tensor:
    return torch.randn(2, heads, tokens, 8, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("key_value_heads", [4, 2, 1])
@pytest.mark.parametrize("tokens", [2, QUERIES_PER_BLOCK, 2 * QUERIES_PER_BLOCK + 3])
def test_products_are_the_fused_kernel(key_value_heads: int, tokens: int, causal: bool) -> None:
    torch.manual_seed(0)
    inputs = (
        random_heads(4, tokens),
        random_heads(key_value_heads, tokens),
        random_heads(key_value_heads, tokens),
    )
    ours = unfused_attention(*inputs, dropout=0.0, causal=causal)
    theirs = F.scaled_dot_product_attention(*inputs, is_causal=causal, enable_gqa=True)
    torch.testing.assert_close(ours, theirs)
    upstream = torch.randn_like(ours)
    for our_gradient, their_gradient in zip(
        torch.autograd.grad(ours, inputs, upstream),
        torch.autograd.grad(theirs, inputs, upstream),
        strict=True,
    ):
        torch.testing.assert_close(our_gradient, their_gradient)


def test_dropout_takes_whole_weights_away() -> None:
    torch.manual_seed(0)
    queries, keys = random_heads(4, 64), random_heads(4, 64)
    ones = torch.ones_like(keys)
    sums = unfused_attention(queries, keys, ones, dropout=0.25)[..., 0]  # of the weights that are left
    assert sums.mean().item() == pytest.approx(1.0, abs=0.1)
    assert sums.std() > 0.05
