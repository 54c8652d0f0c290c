"""The GPT as a language model: sessions, batches, and its checkpoint."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from engine.models.gpt.decode.batch import GPTBatchSession
from engine.models.gpt.decode.native.decoder import NativeNetwork
from engine.models.gpt.decode.native.library import begin_compiling, native_library
from engine.models.gpt.decode.session import GPTSession
from engine.models.gpt.hf_checkpoint import save_network
from engine.models.gpt.inspection import trace
from engine.models.neural import NeuralModel

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from engine.models.family import WeightFormat
    from engine.models.gpt.family import GPTConfig
    from engine.models.gpt.network import Network
    from engine.models.trace import Trace


class GPT(NeuralModel):
    network: Network
    _native_weights: WeightFormat | None = None
    """Format of the compiled step's weights; None: decode with torch, whose weights may still be trained."""

    @property
    def config(self) -> GPTConfig:
        return self.network.config

    def prepare_inference(self, weights: WeightFormat) -> None:
        super().prepare_inference(weights)
        self._native_weights = weights
        self.__dict__.pop("native", None)

    def begin_decoding(self) -> str:
        compiled = begin_compiling() if self._decodes_natively else None
        if compiled is None or compiled.done():
            return ""
        return "compiling the decoding step, once on this machine"

    @property
    def _decodes_natively(self) -> bool:
        return self.is_causal and self._native_weights is not None and self.device.type == "cpu"

    @cached_property
    def native(self) -> NativeNetwork | None:
        """The network for the compiled step; None before `prepare_inference`, on a GPU, or without a compiler.

        Waits for the compiler when nothing has been compiled on this machine yet.
        """
        if self._native_weights is None or not self._decodes_natively:
            return None
        library = native_library()
        return None if library is None else NativeNetwork(library, self.network, self._native_weights)

    def session(self) -> GPTSession:
        return GPTSession(self)

    def batch_session(self, texts: int) -> GPTBatchSession:
        return GPTBatchSession(self, texts)

    def trace(self, ids: Tensor) -> Trace:
        """Return what the layers compute for ids (T,), at most a context of them."""
        return trace(self.network, ids.to(self.device))

    def save(self, folder: Path) -> None:
        save_network(self.network, self.vocabulary_size, self.end_of_text, folder)
