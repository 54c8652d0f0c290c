"""One token at a time on a CPU, where what counts is how few operations a token takes.

Every buffer and every view that does not depend on the text's length is made once. Same arithmetic as the
networks, up to rounding (tests/benchmarks/decoding.py measures it). Letters in shapes as in packing.py, with
B texts and S tokens so far.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt.sliced_products import Product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.gpt.attention import KeyValueCache
    from engine.models.gpt.packing import PackedNetwork, PackedRotations


class Decoder(ABC):
    """Bound to the weights and to a cache, of as many texts as the cache has."""

    @abstractmethod
    def step(self, tokens: Sequence[int]) -> Tensor:
        """Appends a token to each text in the cache. Scores of the next ones, (B, V)."""


class PackedDecoder(Decoder):
    def __init__(self, weights: PackedNetwork, cache: KeyValueCache) -> None:
        _, batch, kv_heads, _, head_width = cache.keys.shape
        width = weights.embedding.size(1)
        first = weights.layers[0]
        self._weights, self._cache = weights, cache
        like = weights.embedding

        self._x = like.new_empty(batch, width)
        self._normed = like.new_empty(batch, width)
        self._epsilon = like.new_tensor(math.sqrt(width * weights.norm_epsilon))
        projected = like.new_empty(batch, first.queries_keys_values.width_out)
        heads = projected.view(batch, -1, head_width)  # (B, H + 2K, D)
        self._new_values = heads[:, -kv_heads:]
        turned = heads[:, :-kv_heads]
        self._rotation = None
        if weights.rotations:
            self._rotation = Rotation(weights.rotations, turned, weights.norm_epsilon)
            turned = self._rotation.turned
        self._queries, self._new_keys = turned[:, :-kv_heads], turned[:, -kv_heads:]
        self._grouped = (batch * kv_heads, -1, head_width)
        self._keys = cache.keys.flatten(1, 2)  # (L, B K, positions, D)
        self._values = cache.values.flatten(1, 2)
        mixed = like.new_empty(batch, width)
        self._mixed = mixed.view(self._grouped)

        inner = like.new_empty(batch, first.feed_forward_in.width_out)
        activated = like.new_empty(batch, first.feed_forward_out.width_in)
        self._is_gated = inner.shape != activated.shape
        self._gate, self._value = inner.chunk(2, 1) if self._is_gated else (inner, inner)
        self._activated = activated
        self._products = [
            (
                Product(layer.queries_keys_values, self._normed, projected),
                Product(layer.attention_out, mixed, self._x),
                Product(layer.feed_forward_in, self._normed, inner),
                Product(layer.feed_forward_out, activated, self._x),
            )
            for layer in weights.layers
        ]

    def step(self, tokens: Sequence[int]) -> Tensor:
        position = self._cache.length
        torch.index_select(self._weights.embedding, 0, torch.tensor(tokens), out=self._x)
        if self._weights.positions is not None:
            self._x += self._weights.positions[position]
        if self._rotation:
            self._rotation.move_to(position)
        key_places = self._cache.keys[:, :, :, position].unbind()  # each (B, K, D)
        value_places = self._cache.values[:, :, :, position].unbind()
        keys = self._keys[:, :, : position + 1].mT.unbind()
        values = self._values[:, :, : position + 1].unbind()
        for layer, (queries_keys_values, attention_out, feed_forward_in, feed_forward_out) in enumerate(
            self._products
        ):
            self._normalise()
            queries_keys_values.write()
            if self._rotation:
                self._rotation.turn(layer)
            key_places[layer].copy_(self._new_keys)
            value_places[layer].copy_(self._new_values)
            # Heads that share keys are rows of one product, so the scores are (B K, H / K, S).
            scores = torch.bmm(self._queries.reshape(self._grouped), keys[layer])
            torch.bmm(scores.softmax(-1), values[layer], out=self._mixed)
            attention_out.add()
            self._normalise()
            feed_forward_in.write()
            self._activate()
            feed_forward_out.add()
        self._cache.commit(1)
        self._normalise()
        return self._weights.output.multiply(self._normed)[:, : len(self._weights.embedding)]

    def _normalise(self) -> None:
        length = torch.linalg.vector_norm(self._x, dim=-1, keepdim=True)
        torch.div(self._x, torch.hypot(length, self._epsilon), out=self._normed)

    def _activate(self) -> None:
        if self._is_gated:
            torch.mul(F.silu(self._gate), self._value, out=self._activated)
        else:
            torch.ops.aten.gelu.out(self._gate, out=self._activated)


class Rotation:
    """Norms of heads and RoPE in one pass: x · cos + (-right, left) · sin, the norms' weights in cos and sin."""

    def __init__(self, packed: PackedRotations, heads: Tensor, norm_epsilon: float) -> None:
        """`heads` (B, H + K, D) is the buffer that is turned into `turned`."""
        width = heads.size(2)
        self._heads = heads
        self._epsilon = heads.new_tensor(math.sqrt(width * norm_epsilon))
        self._cosines = packed.cosines
        self._sines = torch.cat((-packed.sines[:, : width // 2], packed.sines[:, width // 2 :]), -1)
        self._norms, self._turned_norms = packed.norms, packed.norms.roll(width // 2, -1)
        cosines, sines = torch.empty_like(packed.norms), torch.empty_like(packed.norms)
        self._cosines_now, self._sines_now = cosines, sines
        self._layers = list(zip(cosines, *sines.chunk(2, -1), strict=True))
        self._normed, self.turned = torch.empty_like(heads), heads.new_empty(heads.shape)
        self._normed_halves, self._turned_halves = self._normed.chunk(2, -1), self.turned.chunk(2, -1)

    def move_to(self, position: int) -> None:
        torch.mul(self._norms, self._cosines[position], out=self._cosines_now)
        torch.mul(self._turned_norms, self._sines[position], out=self._sines_now)

    def turn(self, layer: int) -> None:
        cosines, left_sines, right_sines = self._layers[layer]
        length = torch.linalg.vector_norm(self._heads, dim=-1, keepdim=True)
        torch.div(self._heads, torch.hypot(length, self._epsilon), out=self._normed)
        torch.mul(self._normed, cosines, out=self.turned)
        left, right = self._normed_halves
        turned_left, turned_right = self._turned_halves
        turned_left.addcmul_(right, left_sines)
        turned_right.addcmul_(left, right_sines)
