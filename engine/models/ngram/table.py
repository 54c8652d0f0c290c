"""Result of smoothing: a log-probability for each n-gram, and a backoff weight for each context."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.ngram.trie import Integers, Trie


@dataclass(frozen=True)
class Table:
    """Smoothed n-grams. Log-probabilities are natural logarithms; the arrays are parallel to the trie's n-grams."""

    trie: Trie

    log_probs: list[NDArray[np.float64]]
    """Log-probability of each n-gram's last token after the others, for orders 1 … n. Order 1: of every token."""

    backoffs: list[NDArray[np.float64]]
    """Value of the tokens never seen after a context of 1 … n - 1 tokens.

    With `backs_off`, a weight added to their value in the context one token shorter; else the value itself.
    """

    totals: list[NDArray[np.float64]]
    """ln of the sum over all tokens after contexts of 0 … n - 1 tokens, for normalization. Empty: all are 0."""

    unseen: float
    """`rest` of contexts that were never seen."""

    backs_off: bool

    entries: list[int]
    """Number of n-grams of orders 1, …, n that were kept."""

    first_seen: list[Integers]
    """Position in the text where each n-gram first ended, for orders 1 … n. Empty unless requested."""

    notes: list[str] = field(default_factory=list)
    """Sentences that the user should know about how the probabilities were made."""

    @property
    def memory_bytes(self) -> int:
        arrays = (*self.log_probs, *self.backoffs, *self.totals, *self.first_seen)
        return self.trie.memory_bytes + sum(array.nbytes for array in arrays)

    def pruned(self, kept: Sequence[NDArray[np.bool_]]) -> Table:
        """Return a table of the n-grams in the masks of orders 1 … n; all of order 1 stay."""
        if all(bool(mask.all()) for mask in kept[1:]):
            return self
        kept = [np.ones_like(kept[0]), *kept[1:]]
        return Table(
            trie=self.trie.kept(kept),
            log_probs=[array[mask] for array, mask in zip(self.log_probs, kept, strict=True)],
            backoffs=[array[mask] for array, mask in zip(self.backoffs, kept, strict=False)],
            totals=self.totals[:1]
            + [array[mask] for array, mask in zip(self.totals[1:], kept, strict=False)],
            unseen=self.unseen,
            backs_off=self.backs_off,
            entries=self.entries[:1] + [int(mask.sum()) for mask in kept[1:]],
            first_seen=[array[mask] for array, mask in zip(self.first_seen, kept, strict=False)],
            notes=self.notes,
        )
