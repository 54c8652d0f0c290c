"""Decoding with the compiled step."""

from __future__ import annotations

import ctypes
import threading
import weakref
from typing import TYPE_CHECKING

import torch

from engine.models.gpt.decode.cpu import Decoder
from engine.models.gpt.decode.native.packing import PackedNetwork
from engine.models.gpt.decode.native.structures import Cache, declared
from engine.models.gpt.decode.native.tiles import whole_tiles
from engine.models.gpt.decode.threads import ThreadChoice, threads_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from engine.models.family import WeightFormat
    from engine.models.gpt.decode.kv_cache import KVCache
    from engine.models.gpt.network import Network

MOST_THREADS = 64


class NativeNetwork:
    """A copy of a network for the compiled step, and the threads that compute it. Several sessions share it.

    Later training does not change the copy.
    """

    def __init__(self, library: ctypes.CDLL, network: Network, format: WeightFormat) -> None:
        """Weights are rounded to the format; those that are already stay as they are."""
        most = min(torch.get_num_threads(), MOST_THREADS)
        weights = sum(parameter.numel() for parameter in network.parameters())
        self._threads = ThreadChoice(threads_for(weights, most), most)
        self._packed = PackedNetwork(network, format)
        self._padded_vocabulary = whole_tiles(self._packed.vocabulary)
        self._library = declared(library)
        self._decoder = library.decoder_new(ctypes.byref(self._packed.structure), most)
        self._turn = threading.Lock()
        weakref.finalize(self, library.decoder_delete, self._decoder)

    def step(self, cache: Cache, tokens: Sequence[int], position: int) -> Tensor:
        """Append a token to each text of a cache, at a position, and return the next-token logits, shape (texts, V).

        Raises IndexError for an id outside the vocabulary, which C++ would take for an address.
        """
        if not 0 <= min(tokens) <= max(tokens) < self._packed.vocabulary:
            raise IndexError(
                f"the vocabulary has {self._packed.vocabulary} tokens, and one of {tokens} is outside"
            )
        logits = torch.empty(len(tokens), self._padded_vocabulary)
        ids = (ctypes.c_int * len(tokens))(*tokens)
        with self._turn, self._threads.timed(torch.get_num_threads()) as threads:
            self._library.decoder_step(
                self._decoder, ctypes.byref(cache), ids, position, threads, logits.data_ptr()
            )
        return logits[:, : self._packed.vocabulary]


class NativeDecoder(Decoder):
    """Decoder bound to a KV cache of one or more texts."""

    def __init__(self, network: NativeNetwork, cache: KVCache) -> None:
        self._network, self._cache = network, cache
        self._pointers = Cache(cache.keys.data_ptr(), cache.values.data_ptr(), cache.keys.size(1))

    def step(self, tokens: Sequence[int]) -> Tensor:
        logits = self._network.step(self._pointers, tokens, self._cache.length)
        self._cache.commit(1)
        return logits
