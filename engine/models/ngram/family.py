"""The family of n-gram models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from msgspec import Meta

from engine.models.family import AUTOMATIC, CountingFamily, Field, ModelConfig, SizeEstimate

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from engine.models.family import Exporter
    from engine.models.ngram.model import NgramModel

Smoothing = Literal["kneser-ney", "raw", "add-k", "stupid-backoff"]
"""Probability of what was never counted.

- `kneser-ney`: interpolated modified Kneser-Ney (Chen & Goodman 1999).
- `raw`: none; what never followed a context is impossible after it.
- `add-k`: k is added to every count (k = 1: Laplace).
- `stupid-backoff`: the relative frequency in the longest context that knows the token, times a constant for
  every order backed off (Brants et al. 2007).
"""

Discounts = tuple[float, float, float]
"""Kneser-Ney discounts of n-grams counted once, twice, and three times or more."""


class NgramConfig(ModelConfig, frozen=True, kw_only=True, tag="ngram"):
    """Settings of an n-gram model. Order 2 is a bigram: one token of context."""

    order: Annotated[int, Meta(ge=1, le=12)] = 5
    smoothing: Smoothing | None = None
    """None: raw counts up to order 2, as textbooks have them, and Kneser-Ney from order 3."""

    k: Annotated[float, Meta(ge=1e-9, le=1e6)] = 1.0
    """Added to every count by add-k."""

    backoff: Annotated[float, Meta(ge=1e-9, le=1)] = 0.4
    """Factor of stupid backoff for every order backed off."""

    prune: tuple[Annotated[int, Meta(ge=1, le=2**40)], ...] = ()
    """The least count kept, for orders 2, 3, …; the last stands for all higher ones. Empty keeps all."""

    discounts: tuple[Discounts, ...] = ()
    """Kneser-Ney's, for orders 1, 2, …; the last stands for all higher ones. Empty: from the counts."""

    def __post_init__(self) -> None:
        if any(low > high for low, high in zip(self.prune, self.prune[1:], strict=False)):
            raise ValueError("prune must not fall from one order to the next")
        if any(not 0 <= amount <= count for three in self.discounts for count, amount in enumerate(three, 1)):
            raise ValueError(
                "discounts must lie between 0 and the count that they are taken from: 1, 2 and 3"
            )

    def least_count(self, order: int) -> int:
        """Lowest count of an n-gram of this order that is kept."""
        if order == 1 or not self.prune:
            return 1
        return self.prune[min(order - 2, len(self.prune) - 1)]

    @property
    def smoothing_used(self) -> Smoothing:
        return self.smoothing or ("raw" if self.order <= 2 else "kneser-ney")

    @property
    def context_length(self) -> int:
        """Tokens needed in front of a prediction; a shorter text is used as far as it goes."""
        return self.order - 1


class NgramFamily(CountingFamily[NgramConfig]):
    name = "ngram"
    label = "n-gram model"
    config = NgramConfig
    model_types = ("lilm-ngram",)
    fields = (
        Field("model.order", "Order", "tokens in the longest sequence"),
        Field("model.smoothing", "Smoothing", choices=(AUTOMATIC, *get_args(Smoothing))),
    )

    def parameter_count(self, config: NgramConfig, vocabulary_size: int) -> None:
        return None

    def build(
        self, ids: NDArray[Any], config: NgramConfig, vocabulary_size: int, end_of_text: int
    ) -> NgramModel:
        from engine.models.ngram.model import NgramModel

        return NgramModel.build(ids, config, vocabulary_size, end_of_text)

    def estimate_size(
        self, ids: NDArray[Any], config: NgramConfig, vocabulary_size: int, end_of_text: int
    ) -> SizeEstimate:
        from engine.models.ngram.estimate import estimate_size

        return estimate_size(ids, config, vocabulary_size, end_of_text)

    def least_tokens(self, config: NgramConfig) -> int:
        return config.order

    def load(self, folder: Path, device: str | torch.device) -> NgramModel:
        from engine.models.ngram.model import load_ngram

        return load_ngram(folder)

    def exporters(self) -> dict[str, Exporter]:
        from engine.models.ngram.arpa import write_arpa

        return {".arpa": write_arpa}


FAMILY = NgramFamily()
