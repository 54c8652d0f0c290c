"""Masked training (Devlin et al. 2018, BERT): tokens to predict, and what the network sees in their place.

Each token is chosen with a probability of 15 %. Of those chosen, 80 % are replaced by the mask token, 10 % by a
random one, and 10 % stay, since a text that the model reads later has no masks elsewhere. The choice is a function of
seed and step alone, so a resumed run masks the same tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.tokenizers.interface import MASK
from engine.training.data.batches import IGNORED

if TYPE_CHECKING:
    from engine.tokenizers.interface import Tokenizer
    from engine.training.data.batches import BatchArrays, IndexedBatches

CHOSEN = 0.15
"""Fraction of the tokens that are predicted."""
MASKED = 0.8
"""Fraction of these that are replaced by the mask token."""
REPLACED = 0.1
"""Fraction of these that are replaced by a random token."""
_KEY = 1 << 62
"""Beside the seed, plus the step: no epoch and no step of `batches` has this number."""


class MaskedBatches:
    """The windows of other batches: some of their tokens are hidden, and these are the targets.

    End-of-text tokens, which stand before documents and fill up windows, are never chosen.
    """

    def __init__(self, windows: IndexedBatches, tokenizer: Tokenizer, seed: int) -> None:
        self._windows = windows
        self._seed = seed
        self._end_of_text = tokenizer.end_of_text
        self._mask = tokenizer.special_tokens[MASK]
        special = list(tokenizer.special_tokens.values())
        self._ordinary = np.setdiff1d(np.arange(tokenizer.vocabulary_size), special)
        """Ids of the tokens that may replace another."""
        self.holds_documents = windows.holds_documents
        self.targets_per_epoch = round(CHOSEN * windows.targets_per_epoch)

    def at(self, step: int, rank: int = 0, world: int = 1) -> BatchArrays:
        """Inputs and targets of a step, as in `IndexedBatches.at`; a target is the token at the same position."""
        tokens, _ = self._windows.at(step, rank, world)
        first, rows = rank * len(tokens), len(tokens)
        random = np.random.Philox(key=[self._seed % 2**64, _KEY + step])
        bits = random.random_raw(2 * world * tokens.size).reshape(2, world * rows, -1)[
            :, first : first + rows
        ]
        chance = (bits[0] >> np.uint64(11)) * 2.0**-53  # uniform in [0, 1)
        is_chosen = (chance < CHOSEN) & (tokens != self._end_of_text)
        inputs, kind = tokens.copy(), chance / CHOSEN  # of a chosen token, uniform in [0, 1) again
        inputs[is_chosen & (kind < MASKED)] = self._mask
        is_replaced = is_chosen & (kind >= MASKED) & (kind < MASKED + REPLACED)
        inputs[is_replaced] = self._ordinary[bits[1][is_replaced] % np.uint64(len(self._ordinary))]
        return inputs, np.where(is_chosen, tokens, IGNORED)
