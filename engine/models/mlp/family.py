"""The family of multilayer perceptrons over a fixed window (Bengio et al. 2003)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from engine.config.types import Fraction, Width  # noqa: TC001  msgspec reads them
from engine.models.family import Field, ModelConfig, NeuralFamily

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from engine.models.mlp.model import MLPModel


class MLPConfig(ModelConfig, frozen=True, kw_only=True, tag="mlp"):
    """Settings of an MLP: the embeddings of a fixed window, tanh layers, softmax."""

    context_length: Annotated[int, Meta(ge=1, le=4096)] = 8
    embedding: Width = 24
    hidden: Width = 256
    layers: Annotated[int, Meta(ge=1, le=64)] = 1
    dropout: Fraction = 0.0


class MLPFamily(NeuralFamily[MLPConfig]):
    name = "mlp"
    label = "multilayer perceptron"
    config = MLPConfig
    model_types = ("lilm-mlp",)
    predicts_every_position = False
    fields = (
        Field("model.context_length", "Context", "tokens it sees"),
        Field("model.layers", "Layers"),
        Field("model.embedding", "Embedding", "width of a token's vector"),
        Field("model.hidden", "Hidden", "width of a hidden layer"),
        Field("model.dropout", "Dropout", "0 while there is text enough"),
    )

    def parameter_count(self, config: MLPConfig, vocabulary_size: int) -> int:
        first = (config.context_length * config.embedding + 1) * config.hidden
        later = (config.layers - 1) * (config.hidden + 1) * config.hidden
        return vocabulary_size * config.embedding + first + later + (config.hidden + 1) * vocabulary_size

    def build(
        self, config: MLPConfig, vocabulary_size: int, end_of_text: int, device: torch.device
    ) -> MLPModel:
        from engine.models.mlp.model import MLPModel
        from engine.models.mlp.network import MLP

        return MLPModel(MLP(config, vocabulary_size).to(device), vocabulary_size, end_of_text)

    def load(self, folder: Path, device: str | torch.device) -> MLPModel:
        from engine.models.mlp.model import load_mlp

        return load_mlp(folder, device)


FAMILY = MLPFamily()
