"""Decoding of one token at a time on a CPU, where the number of operations decides.

Every buffer, and every view that does not depend on the length of the text, is allocated once. The arithmetic is that
of the networks up to rounding (tests/benchmarks/models/decoding.py measures it). Letters in shapes as in
packed_weights.py, with B texts and S tokens so far.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.gpt.decode.sliced_matrix import Product
from engine.models.gpt.decode.threads import ThreadChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.gpt.decode.kv_cache import KVCache
    from engine.models.gpt.decode.packed_weights import PackedNetwork, PackedRope


class Decoder(ABC):
    """Decoder of single tokens, bound to the weights and to a KV cache of a fixed number of texts."""

    @abstractmethod
    def step(self, tokens: Sequence[int]) -> Tensor:
        """Append a token to each text in the cache and return the next-token logits, shape (B, V)."""


class PackedDecoder(Decoder):
    def __init__(self, weights: PackedNetwork, cache: KVCache) -> None:
        _, batch, kv_heads, _, head_width = cache.keys.shape
        width = weights.embedding.size(1)
        first = weights.layers[0]
        self._weights, self._cache = weights, cache
        like = weights.embedding
        self._threads = ThreadChoice(weights.slices, weights.slices)

        self._x = like.new_empty(batch, width)
        self._normed = like.new_empty(batch, width)
        self._epsilon = like.new_tensor(math.sqrt(width * weights.norm_epsilon))
        projected = like.new_empty(batch, first.queries_keys_values.width_out)
        heads = projected.view(batch, -1, head_width)  # (B, H + 2K, D)
        self._new_values = heads[:, -kv_heads:]
        rotated = heads[:, :-kv_heads]
        self._rope = None
        if weights.rope:
            self._rope = NormAndRope(weights.rope, rotated, weights.norm_epsilon)
            rotated = self._rope.rotated
        self._queries, self._new_keys = rotated[:, :-kv_heads], rotated[:, -kv_heads:]
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
        of_process = torch.get_num_threads()
        with self._threads.timed(of_process) as threads:
            torch.set_num_threads(threads)
            logits = self._step(tokens)
        torch.set_num_threads(of_process)
        return logits

    def _step(self, tokens: Sequence[int]) -> Tensor:
        position = self._cache.length
        torch.index_select(self._weights.embedding, 0, torch.tensor(tokens), out=self._x)
        if self._weights.positions is not None:
            self._x += self._weights.positions[position]
        if self._rope:
            self._rope.move_to(position)
        new_key_slots = self._cache.keys[:, :, :, position].unbind()  # each (B, K, D)
        new_value_slots = self._cache.values[:, :, :, position].unbind()
        keys = self._keys[:, :, : position + 1].mT.unbind()
        values = self._values[:, :, : position + 1].unbind()
        for layer, (queries_keys_values, attention_out, feed_forward_in, feed_forward_out) in enumerate(
            self._products
        ):
            self._normalize()
            queries_keys_values.write()
            if self._rope:
                self._rope.apply(layer)
            new_key_slots[layer].copy_(self._new_keys)
            new_value_slots[layer].copy_(self._new_values)
            # Heads that share keys are rows of one product, so the logits have shape (B K, H / K, S).
            logits = torch.bmm(self._queries.reshape(self._grouped), keys[layer])
            torch.bmm(logits.softmax(-1), values[layer], out=self._mixed)
            attention_out.add()
            self._normalize()
            feed_forward_in.write()
            self._activate()
            feed_forward_out.add()
        self._cache.commit(1)
        self._normalize()
        return self._weights.output.multiply(self._normed)[:, : len(self._weights.embedding)]

    def _normalize(self) -> None:
        length = torch.linalg.vector_norm(self._x, dim=-1, keepdim=True)
        torch.div(self._x, torch.hypot(length, self._epsilon), out=self._normed)

    def _activate(self) -> None:
        if self._is_gated:
            torch.mul(F.silu(self._gate), self._value, out=self._activated)
        else:
            torch.ops.aten.gelu.out(self._gate, out=self._activated)


class NormAndRope:
    """QK-norm and RoPE in one pass: x · cos + (-right, left) · sin, norm weights folded into cos and sin."""

    def __init__(self, packed: PackedRope, heads: Tensor, norm_epsilon: float) -> None:
        """`heads` (B, H + K, D) is the input buffer, `rotated` the output buffer."""
        width = heads.size(2)
        self._heads = heads
        self._epsilon = heads.new_tensor(math.sqrt(width * norm_epsilon))
        self._cosines = packed.cosines
        self._sines = torch.cat((-packed.sines[:, : width // 2], packed.sines[:, width // 2 :]), -1)
        self._norms, self._rolled_norms = packed.norms, packed.norms.roll(width // 2, -1)
        cosines, sines = torch.empty_like(packed.norms), torch.empty_like(packed.norms)
        self._cosines_now, self._sines_now = cosines, sines
        self._layers = list(zip(cosines, *sines.chunk(2, -1), strict=True))
        self._normed, self.rotated = torch.empty_like(heads), heads.new_empty(heads.shape)
        self._normed_halves, self._rotated_halves = self._normed.chunk(2, -1), self.rotated.chunk(2, -1)

    def move_to(self, position: int) -> None:
        torch.mul(self._norms, self._cosines[position], out=self._cosines_now)
        torch.mul(self._rolled_norms, self._sines[position], out=self._sines_now)

    def apply(self, layer: int) -> None:
        cosines, left_sines, right_sines = self._layers[layer]
        length = torch.linalg.vector_norm(self._heads, dim=-1, keepdim=True)
        torch.div(self._heads, torch.hypot(length, self._epsilon), out=self._normed)
        torch.mul(self._normed, cosines, out=self.rotated)
        left, right = self._normed_halves
        rotated_left, rotated_right = self._rotated_halves
        rotated_left.addcmul_(right, left_sines)
        rotated_right.addcmul_(left, right_sines)
