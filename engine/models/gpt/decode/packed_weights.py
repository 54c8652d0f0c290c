"""Weights of a network, folded for decoding on a CPU into as few matrices and vectors as possible.

- The weight of a norm and the square root of its width are folded into the matrix that follows it: what is left of
  RMSNorm is a division by the vector's length.
- LayerNorm is RMSNorm of vectors with zero mean. Those of GPT-2 have it once the mean is subtracted from all that is
  added to the residual stream: embeddings, and the output matrices and biases of attention and feed-forward layers.
- One matrix computes queries, keys and values; one computes gate and value.

Letters in shapes as in qwen3.py, with L layers and V tokens in the vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.gpt.decode.sliced_matrix import SlicedMatrix, pad_to_slices, slice_matrix
from engine.models.gpt.decode.threads import threads_for
from engine.models.gpt.qwen3 import NORM_EPSILON, Qwen3

if TYPE_CHECKING:
    from engine.models.gpt.gpt2 import GPT2
    from engine.models.gpt.network import Network


@dataclass(frozen=True)
class PackedLayer:
    queries_keys_values: SlicedMatrix
    """(W) to ((H + 2K) x D)"""
    attention_out: SlicedMatrix
    feed_forward_in: SlicedMatrix
    """(W) to (I), or to (2 I), gate and value."""
    feed_forward_out: SlicedMatrix


@dataclass(frozen=True)
class PackedRope:
    """QK-norm and RoPE of queries and keys."""

    norms: Tensor
    """Norm weights of each head, those of queries times the scale of attention, shape (L, H + K, D)."""
    cosines: Tensor
    sines: Tensor
    """(positions, D)"""


@dataclass(frozen=True)
class PackedNetwork:
    embedding: Tensor
    """(V, W)"""
    positions: Tensor | None
    """Learned position embeddings, (positions, W)."""
    rope: PackedRope | None
    layers: tuple[PackedLayer, ...]
    output: SlicedMatrix
    """(W) to (V or a few more)"""
    norm_epsilon: float
    slices: int
    """Most slices of a matrix, and so the most threads that compute a token."""


def pack(network: Network) -> PackedNetwork:
    """Return a folded copy of the weights; later training does not change it."""
    weights = sum(parameter.numel() for parameter in network.parameters())
    slices = threads_for(weights, torch.get_num_threads())
    with torch.inference_mode():
        return _pack_qwen3(network, slices) if isinstance(network, Qwen3) else _pack_gpt2(network, slices)


def _pack_qwen3(network: Qwen3, slices: int) -> PackedNetwork:
    config, decoder = network.config, network.model
    sliced = partial(slice_matrix, bias=None, most=slices)
    layers, norms = [], []
    for layer in decoder.layers:
        attention, feed_forward = layer.self_attn, layer.mlp
        projections = (attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight)
        gate_and_value = (feed_forward.gate_proj.weight, feed_forward.up_proj.weight)
        layers.append(
            PackedLayer(
                sliced(_after_norm(torch.cat(projections), layer.input_layernorm.weight)),
                sliced(attention.o_proj.weight),
                sliced(_after_norm(torch.cat(gate_and_value), layer.post_attention_layernorm.weight)),
                sliced(feed_forward.down_proj.weight),
            )
        )
        # The square root of the head width cancels the scale of attention.
        key_norm = attention.k_norm.weight * math.sqrt(config.head_width)
        norms.append(
            torch.cat(
                (attention.q_norm.weight.expand(config.heads, -1), key_norm.expand(config.kv_heads, -1))
            )
        )
    return PackedNetwork(
        embedding=decoder.embed_tokens.weight.clone(),
        positions=None,
        rope=PackedRope(torch.stack(norms), decoder.cosines, decoder.sines),
        layers=tuple(layers),
        output=sliced(pad_to_slices(_after_norm(network.lm_head.weight, decoder.norm.weight), slices)),
        norm_epsilon=NORM_EPSILON,
        slices=slices,
    )


def _pack_gpt2(network: GPT2, slices: int) -> PackedNetwork:
    config = network.config
    scale = config.head_width**-0.5
    layers = []
    for block in network.h:
        projection, projection_bias = _after_layer_norm(block.attn.c_attn, block.ln_1)
        projection[: config.width] *= scale
        projection_bias[: config.width] *= scale
        layers.append(
            PackedLayer(
                slice_matrix(projection, projection_bias, slices),
                slice_matrix(_centered(block.attn.c_proj.weight), _centered(block.attn.c_proj.bias), slices),
                slice_matrix(*_after_layer_norm(block.mlp.c_fc, block.ln_2), slices),
                slice_matrix(_centered(block.mlp.c_proj.weight), _centered(block.mlp.c_proj.bias), slices),
            )
        )
    final = network.ln_f
    return PackedNetwork(
        embedding=_centered(network.wte.weight.T).T.contiguous(),
        positions=_centered(network.wpe.weight.T).T.contiguous(),
        rope=None,
        layers=tuple(layers),
        output=slice_matrix(
            pad_to_slices(_after_norm(network.wte.weight, final.weight), slices),
            pad_to_slices((network.wte.weight @ final.bias).unsqueeze(-1), slices).flatten(),
            slices,
        ),
        norm_epsilon=final.eps,
        slices=slices,
    )


def _after_norm(weight: Tensor, norm: Tensor) -> Tensor:
    """Matrix that multiplies a unit vector in place of a normalized one."""
    return weight * (norm * math.sqrt(len(norm)))


def _after_layer_norm(linear: torch.nn.Linear, norm: torch.nn.LayerNorm) -> tuple[Tensor, Tensor]:
    return _after_norm(linear.weight, norm.weight), torch.addmv(linear.bias, linear.weight, norm.bias)


def _centered(values: Tensor) -> Tensor:
    """Subtract the mean along the first dimension."""
    return values - values.mean(0)
