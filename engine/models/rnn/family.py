"""The family of recurrent networks (gated recurrent units, Cho et al. 2014)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from engine.config.types import Fraction, Width  # noqa: TC001  msgspec reads them
from engine.models.family import Field, ModelConfig, NeuralFamily

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from engine.models.rnn.model import RNNModel


class RNNConfig(ModelConfig, frozen=True, kw_only=True, tag="rnn"):
    """Settings of an RNN: an embedding, GRU layers, softmax."""

    context_length: Annotated[int, Meta(ge=1, le=131_072)] = 128
    """Length of training windows, through which gradients flow; afterwards the state carries any length."""
    layers: Annotated[int, Meta(ge=1, le=64)] = 1
    width: Width = 256
    embedding: Width = 128
    dropout: Fraction = 0.0


class RNNFamily(NeuralFamily[RNNConfig]):
    name = "rnn"
    label = "recurrent network"
    config = RNNConfig
    model_types = ("lilm-rnn",)
    fields = (
        Field("model.context_length", "Window", "tokens that gradients flow through"),
        Field("model.layers", "Layers"),
        Field("model.width", "Width", "of the state"),
        Field("model.embedding", "Embedding", "width of a token's vector"),
        Field("model.dropout", "Dropout", "0 while there is text enough"),
    )

    def parameter_count(self, config: RNNConfig, vocabulary_size: int) -> int:
        inputs = [config.embedding] + [config.width] * (config.layers - 1)
        gates = sum(3 * config.width * (size + config.width + 2) for size in inputs)
        return vocabulary_size * config.embedding + gates + (config.width + 1) * vocabulary_size

    def build(
        self, config: RNNConfig, vocabulary_size: int, end_of_text: int, device: torch.device
    ) -> RNNModel:
        from engine.models.rnn.model import RNNModel
        from engine.models.rnn.network import RNN

        return RNNModel(RNN(config, vocabulary_size).to(device), vocabulary_size, end_of_text)

    def load(self, folder: Path, device: str | torch.device) -> RNNModel:
        from engine.models.rnn.model import load_rnn

        return load_rnn(folder, device)


FAMILY = RNNFamily()
