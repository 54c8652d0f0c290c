"""One token at a time on a CUDA device, as one graph: launching a step's kernels costs more than running them.

A graph's shapes and addresses are fixed, so every step attends over the cache's whole capacity, behind a mask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.gpt.attention import KeyValueCache
from engine.models.gpt.decoding import Decoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.gpt.hugging_face import Network

WARM_UP_STEPS = 3
"""Before the capture: libraries allocate their workspaces at the first calls. They write to the next place only."""


class FixedShapeCache(KeyValueCache):
    """Another cache's memory, seen by a step whose position is a number on the device."""

    def __init__(self, cache: KeyValueCache) -> None:
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
        """The position is set before each step instead."""


class FixedShapeDecoder(Decoder):
    """The step whose shapes never change, run as it is; what a graph is captured from."""

    def __init__(self, network: Network, cache: KeyValueCache) -> None:
        self._network = network
        self._cache, self._fixed = cache, FixedShapeCache(cache)
        self._tokens = torch.zeros(cache.keys.size(1), 1, dtype=torch.int64, device=cache.keys.device)

    def step(self, tokens: Sequence[int]) -> Tensor:
        self._tokens.copy_(torch.tensor(tokens).unsqueeze(1))
        self._fixed.position.fill_(self._cache.length)
        scores = self._run()
        self._cache.commit(1)
        return scores

    def _run(self) -> Tensor:
        scores: Tensor = self._network(self._tokens, self._fixed, last_only=True)[:, -1]
        return scores


class GraphDecoder(FixedShapeDecoder):
    """The same step, captured once and replayed."""

    def __init__(self, network: Network, cache: KeyValueCache) -> None:
        super().__init__(network, cache)
        stream = torch.cuda.Stream(cache.keys.device)  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream(cache.keys.device))
        with torch.cuda.stream(stream), torch.inference_mode():
            for _ in range(WARM_UP_STEPS):
                super()._run()
        torch.cuda.current_stream(cache.keys.device).wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.inference_mode(), torch.cuda.graph(self._graph):
            self._scores = super()._run()

    def _run(self) -> Tensor:
        self._graph.replay()
        return self._scores
