"""The embeddings of a fixed window, tanh layers, logits for the token after it (Bengio et al. 2003).

Letters in shapes: B sequences, C context length, E embedding, V vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from engine.models.mlp.family import MLPConfig


class MLP(nn.Module):
    """Network from ids (B, C) to logits (B, 1, V) of the one token after the window."""

    def __init__(self, config: MLPConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(vocabulary_size, config.embedding)
        widths = [config.context_length * config.embedding] + [config.hidden] * config.layers
        self.hidden: list[nn.Linear] = nn.ModuleList(  # type: ignore[assignment]
            nn.Linear(width, config.hidden) for width in widths[:-1]
        )
        self.output = nn.Linear(config.hidden, vocabulary_size)
        # Logits start near zero: the first loss is ln(V), not more.
        nn.init.normal_(self.output.weight, std=0.01)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embedding(ids).flatten(1)  # (B, C x E)
        for layer in self.hidden:
            x = F.dropout(layer(x).tanh(), self.config.dropout, self.training)
        logits: Tensor = self.output(x).unsqueeze(1)
        return logits
