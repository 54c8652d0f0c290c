"""Cross-entropy loss."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from engine.training.data.batches import IGNORED


def summed_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Nats, summed over the targets that count.

    Logits (rows, predictions, vocabulary), targets (rows, predictions).
    """
    return F.cross_entropy(
        logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED, reduction="sum"
    )
