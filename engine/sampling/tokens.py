"""Input and output of sampling one token, whichever backend samples it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import LilmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.sampling.config import SamplingConfig

Logits = np.ndarray[tuple[int, ...], np.dtype[np.floating]]
"""Unnormalized log-probabilities, natural logarithm; -inf where a token is impossible."""


class DeadEndError(Exception):
    """Every token is impossible, as after a context that raw n-gram counts do not contain."""


class DivergedError(LilmError):
    def __init__(self) -> None:
        super().__init__(
            "the model's logits are NaN or infinite because its training diverged; use an earlier checkpoint"
        )


@dataclass(slots=True)
class SamplingStep:
    """Inputs of sampling one token besides its logits."""

    config: SamplingConfig
    uniform: float
    """Uniform random number in [0, 1), the argument of the inverse cumulative distribution."""
    history: Sequence[int] = ()
    """Ids that the repetition penalty applies to."""
    alternatives: int = 0
    """Number of top tokens to return beside the sampled one."""
    allowed: NDArray[np.int64] | None = None
    """Ids of the possible tokens, ascending; None: all."""

    @property
    def is_plain(self) -> bool:
        """True when only temperature changes the model's distribution: no truncation, no penalty."""
        config = self.config
        truncates = config.top_k or config.top_p or config.min_p
        return config.repetition_penalty == 1 and not truncates


@dataclass(frozen=True)
class Candidate:
    """A possible next token."""

    id: int
    log_probability: float
    """Log-probability of the model: temperature 1, no penalty, no truncation; natural logarithm."""
    probability: float
    """Probability at the chosen temperature, including the repetition penalty, before any truncation."""


@dataclass(frozen=True)
class SampledToken(Candidate):
    """A sampled token."""

    alternatives: tuple[Candidate, ...] = ()
    """The top tokens at this position, the most likely first."""
    rank: int | None = None
    """1 for the most likely token under the model; known where alternatives were asked for."""
    entropy: float | None = None
    """Entropy of the model's whole distribution, in nats; known where alternatives were asked for."""
