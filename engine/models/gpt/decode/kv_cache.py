"""Keys and values of the tokens that a GPT has read, so that each new token attends without recomputing them.

Letters in shapes: B sequences, T new tokens, S tokens so far (T included), K key-value heads, D head width.
"""

from __future__ import annotations

import torch
from torch import Tensor


class KVCache:
    """Keys and values of all layers, allocated once for the whole context length."""

    def __init__(
        self,
        *,
        layers: int,
        batch: int,
        kv_heads: int,
        capacity: int,
        head_width: int,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        shape = (layers, batch, kv_heads, capacity, head_width)
        self.keys = torch.zeros(shape, device=device, dtype=dtype)
        self.values = torch.zeros(shape, device=device, dtype=dtype)
        self.capacity = capacity
        self.length = 0
        """Tokens in the cache."""

    def positions(self, tokens: int) -> Tensor:
        """Positions of the next tokens, shape (tokens,)."""
        return torch.arange(self.length, self.length + tokens, device=self.keys.device)

    def mask(self, tokens: int) -> Tensor | None:
        """Attention mask of the next T tokens over all S, shape (T, S).

        None where every token is visible, or where plain causal order holds.
        """
        if self.length == 0 or tokens == 1:
            return None
        seen = torch.ones(tokens, self.length + tokens, dtype=torch.bool, device=self.keys.device)
        return seen.tril(self.length)

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append keys and values (B, K, T, D) of a layer and return all of them, (B, K, S, D).

        `length` grows by `commit`, after the last layer.
        """
        end = self.length + keys.size(2)
        self.keys[layer, :, :, self.length : end] = keys
        self.values[layer, :, :, self.length : end] = values
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]

    def commit(self, tokens: int) -> None:
        self.length += tokens

    def truncate(self, length: int) -> None:
        """Drop all but the first `length` tokens."""
        self.length = min(self.length, length)
