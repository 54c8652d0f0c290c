"""What decides about the next token, and what is told about it, wherever it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.errors import LilmError

if TYPE_CHECKING:
    from collections.abc import Sequence


class DivergedError(LilmError):
    def __init__(self) -> None:
        super().__init__(
            "the model's scores are no numbers, for its training diverged; use an earlier checkpoint"
        )


class Sampling(Protocol):
    """How a token is chosen from scores; `SamplingConfig` says what each setting does."""

    @property
    def temperature(self) -> float: ...
    @property
    def top_k(self) -> int | None: ...
    @property
    def top_p(self) -> float | None: ...
    @property
    def min_p(self) -> float | None: ...
    @property
    def repetition_penalty(self) -> float: ...


@dataclass(frozen=True)
class Candidate:
    """A token that could come at some place."""

    id: int
    log_probability: float
    """The model's own: temperature 1, no penalty, nothing truncated; natural log."""
    probability: float
    """At the asked temperature, repetition penalty included, before any truncation."""


@dataclass(frozen=True)
class Draw(Candidate):
    """The token that was chosen."""

    alternatives: tuple[Candidate, ...] = ()
    """The likeliest tokens at this place, the likeliest first."""


@dataclass(slots=True)
class Choice:
    """All that decides about a token besides the scores."""

    sampling: Sampling
    uniform: float
    """From [0, 1); the inverse of the distribution function is applied to it."""
    history: Sequence[int] = ()
    """The ids that the repetition penalty holds against a token."""
    alternatives: int = 0
    """How many are asked for."""

    @property
    def is_plain(self) -> bool:
        """Whether a temperature is all that shapes the model's distribution."""
        sampling = self.sampling
        shaped = sampling.top_k or sampling.top_p or sampling.min_p
        return sampling.repetition_penalty == 1 and not shaped
