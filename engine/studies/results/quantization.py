"""A model with its weights in each format."""

from __future__ import annotations

import msgspec

from engine.models.family import WeightFormat  # noqa: TC001  msgspec reads it


class AtWeights(msgspec.Struct, frozen=True, kw_only=True):
    weights: WeightFormat
    bytes: int
    """Size of all parameters in this format, scales included."""
    tokens_per_second: float
    """Decoding speed of one text: the inverse of the median of seconds a token."""
    loss: float
    """Held-out loss in nats a token."""
    changed: int
    """Greedy tokens that are other ones than in fp32, of those that were decoded."""


class QuantizationStudy(msgspec.Struct, frozen=True, kw_only=True):
    scored: int
    """Number of held-out tokens of which the loss is the mean."""
    decoded: int
    """Number of held-out tokens that were fed one by one."""
    formats: tuple[AtWeights, ...]
    """The first is fp32."""
