"""One token at a time on a CPU, where what counts is how few operations a token takes.

The weights of each layer are packed so that one product gives queries, keys and values, and one gives gate and
value; these wide matrices lie transposed, which is faster to multiply. Vectors replace the batch. Same arithmetic
as the networks, up to rounding (tests/benchmarks/decoding.py measures it). Letters in shapes as in qwen3.py.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt.qwen3 import NORM_EPSILON, Qwen3

if TYPE_CHECKING:
    from engine.models.gpt.attention import KeyValueCache
    from engine.models.gpt.gpt2 import GPT2


class Decoder(ABC):
    """Sees a network's weights as they were when it was made."""

    @abstractmethod
    def step(self, token: int, cache: KeyValueCache) -> Tensor:
        """Appends a token to what the cache holds. Scores of the next one, (vocabulary,)."""


def pack(network: Qwen3 | GPT2) -> Decoder:
    with torch.inference_mode():
        return PackedQwen3(network) if isinstance(network, Qwen3) else PackedGPT2(network)


@dataclass(frozen=True)
class Qwen3Layer:
    attention_norm: Tensor
    queries_keys_values: Tensor
    """(W, (H + 2K) x D)"""
    head_norms: Tensor
    """Of each query's and key's head, (H + K, D)."""
    attention_out: Tensor
    feed_forward_norm: Tensor
    gate_and_value: Tensor
    """(W, 2 I)"""
    feed_forward_out: Tensor


class PackedQwen3(Decoder):
    def __init__(self, network: Qwen3) -> None:
        config = network.config
        self._heads, self._kv_heads, self._head_width = config.heads, config.kv_heads, config.head_width
        self._embedding = network.model.embed_tokens.weight.clone()
        self._output = network.lm_head.weight.clone()
        self._norm = network.model.norm.weight.clone()
        self._cosines = network.model.cosines
        # Rotation turns (left, right) by (-right, left): the sign goes into the table.
        half = self._head_width // 2
        self._signed_sines = torch.cat((-network.model.sines[:, :half], network.model.sines[:, half:]), -1)
        self._layers = [
            Qwen3Layer(
                attention_norm=layer.input_layernorm.weight.clone(),
                queries_keys_values=torch.cat(
                    [
                        layer.self_attn.q_proj.weight,
                        layer.self_attn.k_proj.weight,
                        layer.self_attn.v_proj.weight,
                    ]
                ).T.contiguous(),
                head_norms=torch.cat(
                    [
                        layer.self_attn.q_norm.weight.expand(self._heads, -1),
                        layer.self_attn.k_norm.weight.expand(self._kv_heads, -1),
                    ]
                ),
                attention_out=layer.self_attn.o_proj.weight.clone(),
                feed_forward_norm=layer.post_attention_layernorm.weight.clone(),
                gate_and_value=torch.cat(
                    [layer.mlp.gate_proj.weight, layer.mlp.up_proj.weight]
                ).T.contiguous(),
                feed_forward_out=layer.mlp.down_proj.weight.clone(),
            )
            for layer in network.model.layers
        ]

    def step(self, token: int, cache: KeyValueCache) -> Tensor:
        heads, kv_heads, width = self._heads, self._kv_heads, self._head_width
        cosines, sines = self._cosines[cache.length], self._signed_sines[cache.length]
        x = self._embedding[token]  # (W)
        for index, layer in enumerate(self._layers):
            projected = _rms_norm(x, layer.attention_norm).unsqueeze(0) @ layer.queries_keys_values
            projected = projected.view(heads + 2 * kv_heads, width)
            turning = (
                F.rms_norm(projected[: heads + kv_heads], (width,), None, NORM_EPSILON) * layer.head_norms
            )
            turned = torch.addcmul(turning * cosines, turning.roll(width // 2, 1), sines)
            keys, values = cache.extend(
                index,
                turned[heads:].view(1, kv_heads, 1, width),
                projected[heads + kv_heads :].view(1, -1, 1, width),
            )
            queries = turned[:heads].view(1, heads, 1, width)
            mixed = F.scaled_dot_product_attention(queries, keys, values, enable_gqa=heads != kv_heads)
            x = torch.addmv(x, layer.attention_out, mixed.view(-1))
            gate, value = (_rms_norm(x, layer.feed_forward_norm).unsqueeze(0) @ layer.gate_and_value)[
                0
            ].chunk(2)
            x = torch.addmv(x, layer.feed_forward_out, F.silu(gate).mul_(value))
        cache.commit(1)
        return torch.mv(self._output, _rms_norm(x, self._norm))


class PackedGPT2(Decoder):
    """GPT-2's layers come packed; only the batch goes."""

    def __init__(self, network: GPT2) -> None:
        self._network = network
        self._heads = network.config.heads

    def step(self, token: int, cache: KeyValueCache) -> Tensor:
        network = self._network
        width = network.config.width
        x = network.wte.weight[token] + network.wpe.weight[cache.length]  # (W)
        for index, block in enumerate(network.h):
            attention, feed_forward = block.attn, block.mlp
            normed = F.layer_norm(x, (width,), block.ln_1.weight, block.ln_1.bias)
            projected = torch.addmv(attention.c_attn.bias, attention.c_attn.weight, normed)
            queries, new_keys, new_values = projected.view(3, 1, self._heads, 1, -1)
            keys, values = cache.extend(index, new_keys, new_values)
            mixed = F.scaled_dot_product_attention(queries, keys, values)
            x = x + torch.addmv(attention.c_proj.bias, attention.c_proj.weight, mixed.view(-1))
            normed = F.layer_norm(x, (width,), block.ln_2.weight, block.ln_2.bias)
            inner = F.gelu(
                torch.addmv(feed_forward.c_fc.bias, feed_forward.c_fc.weight, normed), approximate="tanh"
            )
            x = x + torch.addmv(feed_forward.c_proj.bias, feed_forward.c_proj.weight, inner)
        cache.commit(1)
        return torch.mv(network.wte.weight, F.layer_norm(x, (width,), network.ln_f.weight, network.ln_f.bias))


def _rms_norm(x: Tensor, weight: Tensor) -> Tensor:
    return F.rms_norm(x, weight.shape, weight, NORM_EPSILON)
