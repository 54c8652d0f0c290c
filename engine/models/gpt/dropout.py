"""Dropout (Srivastava et al. 2014) that costs little on a CPU.

There torch draws a number for each element, one after another, which takes longer than the layer around it; here
eight elements share a draw of 64 bits. A share is rounded to a 256th.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = 1 << 8
"""Of a byte."""


def drop(x: Tensor, share: float, training: bool = True) -> Tensor:
    """Zeros a share of the elements and makes up for them in the others; torch's global generator decides."""
    if x.device.type != "cpu" or not training or not share:
        return F.dropout(x, share, training)
    factors: Tensor = _factors(x.detach(), share)
    return x * factors


# An operator of its own, because a compiled graph would draw one number at a time again. It is given x, not its
# shape, because there two calls with equal arguments become one.
@torch.library.custom_op("lilm::dropout_factors", mutates_args=(), tags=(torch.Tag.nondeterministic_seeded,))
def _factors(x: Tensor, share: float) -> Tensor:
    """What each element of x is multiplied by: 0, or what makes up for those."""
    factors = torch.empty_like(x, memory_format=torch.contiguous_format)
    draws = torch.empty(-(-x.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
    levels = draws.view(torch.int8)[: x.numel()].view(x.shape)
    dropped = min(max(1, round(share * LEVELS)), LEVELS - 1)
    # A comparison that writes numbers is several times faster than one whose truths are then made numbers.
    torch.ge(levels, dropped - LEVELS // 2, out=factors)
    return factors.mul_(LEVELS / (LEVELS - dropped))


@_factors.register_fake
def _(x: Tensor, share: float) -> Tensor:
    return torch.empty_like(x, memory_format=torch.contiguous_format)
