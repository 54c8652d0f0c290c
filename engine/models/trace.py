"""Intermediate values of a network with layers and attention for one text, for studies.

Letters in shapes: T tokens, L layers, H heads, W width, I inner width, V vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Trace:
    """Intermediate values of one pass over a text."""

    residuals: Tensor
    """The residual stream before the first layer and after each, shape (L + 1, T, W)."""
    attention: Tensor
    """Attention weights, shape (L, H, T, T): of each query over the keys up to it."""
    activations: Tensor
    """Hidden activations of the feed-forward layers, shape (L, T, I): of SwiGLU the gated values."""
    logits: Tensor
    """Logits of each stream through the last norm and the output matrix, shape (L + 1, T, V).

    This is the logit lens (nostalgebraist 2020); the last are the model's own logits.
    """


@runtime_checkable
class Traceable(Protocol):
    """A model whose layers can be looked into."""

    def trace(self, ids: Tensor) -> Trace:
        """Run ids (T,), at most a context of them, through the network without gradients."""
