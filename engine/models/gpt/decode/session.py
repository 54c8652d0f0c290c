"""Prefill and decode of a GPT over one KV cache.

When the context is full, its newer half is prefilled again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.gpt.decode.cpu import Decoder, PackedDecoder
from engine.models.gpt.decode.cuda import GraphDecoder
from engine.models.gpt.decode.kv_cache import KVCache
from engine.models.gpt.decode.native.decoder import NativeDecoder
from engine.models.gpt.decode.packed_weights import PackedNetwork, pack
from engine.models.interface import Session
from engine.sampling import torch_backend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.gpt.decode.native.decoder import NativeNetwork
    from engine.models.gpt.model import GPT
    from engine.models.gpt.network import Network
    from engine.sampling.tokens import Logits, SampledToken, SamplingStep


class Reader:
    """A network and its KV cache over one or more texts of the same length."""

    def __init__(
        self,
        network: Network,
        texts: int = 1,
        packed: PackedNetwork | None = None,
        native: NativeNetwork | None = None,
    ) -> None:
        """`packed` are the folded weights of an earlier reader, as they were then.

        `native` decodes in place of torch.
        """
        config, first = network.config, next(network.parameters())
        self._network = network.eval()
        self._device = first.device
        self.cache = KVCache(
            layers=config.layers,
            batch=texts,
            kv_heads=config.kv_heads,
            capacity=config.context_length,
            head_width=config.head_width,
            device=first.device,
            dtype=first.dtype,
        )
        self._known_weights, self._native = packed, native
        self.samples_on_device = first.device.type == "cuda"
        """Sampling happens on the device; on a CPU numpy is faster for one text."""

    def read(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Append as many tokens to each text and return the next-token logits, shape (texts, vocabulary)."""
        with torch.inference_mode():
            if len(texts[0]) == 1 and self._decoder:
                return self._decoder.step([text[0] for text in texts])
            tokens = torch.tensor([list(text) for text in texts], device=self._device)
            logits: Tensor = self._network(tokens, self.cache, last_only=True)[:, -1]
            return logits

    def sample(self, logits: Tensor, steps: Sequence[SamplingStep]) -> list[SampledToken]:
        """Sample a token for each row of logits. Raises DivergedError when logits are NaN or infinite."""
        with torch.inference_mode():
            return torch_backend.sample_tokens(logits, steps)

    @cached_property
    def _packed(self) -> PackedNetwork:
        return self._known_weights or pack(self._network)

    @cached_property
    def _decoder(self) -> Decoder | None:
        """Decoder of single tokens; None: the network itself."""
        match self._device.type:
            case "cpu" if self._native:
                return NativeDecoder(self._native, self.cache)
            case "cpu":
                return PackedDecoder(self._packed, self.cache)
            case "cuda":
                return GraphDecoder(self._network, self.cache)
            case _:
                return None

    def select(self, texts: Sequence[int]) -> Reader:
        """Return a reader of the given texts; one may be given several times."""
        is_packed = self._device.type == "cpu" and not self._native
        packed = self._packed if is_packed else None
        selected = Reader(self._network, len(texts), packed, self._native)
        length = selected.cache.length = self.cache.length
        rows = list(texts)
        selected.cache.keys[:, :, :, :length] = self.cache.keys[:, rows, :, :length]
        selected.cache.values[:, :, :, :length] = self.cache.values[:, rows, :, :length]
        return selected

    def restart(self, *, unread: int) -> int:
        """Empty a full cache before `unread` new tokens. Returns the number of tokens to prefill again.

        Half of the context stays free, or less after a long prompt.
        """
        capacity = self.cache.capacity
        keep = max(1, capacity // 2)
        if unread > 1:
            keep = min(capacity, max(keep, unread))
        self.cache.truncate(0)
        return keep


class GPTSession(Session):
    def __init__(self, model: GPT) -> None:
        self._model = model
        self.reader = Reader(model.network, native=model.native)
        self._cache = self.reader.cache
        self.ids: list[int] = []
        self._start = 0
        """Index into `ids` of the first token in the cache."""
        self._logits: Tensor | None = None
        """Logits after the last id fed; None when the cache was truncated behind it."""

    def feed(self, ids: Sequence[int]) -> Logits:
        logits: Logits = to_numpy(self._read(ids))[0]
        return logits

    def sample(self, ids: Sequence[int], step: SamplingStep) -> SampledToken | None:
        return self.reader.sample(self._read(ids), [step])[0] if self.reader.samples_on_device else None

    def rewind(self, ids: Sequence[int]) -> Logits:
        common = 0
        for old, new in zip(self.ids, ids, strict=False):
            if old != new:
                break
            common += 1
        if common < len(self.ids):
            self._logits = None
            if self._start:
                # The beginning of the text is not in the cache, and may be within the context again.
                self._start = common = 0
            self._cache.truncate(common)
            self.ids = self.ids[:common]
        return self.feed(list(ids[common:]))

    def _read(self, ids: Sequence[int]) -> Tensor:
        """Append ids and return the logits after them, shape (1, V)."""
        self.ids.extend(ids)
        if not self.ids:
            return self._logits_at_start()
        if len(self.ids) - self._start > self._cache.capacity:
            unread = len(self.ids) - (self._start + self._cache.length)
            self._start = len(self.ids) - self.reader.restart(unread=unread)
        elif self._logits is None and not ids:
            self._cache.truncate(len(self.ids) - 1 - self._start)
        pending = self.ids[self._start + self._cache.length :]
        if pending or self._logits is None:
            self._logits = self.reader.read([pending])
        return self._logits

    def _logits_at_start(self) -> Tensor:
        """Logits at the start of a document, as behind an end-of-text token."""
        return Reader(self._model.network, native=self._model.native).read([[self._model.end_of_text]])


def to_numpy(logits: Tensor) -> Logits:
    numbers: Logits = logits.float().cpu().numpy()
    return numbers
