"""Selection of the positions whose logits are computed: a product with the output matrix is not cheap."""

from __future__ import annotations

import torch
from torch import Tensor


def select_positions(hidden: Tensor, last_only: bool, only: Tensor | None) -> Tensor:
    """Hidden states (B, T, W) at all positions, (B, 1, W) at the last or, with `only` (B,), at one of each."""
    if only is not None:
        return hidden[torch.arange(len(only), device=hidden.device), only].unsqueeze(1)
    return hidden[:, -1:] if last_only else hidden
