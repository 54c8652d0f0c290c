"""Dropout (Srivastava et al. 2014) that costs little on a CPU.

There torch draws a number for each element, one after another, which takes longer than the layer around it; four
elements that share a draw of 64 bits take a third of the time. A share is rounded to a 65,536th.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = 1 << 16
"""Of 16 bits."""


def drop(x: Tensor, share: float, training: bool = True) -> Tensor:
    """Zeros a share of the elements and makes up for them in the others; torch's global generator decides."""
    if x.device.type != "cpu" or not training or not share:
        return F.dropout(x, share, training)
    draws = torch.empty(-(-x.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    levels = draws.view(torch.int16)[: x.numel()].view(x.shape)
    dropped = round(share * LEVELS)
    kept = levels >= dropped - LEVELS // 2
    return x * (kept.to(x.dtype) * (LEVELS / (LEVELS - dropped)))
