"""Decoding of one token at a time as a CUDA graph: launching a step's kernels costs more than running them.

Shapes and addresses of a graph are fixed, so every step attends over the whole capacity of the KV cache, masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.gpt.decode.cpu import Decoder
from engine.models.gpt.decode.kv_cache import KVCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.gpt.network import Network

WARM_UP_STEPS = 3
"""Before the capture, since libraries allocate workspaces at first calls. They write to the next position only."""


class FixedShapeCache(KVCache):
    """View of another cache's memory whose position is a tensor on the device."""

    def __init__(self, cache: KVCache) -> None:
        self.keys, self.values = cache.keys, cache.values
        self.capacity, self.length = cache.capacity, 0
        self.position = torch.full((1,), cache.length, device=cache.keys.device)
        self._all = torch.arange(cache.capacity, device=cache.keys.device)

    def positions(self, tokens: int) -> Tensor:
        return self.position

    def mask(self, tokens: int) -> Tensor:
        return (self._all <= self.position).unsqueeze(0)

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        self.keys[layer].index_copy_(2, self.position, keys)
        self.values[layer].index_copy_(2, self.position, values)
        return self.keys[layer], self.values[layer]

    def commit(self, tokens: int) -> None:
        """Do nothing: the position is set before each step."""


class FixedShapeDecoder(Decoder):
    """Decoding step of fixed shapes, run eagerly; a graph is captured from it."""

    def __init__(self, network: Network, cache: KVCache) -> None:
        self._network = network
        self._cache, self._fixed = cache, FixedShapeCache(cache)
        self._tokens = torch.zeros(cache.keys.size(1), 1, dtype=torch.int64, device=cache.keys.device)

    def step(self, tokens: Sequence[int]) -> Tensor:
        self._tokens.copy_(torch.tensor(tokens).unsqueeze(1))
        self._fixed.position.fill_(self._cache.length)
        logits = self._run()
        self._cache.commit(1)
        return logits

    def _run(self) -> Tensor:
        logits: Tensor = self._network(self._tokens, self._fixed, last_only=True)[:, -1]
        return logits


class GraphDecoder(FixedShapeDecoder):
    """The fixed-shape step, captured once as a CUDA graph and replayed."""

    def __init__(self, network: Network, cache: KVCache) -> None:
        super().__init__(network, cache)
        stream = torch.cuda.Stream(cache.keys.device)  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream(cache.keys.device))
        with torch.cuda.stream(stream), torch.inference_mode():
            for _ in range(WARM_UP_STEPS):
                super()._run()
        torch.cuda.current_stream(cache.keys.device).wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.inference_mode(), torch.cuda.graph(self._graph):
            self._logits = super()._run()

    def _run(self) -> Tensor:
        self._graph.replay()
        return self._logits
