"""Causal attention over a sequence, or over a cache of keys and values that grows token by token.

Letters in shapes: B sequences, T new tokens, S tokens so far (T included), H heads, K key-value heads,
D head width.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt import attention_products


class KeyValueCache:
    """Keys and values of all layers, allocated once for the whole context."""

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
        """Tokens held."""

    def positions(self, tokens: int) -> Tensor:
        """Where the next tokens stand, (tokens,)."""
        return torch.arange(self.length, self.length + tokens, device=self.keys.device)

    def mask(self, tokens: int) -> Tensor | None:
        """Which of all S tokens each of the T next ones sees, (T, S); None where it is all, or plainly causal."""
        if self.length == 0 or tokens == 1:
            return None
        seen = torch.ones(tokens, self.length + tokens, dtype=torch.bool, device=self.keys.device)
        return seen.tril(self.length)

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Stores (B, K, T, D) behind what is there and gives all of it, (B, K, S, D).

        `length` grows by `commit`, after the last layer.
        """
        end = self.length + keys.size(2)
        self.keys[layer, :, :, self.length : end] = keys
        self.values[layer, :, :, self.length : end] = values
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]

    def commit(self, tokens: int) -> None:
        self.length += tokens

    def truncate(self, length: int) -> None:
        """Forgets all but the first `length` tokens."""
        self.length = min(self.length, length)


def causal_attention(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, dropout: float = 0.0
) -> Tensor:
    """(B, H, T, D) over (B, K, S, D) to (B, H, T, D).

    Without a mask (T, S), S = T queries see themselves and what is before them, and a single one sees all keys.
    With fewer key-value heads than heads, each serves H / K of them.
    """
    if mask is None and _learns_on_cpu(queries) and 1 < queries.size(2) <= attention_products.MOST_TOKENS:
        return attention_products.attend(queries, keys, values, dropout)
    return F.scaled_dot_product_attention(
        queries,
        keys,
        values,
        attn_mask=mask,
        dropout_p=dropout,
        is_causal=mask is None and queries.size(2) > 1,
        enable_gqa=keys.size(1) != queries.size(1),
    )


def _learns_on_cpu(queries: Tensor) -> bool:
    return queries.device.type == "cpu" and queries.requires_grad
