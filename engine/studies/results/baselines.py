"""Losses that a model of a run should beat."""

from __future__ import annotations

import msgspec


class BaselineStudy(msgspec.Struct, frozen=True, kw_only=True):
    """Losses on the run's held-out text, in nats per token of the run's tokenizer."""

    uniform: float
    """Of equal probabilities: the logarithm of the vocabulary's size."""
    unigram: float
    """Of the tokens' frequencies alone."""
    kneser_ney: float
    """Of an n-gram with interpolated modified Kneser-Ney smoothing (Chen & Goodman 1999)."""
    order: int
    """Order of that n-gram."""
    tokens: int
    """Number of held-out tokens scored."""
    seconds: float
    """Time of counting and scoring."""
