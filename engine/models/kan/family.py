"""The family of Kolmogorov–Arnold networks over a fixed window (Liu et al. 2024)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from engine.config.types import Width  # noqa: TC001  msgspec reads them
from engine.models.family import Field, ModelConfig, NeuralFamily

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from engine.models.kan.model import KANModel

DEGREE = 3
"""Of the splines: cubic."""


class KANConfig(ModelConfig, frozen=True, kw_only=True, tag="kan"):
    """Settings of a KAN: the embeddings of a fixed window, layers of splines, softmax."""

    context_length: Annotated[int, Meta(ge=1, le=4096)] = 8
    embedding: Width = 24
    hidden: Width = 64
    layers: Annotated[int, Meta(ge=1, le=64)] = 1
    intervals: Annotated[int, Meta(ge=1, le=1024)] = 5
    """Pieces of each spline."""

    @property
    def bases(self) -> int:
        """Number of B-splines, and so of coefficients, of each spline."""
        return self.intervals + DEGREE


class KANFamily(NeuralFamily[KANConfig]):
    name = "kan"
    label = "Kolmogorov–Arnold network"
    config = KANConfig
    model_types = ("lilm-kan",)
    predicts_every_position = False
    fields = (
        Field("model.context_length", "Context", "tokens it sees"),
        Field("model.layers", "Layers"),
        Field("model.embedding", "Embedding", "width of a token's vector"),
        Field("model.hidden", "Hidden", "width of a layer of splines"),
        Field("model.intervals", "Intervals", "pieces of each spline"),
    )

    def parameter_count(self, config: KANConfig, vocabulary_size: int) -> int:
        edges = config.context_length * config.embedding * config.hidden
        edges += (config.layers - 1) * config.hidden**2
        splines = edges * (1 + config.bases)
        return vocabulary_size * config.embedding + splines + (config.hidden + 1) * vocabulary_size

    def build(
        self, config: KANConfig, vocabulary_size: int, end_of_text: int, device: torch.device
    ) -> KANModel:
        from engine.models.kan.model import KANModel
        from engine.models.kan.network import KAN

        return KANModel(KAN(config, vocabulary_size).to(device), vocabulary_size, end_of_text)

    def load(self, folder: Path, device: str | torch.device) -> KANModel:
        from engine.models.kan.model import load_kan

        return load_kan(folder, device)


FAMILY = KANFamily()
