"""Texts being read and written by a GPT: prefill and decode over one cache.

When the context is full, its newer half is read anew.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.gpt import device_sampling
from engine.models.gpt.attention import KeyValueCache
from engine.models.gpt.cuda_graph import GraphDecoder
from engine.models.gpt.decoding import Decoder, PackedDecoder
from engine.models.gpt.packing import PackedNetwork, pack
from engine.models.interface import Scores, Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.choosing import Choice, Draw
    from engine.models.gpt.hugging_face import Network
    from engine.models.gpt.model import GPT


class Reader:
    """A network, and a cache of what it has read of texts of one length."""

    def __init__(self, network: Network, texts: int = 1, packed: PackedNetwork | None = None) -> None:
        """`packed` are the weights of an earlier reader, as they were then."""
        config, first = network.config, next(network.parameters())
        self._network = network.eval()
        self._device = first.device
        self.cache = KeyValueCache(
            layers=config.layers,
            batch=texts,
            kv_heads=config.kv_heads,
            capacity=config.context_length,
            head_width=config.head_width,
            device=first.device,
            dtype=first.dtype,
        )
        self._known_weights = packed
        self.chooses = first.device.type == "cuda"
        """Whether it chooses tokens itself; one text's are chosen faster by numpy on a CPU."""

    def read(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Appends as many tokens to each text; scores of the next ones, (texts, vocabulary)."""
        with torch.inference_mode():
            if len(texts[0]) == 1 and self._decoder:
                return self._decoder.step([text[0] for text in texts])
            tokens = torch.tensor([list(text) for text in texts], device=self._device)
            scores: Tensor = self._network(tokens, self.cache, last_only=True)[:, -1]
            return scores

    def choose(self, scores: Tensor, choices: Sequence[Choice]) -> list[Draw]:
        """Raises DivergedError when scores are no numbers."""
        with torch.inference_mode():
            return device_sampling.choose(scores, choices)

    @cached_property
    def _packed(self) -> PackedNetwork:
        return self._known_weights or pack(self._network)

    @cached_property
    def _decoder(self) -> Decoder | None:
        """What reads single tokens; None: the network itself."""
        match self._device.type:
            case "cpu":
                return PackedDecoder(self._packed, self.cache)
            case "cuda":
                return GraphDecoder(self._network, self.cache)
            case _:
                return None

    def select(self, texts: Sequence[int]) -> Reader:
        """A reader of these of the texts; one may be in it several times."""
        packed = self._packed if self._device.type == "cpu" else None
        selected = Reader(self._network, len(texts), packed)
        length = selected.cache.length = self.cache.length
        rows = list(texts)
        selected.cache.keys[:, :, :, :length] = self.cache.keys[:, rows, :, :length]
        selected.cache.values[:, :, :, :length] = self.cache.values[:, rows, :, :length]
        return selected

    def restart(self, *, unread: int) -> int:
        """Forgets everything in a full context of which `unread` tokens are new; how many to read anew.

        Leaves half of the context free, or less after a long prompt.
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
        self.reader = Reader(model.network)
        self._cache = self.reader.cache
        self.ids: list[int] = []
        self._start = 0
        """Where in `ids` the cache begins."""
        self._scores: Tensor | None = None
        """After the last id fed; None when the cache was cut behind it."""

    def feed(self, ids: Sequence[int]) -> Scores:
        scores: Scores = to_numpy(self._read(ids))[0]
        return scores

    def draw(self, ids: Sequence[int], choice: Choice) -> Draw | None:
        return self.reader.choose(self._read(ids), [choice])[0] if self.reader.chooses else None

    def rewind(self, ids: Sequence[int]) -> Scores:
        common = 0
        for old, new in zip(self.ids, ids, strict=False):
            if old != new:
                break
            common += 1
        if common < len(self.ids):
            self._scores = None
            if self._start:
                # The cache lacks the text's beginning, which may be in reach again.
                self._start = common = 0
            self._cache.truncate(common)
            self.ids = self.ids[:common]
        return self.feed(list(ids[common:]))

    def _read(self, ids: Sequence[int]) -> Tensor:
        """Scores (1, V) after `ids`."""
        self.ids.extend(ids)
        if not self.ids:
            return self._scores_at_start()
        if len(self.ids) - self._start > self._cache.capacity:
            unread = len(self.ids) - (self._start + self._cache.length)
            self._start = len(self.ids) - self.reader.restart(unread=unread)
        elif self._scores is None and not ids:
            self._cache.truncate(len(self.ids) - 1 - self._start)
        pending = self.ids[self._start + self._cache.length :]
        if pending or self._scores is None:
            self._scores = self.reader.read([pending])
        return self._scores

    def _scores_at_start(self) -> Tensor:
        """With nothing fed a document begins, as it does behind an end-of-text token."""
        return Reader(self._model.network).read([[self._model.end_of_text]])


def to_numpy(scores: Tensor) -> Scores:
    numbers: Scores = scores.float().cpu().numpy()
    return numbers
