"""A network's weights as decoding on a CPU wants them: as few matrices and vectors as the arithmetic allows.

- A norm's weight goes into the matrix that follows it, and so does the root of its width: what is left of
  RMSNorm is division by the vector's length.
- LayerNorm is RMSNorm of vectors whose mean is zero. GPT-2's are, once the mean is taken out of all that is added
  to them: embeddings, and the matrices and biases of what attention and feed-forward put out.
- One matrix gives queries, keys and values; one gives gate and value.

Letters in shapes as in qwen3.py, with L layers and V tokens in the vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.gpt.qwen3 import NORM_EPSILON, Qwen3
from engine.models.gpt.sliced_products import SlicedMatrix, pad_to_slices, slice_matrix

if TYPE_CHECKING:
    from engine.models.gpt.gpt2 import GPT2
    from engine.models.gpt.hugging_face import Network


@dataclass(frozen=True)
class PackedLayer:
    queries_keys_values: SlicedMatrix
    """(W) to ((H + 2K) x D)"""
    attention_out: SlicedMatrix
    feed_forward_in: SlicedMatrix
    """(W) to (I), or to (2 I), gate and value."""
    feed_forward_out: SlicedMatrix


@dataclass(frozen=True)
class PackedRotations:
    """Of queries and keys: the norms of their heads, then RoPE."""

    norms: Tensor
    """Weights of each head's norm, those of queries with attention's scale, (L, H + K, D)."""
    cosines: Tensor
    sines: Tensor
    """(positions, D)"""


@dataclass(frozen=True)
class PackedNetwork:
    embedding: Tensor
    """(V, W)"""
    positions: Tensor | None
    """Learned ones, (positions, W)."""
    rotations: PackedRotations | None
    layers: tuple[PackedLayer, ...]
    output: SlicedMatrix
    """(W) to (V or a few more)"""
    norm_epsilon: float


def pack(network: Network) -> PackedNetwork:
    """A copy: what the network learns later is not in it."""
    with torch.inference_mode():
        return _pack_qwen3(network) if isinstance(network, Qwen3) else _pack_gpt2(network)


def _pack_qwen3(network: Qwen3) -> PackedNetwork:
    config, decoder = network.config, network.model
    layers, norms = [], []
    for layer in decoder.layers:
        attention, feed_forward = layer.self_attn, layer.mlp
        projections = (attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight)
        gate_and_value = (feed_forward.gate_proj.weight, feed_forward.up_proj.weight)
        layers.append(
            PackedLayer(
                slice_matrix(_after_norm(torch.cat(projections), layer.input_layernorm.weight)),
                slice_matrix(attention.o_proj.weight),
                slice_matrix(_after_norm(torch.cat(gate_and_value), layer.post_attention_layernorm.weight)),
                slice_matrix(feed_forward.down_proj.weight),
            )
        )
        # The root of a head's width cancels attention's scale.
        key_norm = attention.k_norm.weight * math.sqrt(config.head_width)
        norms.append(
            torch.cat(
                (attention.q_norm.weight.expand(config.heads, -1), key_norm.expand(config.kv_heads, -1))
            )
        )
    return PackedNetwork(
        embedding=decoder.embed_tokens.weight.clone(),
        positions=None,
        rotations=PackedRotations(torch.stack(norms), decoder.cosines, decoder.sines),
        layers=tuple(layers),
        output=slice_matrix(pad_to_slices(_after_norm(network.lm_head.weight, decoder.norm.weight))),
        norm_epsilon=NORM_EPSILON,
    )


def _pack_gpt2(network: GPT2) -> PackedNetwork:
    config = network.config
    scale = config.head_width**-0.5
    layers = []
    for block in network.h:
        projection, projection_bias = _after_layer_norm(block.attn.c_attn, block.ln_1)
        projection[: config.width] *= scale
        projection_bias[: config.width] *= scale
        layers.append(
            PackedLayer(
                slice_matrix(projection, projection_bias),
                slice_matrix(_centred(block.attn.c_proj.weight), _centred(block.attn.c_proj.bias)),
                slice_matrix(*_after_layer_norm(block.mlp.c_fc, block.ln_2)),
                slice_matrix(_centred(block.mlp.c_proj.weight), _centred(block.mlp.c_proj.bias)),
            )
        )
    final = network.ln_f
    return PackedNetwork(
        embedding=_centred(network.wte.weight.T).T.contiguous(),
        positions=_centred(network.wpe.weight.T).T.contiguous(),
        rotations=None,
        layers=tuple(layers),
        output=slice_matrix(
            pad_to_slices(_after_norm(network.wte.weight, final.weight)),
            pad_to_slices((network.wte.weight @ final.bias).unsqueeze(-1)).flatten(),
        ),
        norm_epsilon=final.eps,
    )


def _after_norm(weight: Tensor, norm: Tensor) -> Tensor:
    """What multiplies a vector of length one instead of a normed one."""
    return weight * (norm * math.sqrt(len(norm)))


def _after_layer_norm(linear: torch.nn.Linear, norm: torch.nn.LayerNorm) -> tuple[Tensor, Tensor]:
    return _after_norm(linear.weight, norm.weight), torch.addmv(linear.bias, linear.weight, norm.bias)


def _centred(values: Tensor) -> Tensor:
    """With a mean of zero along the first dimension."""
    return values - values.mean(0)
