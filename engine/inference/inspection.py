"""The next-token distribution after a text, without generating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.inference.generation import read_prompt
from engine.sampling.numpy_backend import candidates, log_softmax, top_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.interface import Session
    from engine.sampling.numpy_backend import Vector
    from engine.sampling.tokens import Candidate
    from engine.tokenizers.interface import Tokenizer


@dataclass(frozen=True)
class Expectation:
    top_tokens: tuple[Candidate, ...]
    entropy: float
    """Entropy of the whole distribution at temperature 1, in nats."""


def expect(session: Session, tokenizer: Tokenizer, ids: Sequence[int], alternatives: int) -> Expectation:
    """Return the next token's distribution after end-of-text and `ids`.

    Raises DeadEndError when no token can follow.
    """
    log_probabilities = log_softmax(read_prompt(session, tokenizer, ids))
    probabilities = np.exp(log_probabilities)
    return Expectation(
        candidates(log_probabilities, probabilities, top_tokens(log_probabilities, alternatives)),
        entropy(log_probabilities),
    )


def entropy(log_probabilities: Vector) -> float:
    """Entropy, - sum p ln p in nats; impossible tokens add nothing."""
    possible = log_probabilities[log_probabilities > -np.inf]
    return float(-(np.exp(possible) * possible).sum())
