"""Dropout (Srivastava et al. 2014) that is cheap on a CPU.

There torch samples a random number for each element in sequence, which takes longer than the layer around it; here
eight elements share 64 random bits. The dropout probability is rounded to a multiple of 1/256.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = 1 << 8
"""Values of a byte."""


def drop(x: Tensor, p: float, training: bool = True) -> Tensor:
    """Zero each element with probability `p` and rescale the others. Uses torch's global generator."""
    if x.device.type != "cpu" or not training or not p:
        return F.dropout(x, p, training)
    factors: Tensor = _factors(x.detach(), p)
    return x * factors


# A custom operator, because a compiled graph would sample one number at a time again. Its argument is x and not the
# shape, because the compiler merges two calls with equal arguments.
@torch.library.custom_op("lilm::dropout_factors", mutates_args=(), tags=(torch.Tag.nondeterministic_seeded,))
def _factors(x: Tensor, p: float) -> Tensor:
    """Factors of the elements of x: 0, or the scale of those that stay."""
    factors = torch.empty_like(x, memory_format=torch.contiguous_format)
    random_bits = torch.empty(-(-x.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
    levels = random_bits.view(torch.int8)[: x.numel()].view(x.shape)
    dropped = min(max(1, round(p * LEVELS)), LEVELS - 1)
    # A comparison that writes floats is several times faster than a conversion of booleans.
    torch.ge(levels, dropped - LEVELS // 2, out=factors)
    return factors.mul_(LEVELS / (LEVELS - dropped))


@_factors.register_fake
def _(x: Tensor, p: float) -> Tensor:
    return torch.empty_like(x, memory_format=torch.contiguous_format)
