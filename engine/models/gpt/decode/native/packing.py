"""A network's weights in the structures of the compiled step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from engine.models.gpt.decode.native import structures
from engine.models.gpt.decode.native.arena import Arena
from engine.models.gpt.decode.native.tiles import lay_out, pad_rows
from engine.models.gpt.qwen3 import NORM_EPSILON, Qwen3

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.family import WeightFormat
    from engine.models.gpt.gpt2 import GPT2
    from engine.models.gpt.gpt2 import Block as GPT2Block
    from engine.models.gpt.network import Network
    from engine.models.gpt.qwen3 import Layer as Qwen3Layer

FORMATS: dict[WeightFormat, int] = {"fp32": 0, "bf16": 1, "int8": 2, "int4": 3}
"""Numbers of the formats in `Decoder::step`."""


class PackedNetwork:
    """Copies of a network's weights, and the structure that points to them."""

    def __init__(self, network: Network, format: WeightFormat) -> None:
        """Weights are rounded to the format; those that are already stay as they are."""
        self._format = format
        self._arena = Arena()
        config = network.config
        with torch.inference_mode():
            layers, ends = self._qwen3(network) if isinstance(network, Qwen3) else self._gpt2(network)
        self._layers = (structures.Layer * config.layers)(*layers)
        self.vocabulary = ends["output"].rows
        self.structure = structures.Network(
            layer_count=config.layers,
            width=config.width,
            heads=config.heads,
            kv_heads=config.kv_heads,
            head_width=config.head_width,
            inner_width=config.inner_width,
            capacity=config.context_length,
            format=FORMATS[format],
            layers=self._layers,
            **ends,
        )

    def _qwen3(self, network: Qwen3) -> tuple[list[structures.Layer], dict[str, Any]]:
        decoder = network.model
        return [self._qwen3_layer(layer) for layer in decoder.layers], {
            "epsilon": NORM_EPSILON,
            "embedding": self._arena.keep(decoder.embed_tokens.weight),
            "cosines": self._arena.keep(decoder.cosines),
            "sines": self._arena.keep(decoder.sines),
            "norm": self._arena.keep(decoder.norm.weight),
            "output": self._matrix(network.lm_head.weight),
        }

    def _qwen3_layer(self, layer: Qwen3Layer) -> structures.Layer:
        attention, feed_forward = layer.self_attn, layer.mlp
        return structures.Layer(
            queries=self._matrix(attention.q_proj.weight),
            keys=self._matrix(attention.k_proj.weight),
            values=self._matrix(attention.v_proj.weight),
            attention_out=self._matrix(attention.o_proj.weight),
            gate=self._matrix(feed_forward.gate_proj.weight),
            feed_forward_in=self._matrix(feed_forward.up_proj.weight),
            feed_forward_out=self._matrix(feed_forward.down_proj.weight),
            attention_norm=self._arena.keep(layer.input_layernorm.weight),
            feed_forward_norm=self._arena.keep(layer.post_attention_layernorm.weight),
            query_norm=self._arena.keep(attention.q_norm.weight),
            key_norm=self._arena.keep(attention.k_norm.weight),
        )

    def _gpt2(self, network: GPT2) -> tuple[list[structures.Layer], dict[str, Any]]:
        return [self._gpt2_layer(block) for block in network.h], {
            "epsilon": network.ln_f.eps,
            "embedding": self._arena.keep(network.wte.weight),
            "positions": self._arena.keep(network.wpe.weight),
            "norm": self._arena.keep(network.ln_f.weight),
            "norm_bias": self._arena.keep(network.ln_f.bias),
            "output": self._matrix(network.wte.weight),
        }

    def _gpt2_layer(self, block: GPT2Block) -> structures.Layer:
        attention, feed_forward = block.attn, block.mlp
        projections = zip(attention.c_attn.weight.chunk(3), attention.c_attn.bias.chunk(3), strict=True)
        queries, keys, values = (self._matrix(*projection) for projection in projections)
        return structures.Layer(
            queries=queries,
            keys=keys,
            values=values,
            attention_out=self._matrix(attention.c_proj.weight, attention.c_proj.bias),
            feed_forward_in=self._matrix(feed_forward.c_fc.weight, feed_forward.c_fc.bias),
            feed_forward_out=self._matrix(feed_forward.c_proj.weight, feed_forward.c_proj.bias),
            attention_norm=self._arena.keep(block.ln_1.weight),
            attention_norm_bias=self._arena.keep(block.ln_1.bias),
            feed_forward_norm=self._arena.keep(block.ln_2.weight),
            feed_forward_norm_bias=self._arena.keep(block.ln_2.bias),
        )

    def _matrix(self, weight: Tensor, bias: Tensor | None = None) -> structures.Matrix:
        rows, columns = weight.shape
        tiles, scales = lay_out(weight, self._format)
        return structures.Matrix(
            weights=self._arena.keep(tiles),
            scales=None if scales is None else self._arena.keep(scales),
            bias=None if bias is None else self._arena.keep(pad_rows(bias)),
            rows=rows,
            columns=columns,
        )
