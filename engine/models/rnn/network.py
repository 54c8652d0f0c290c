"""Embeddings, gated recurrent units, logits (Cho et al. 2014; Mikolov et al. 2010 for language models).

Letters in shapes: B sequences, T tokens, L layers, E embedding, W width, V vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from engine.models.rnn.family import RNNConfig


class RNN(nn.Module):
    """Network from ids (B, T) to next-token logits (B, T, V)."""

    def __init__(self, config: RNNConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(vocabulary_size, config.embedding)
        self.gru = nn.GRU(
            config.embedding,
            config.width,
            config.layers,
            batch_first=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.output = nn.Linear(config.width, vocabulary_size)
        # Logits start near zero: the first loss is ln(V), not more.
        nn.init.normal_(self.output.weight, std=0.01)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids: Tensor) -> Tensor:
        logits, _ = self.read(ids)
        return logits

    def read(self, ids: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Continue from a state (L, B, W), none at the start of a text. Returns logits and the new state."""
        x = F.dropout(self.embedding(ids), self.config.dropout, self.training)  # (B, T, E)
        hidden, state = self.gru(x, state)  # (B, T, W)
        hidden = F.dropout(hidden, self.config.dropout, self.training)
        logits: Tensor = self.output(hidden)
        return logits, state
