"""A forward pass of a GPT that keeps what its layers compute, for studies.

Letters in shapes: T tokens, H heads, D head width, W width.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from engine.models.gpt.kernels.rope import apply_rope
from engine.models.gpt.qwen3 import Qwen3
from engine.models.trace import Trace

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.utils.hooks import RemovableHandle

    from engine.models.gpt.gpt2 import GPT2
    from engine.models.gpt.gpt2 import Attention as GPT2Attention
    from engine.models.gpt.kernels.rope import RopeTable
    from engine.models.gpt.network import Network
    from engine.models.gpt.qwen3 import Attention as Qwen3Attention


def trace(network: Network, ids: Tensor) -> Trace:
    """Run a network over ids (T,) of at most its context, without gradients."""
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            return (
                _trace_qwen3(network, ids[None])
                if isinstance(network, Qwen3)
                else _trace_gpt2(network, ids[None])
            )
    finally:
        network.train(was_training)


class _Recorder:
    """Inputs and outputs of modules during one forward pass."""

    def __init__(self) -> None:
        self._handles: list[RemovableHandle] = []

    def inputs(self, module: nn.Module) -> list[Tensor]:
        kept: list[Tensor] = []
        self._handles.append(module.register_forward_pre_hook(lambda _, given: kept.append(given[0][0])))
        return kept

    def __enter__(self) -> _Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()


def _trace_qwen3(network: Qwen3, ids: Tensor) -> Trace:
    decoder = network.model
    rope = (decoder.cosines[: ids.size(1)], decoder.sines[: ids.size(1)])
    with _Recorder() as recorder:
        streams = [recorder.inputs(layer) for layer in decoder.layers] + [recorder.inputs(decoder.norm)]
        attended = [recorder.inputs(layer.self_attn) for layer in decoder.layers]
        hidden = [recorder.inputs(layer.mlp.down_proj) for layer in decoder.layers]
        network(ids)
    residuals = torch.stack([kept[0] for kept in streams])
    return Trace(
        residuals=residuals,
        attention=torch.stack(
            [
                _qwen3_weights(layer.self_attn, kept[0], rope)
                for layer, kept in zip(decoder.layers, attended, strict=True)
            ]
        ),
        activations=torch.stack([kept[0] for kept in hidden]),
        logits=network.lm_head(decoder.norm(residuals)),
    )


def _trace_gpt2(network: GPT2, ids: Tensor) -> Trace:
    with _Recorder() as recorder:
        streams = [recorder.inputs(block) for block in network.h] + [recorder.inputs(network.ln_f)]
        attended = [recorder.inputs(block.attn) for block in network.h]
        hidden = [recorder.inputs(block.mlp.c_proj) for block in network.h]
        network(ids)
    residuals = torch.stack([kept[0] for kept in streams])
    return Trace(
        residuals=residuals,
        attention=torch.stack(
            [_gpt2_weights(block.attn, kept[0]) for block, kept in zip(network.h, attended, strict=True)]
        ),
        activations=torch.stack([kept[0] for kept in hidden]),
        logits=F.linear(network.ln_f(residuals), network.wte.weight),
    )


def _qwen3_weights(attention: Qwen3Attention, x: Tensor, rope: RopeTable) -> Tensor:
    """Attention weights (H, T, T) of a layer's normed input (T, W)."""
    width = attention.head_width
    queries, keys = (
        projection(x).view(1, len(x), -1, width) for projection in (attention.q_proj, attention.k_proj)
    )
    queries = apply_rope(attention.q_norm(queries), rope)[0].transpose(0, 1)  # (H, T, D)
    keys = apply_rope(attention.k_norm(keys), rope)[0].transpose(0, 1)
    return _weights(queries, keys.repeat_interleave(len(queries) // len(keys), 0), attention.is_causal)


def _gpt2_weights(attention: GPT2Attention, x: Tensor) -> Tensor:
    """Attention weights (H, T, T) of a layer's normed input (T, W)."""
    queries, keys, _ = attention.c_attn(x).chunk(3, -1)
    heads = (len(x), -1, attention.head_width)
    queries, keys = (part.reshape(heads).transpose(0, 1) for part in (queries, keys))
    return _weights(queries, keys, attention.is_causal)


def _weights(queries: Tensor, keys: Tensor, causal: bool) -> Tensor:
    """Softmax of queries (H, T, D) over keys (H, T, D), if `causal` up to each, shape (H, T, T)."""
    logits = queries @ keys.mT / math.sqrt(queries.size(-1))
    if causal:
        future = torch.ones_like(logits, dtype=torch.bool).triu(1)
        logits = logits.masked_fill(future, -math.inf)
    return logits.softmax(-1)
