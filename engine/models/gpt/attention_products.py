"""Causal attention as plain matrix products, for training on a CPU.

There the backward pass of torch's fused kernel takes about twice the time of products and a softmax
(tests/benchmarks/attention.py), which keep the weights of all pairs instead: fine for contexts up to MOST_TOKENS.
Letters in shapes as in attention.py.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt.dropout import drop

MOST_TOKENS = 512
QUERIES_AT_ONCE = 128
"""A block of queries meets only the keys up to its end: half of the work on a long context is masked away."""


def attend(queries: Tensor, keys: Tensor, values: Tensor, dropout: float) -> Tensor:
    """(B, H, T, D) over (B, K, T, D) to (B, H, T, D)."""
    batch, heads, tokens, width = queries.shape
    groups = heads // keys.size(1)
    if groups > 1:
        keys, values = keys.repeat_interleave(groups, 1), values.repeat_interleave(groups, 1)
    rows = (batch * heads, -1, width)
    queries = (queries / math.sqrt(width)).reshape(rows)
    keys, values = keys.reshape(rows), values.reshape(rows)
    future = queries.new_full((min(tokens, QUERIES_AT_ONCE),) * 2, -math.inf).triu(1)
    mixed = []
    for begin in range(0, tokens, QUERIES_AT_ONCE):
        end = min(tokens, begin + QUERIES_AT_ONCE)
        mask = F.pad(future[: end - begin, : end - begin], (begin, 0))
        scores = torch.baddbmm(mask, queries[:, begin:end], keys[:, :end].mT)
        weights = drop(scores.softmax(-1), dropout)
        mixed.append(torch.bmm(weights, values[:, :end]))
    return torch.cat(mixed, 1).view(batch, heads, tokens, width)
