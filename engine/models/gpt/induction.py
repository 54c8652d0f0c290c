"""Initial weights in which copying is laid out: induction heads (Olsson et al. 2022) that work at the first step.

A transformer learns to repeat what stood earlier in the text, such as a hero's name, by two heads, one above the
other. The lower one attends to the token before and notes it down. The upper one attends to the position whose note
is the current token, and predicts what stands there. From random weights the two come together only after hundreds of
steps, which is half of a small model's budget. Training changes these weights like any others (Trockman and Kolter
2023, "Mimetic Initialization of Self-Attention Layers").

The lower head needs queries and keys that do not depend on the token, so that RoPE alone decides where it attends,
and there are no biases. So all embeddings share one direction. In a tied output matrix that adds the same number to
all logits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.gpt.qwen3 import Qwen3

HEADS = 0.5
"""Fraction of the heads of the two layers."""
NEAR_PAIRS = 3 / 16
"""Fraction of RoPE's pairs, the fastest ones, that tell the token before from those further away."""
CONTENT_PAIRS = 1 / 2
"""Fraction of the pairs, the slowest ones, in which tokens are compared at any distance."""
GAIN = 1.4
"""Of the norms of queries and keys: how sharply the two layers attend at first."""
INPUT = 0.25
"""Size of the rows of queries, keys and values."""
OUTPUT = 0.05
"""Factor of a value on its path to the output, beside embeddings of 0.02.

Copies four times as large and a gain of 2 above let an untrained model repeat more surely, and cost 0.4 nats at
step 250."""


def lay_out_induction(network: Qwen3) -> None:
    """Change the first two layers' weights in place; random directions come from torch's global generator.

    Nothing happens where the shape has no room for it (a single layer, heads that share keys, untied embeddings), for
    masked training, where the current token is the mask, and where a checkpoint will fill in the weights.
    """
    config = network.config
    if network.lm_head.weight.is_meta or not config.causal:
        return
    heads = max(1, int(HEADS * config.heads))
    width, head_width = config.width, config.head_width
    if config.layers < 2 or config.kv_heads != config.heads or not network.is_tied or head_width < 16:
        return
    lower, upper = (layer.self_attn for layer in network.model.layers[:2])
    with torch.no_grad():
        embedding = network.model.embed_tokens.weight
        shared = torch.nn.functional.normalize(torch.randn(width), dim=0)
        embedding.add_(shared, alpha=float(embedding.std()) * width**0.5)
        content, notes, copied = (_directions(heads * head_width, shared) for _ in range(3))
        query, key = _token_before(head_width, config.rope_base)
        slow = _slow_pairs(head_width)
        for head in range(heads):
            rows = slice(head * head_width, (head + 1) * head_width)
            lower.q_proj.weight[rows] = INPUT * torch.outer(query, shared)
            lower.k_proj.weight[rows] = INPUT * torch.outer(key, shared)
            lower.v_proj.weight[rows] = INPUT * content[rows]
            lower.o_proj.weight[:, rows] = OUTPUT / INPUT * notes[rows].T
            upper.q_proj.weight[rows] = INPUT * content[rows] * slow
            upper.k_proj.weight[rows] = INPUT * notes[rows] * slow
            upper.v_proj.weight[rows] = INPUT * copied[rows]
            upper.o_proj.weight[:, rows] = OUTPUT / INPUT * copied[rows].T
        for attention in (lower, upper):
            attention.q_norm.weight.mul_(GAIN)
            attention.k_norm.weight.mul_(GAIN)


def _directions(count: int, shared: Tensor) -> Tensor:
    """Orthogonal unit vectors without the shared direction, shape (count, width)."""
    basis, _ = torch.linalg.qr(torch.randn(len(shared), count))
    rows: Tensor = basis.T
    without: Tensor = rows - torch.outer(rows @ shared, shared)
    return without


def _token_before(head_width: int, rope_base: float) -> tuple[Tensor, Tensor]:
    """A query and a key that agree most when the key's position is one less. Shape (D,) each."""
    pairs = head_width // 2
    near = max(1, round(NEAR_PAIRS * pairs))
    angles = rope_base ** (-torch.arange(pairs) / pairs)
    size = (pairs / near) ** 0.5 * (torch.arange(pairs) < near)
    # RoPE turns pair i by position x angle: a key turned by one angle more stands where its successor's query does.
    query = torch.cat((size, torch.zeros(pairs)))
    key = torch.cat((size * angles.cos(), size * angles.sin()))
    return query, key


def _slow_pairs(head_width: int) -> Tensor:
    """1 for the numbers of a head that RoPE hardly turns, else 0. Shape (D, 1)."""
    pairs = head_width // 2
    slow = torch.arange(pairs) >= pairs - round(CONTENT_PAIRS * pairs)
    return slow.float().repeat(2).unsqueeze(1)
