"""Input and output of sampling one token, whichever backend samples it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import LilmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.sampling.config import SamplingConfig

Logits = np.ndarray[tuple[int, ...], np.dtype[np.floating]]
"""Unnormalized log-probabilities, natural logarithm; -inf where a token is impossible."""


class DeadEndError(Exception):
    """Every token is impossible, as after a context that raw n-gram counts never saw."""


class DivergedError(LilmError):
    def __init__(self) -> None:
        super().__init__(
            "the model's logits are NaN or infinite, for its training diverged; use an earlier checkpoint"
        )


@dataclass(slots=True)
class SamplingStep:
    """Everything that decides about one token besides its logits."""

    config: SamplingConfig
    uniform: float
    """A uniform random number from [0, 1); the inverse of the cumulative distribution is applied to it."""
    history: Sequence[int] = ()
    """Ids that the repetition penalty applies to."""
    alternatives: int = 0
    """Number of top tokens to return beside the sampled one."""

    @property
    def is_plain(self) -> bool:
        """Only temperature shapes the model's distribution: no truncation, no penalty."""
        config = self.config
        truncates = config.top_k or config.top_p or config.min_p
        return config.repetition_penalty == 1 and not truncates


@dataclass(frozen=True)
class Candidate:
    """A possible next token."""

    id: int
    log_probability: float
    """The model's own: temperature 1, no penalty, no truncation; natural logarithm."""
    probability: float
    """At the asked temperature, repetition penalty included, before any truncation."""


@dataclass(frozen=True)
class SampledToken(Candidate):
    """The token that was sampled."""

    alternatives: tuple[Candidate, ...] = ()
    """The top tokens at this position, the most likely first."""
