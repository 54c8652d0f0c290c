"""Attention, causal or in both directions, with a faster path for training on a CPU.

There the backward pass of torch's fused kernel takes about twice the time of plain matrix products and a softmax
(tests/benchmarks/training/attention.py), which keep the attention weights of all pairs instead: affordable for
contexts up to LONGEST_UNFUSED.

A window of training can hold several documents, each behind an end-of-text token. `document_mask` keeps attention
within a document, so that a document is learned as it is generated: from nothing but its own tokens.

Letters in shapes: B sequences, T query tokens, S key tokens, H heads, K key-value heads, D head width.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt.kernels.dropout import drop

LONGEST_UNFUSED = 512
"""Tokens."""
QUERIES_PER_BLOCK = 128
"""A block of queries meets only the keys up to its end: half of the work on a long context is masked away."""


def document_mask(ids: Tensor, end_of_text: int, *, causal: bool = True) -> Tensor:
    """Additive mask (B, 1, T, T) of ids (B, T): 0 within a document, -inf between documents.

    If `causal`, it is -inf for all later tokens too.
    Under autocast it has autocast's dtype: converted by each layer, it would be kept by each for the backward pass.
    """
    kind = ids.device.type
    dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else torch.float32
    documents = (ids == end_of_text).cumsum(1)
    visible = documents.unsqueeze(1) == documents.unsqueeze(2)
    visible = visible.tril() if causal else visible
    return torch.zeros_like(visible, dtype=dtype).masked_fill_(~visible, -math.inf).unsqueeze(1)


def document_positions(ids: Tensor, end_of_text: int) -> Tensor:
    """Positions (B, T) of ids (B, T) within their documents; the end-of-text before a document is at 0."""
    here = torch.arange(ids.size(1), device=ids.device).expand_as(ids)
    starts: Tensor = torch.where(ids == end_of_text, here, 0).cummax(1).values
    return here - starts


def attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: Tensor | None,
    dropout: float = 0.0,
    *,
    causal: bool = True,
) -> Tensor:
    """Attention of queries (B, H, T, D) over keys and values (B, K, S, D), shape (B, H, T, D).

    `mask` is boolean (T, S), or additive (B, 1, T, T) and by itself as causal as `causal` says. Without one, S = T
    queries attend to themselves and to earlier tokens if `causal`, else to all, and a single one to all keys. With
    fewer key-value heads than heads, each serves H / K of them (grouped-query attention, Ainslie et al. 2023).
    """
    is_square = mask is None or mask.is_floating_point()
    if is_square and _trains_on_cpu(queries) and 1 < queries.size(2) <= LONGEST_UNFUSED:
        return unfused_attention(queries, keys, values, dropout, mask, causal=causal)
    return F.scaled_dot_product_attention(
        queries,
        keys,
        values,
        attn_mask=mask.to(queries.dtype) if mask is not None and mask.is_floating_point() else mask,
        dropout_p=dropout,
        is_causal=causal and mask is None and queries.size(2) > 1,
        enable_gqa=keys.size(1) != queries.size(1),
    )


def unfused_attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    dropout: float,
    mask: Tensor | None = None,
    *,
    causal: bool = True,
) -> Tensor:
    """Attention of (B, H, T, D) over (B, K, T, D) as matrix products, shape (B, H, T, D).

    `mask` is additive, (B, 1, T, T), and by itself as causal as `causal` says.
    """
    batch, heads, tokens, width = queries.shape
    groups = heads // keys.size(1)
    if groups > 1:
        keys, values = keys.repeat_interleave(groups, 1), values.repeat_interleave(groups, 1)
    rows = (batch * heads, -1, width)
    queries = (queries / math.sqrt(width)).reshape(rows)
    keys, values = keys.reshape(rows), values.reshape(rows)
    future = queries.new_full((min(tokens, QUERIES_PER_BLOCK),) * 2, -math.inf).triu(1)
    outputs = []
    for begin in range(0, tokens, QUERIES_PER_BLOCK):
        end = min(tokens, begin + QUERIES_PER_BLOCK)
        seen = end if causal else tokens
        if causal and mask is None:
            triangle = F.pad(future[: end - begin, : end - begin], (begin, 0))
            logits = torch.baddbmm(triangle, queries[:, begin:end], keys[:, :seen].mT)
        else:
            logits = torch.bmm(queries[:, begin:end], keys[:, :seen].mT)
        if mask is not None:
            logits.view(batch, heads, end - begin, seen).add_(mask[:, :, begin:end, :seen])
        weights = drop(logits.softmax(-1), dropout)
        outputs.append(torch.bmm(weights, values[:, :seen]))
    return torch.cat(outputs, 1).view(batch, heads, tokens, width)


def _trains_on_cpu(queries: Tensor) -> bool:
    return queries.device.type == "cpu" and queries.requires_grad
