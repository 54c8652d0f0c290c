"""Training by counting. Each step counts a larger part of the text, so that there is a learning curve."""

from __future__ import annotations

import math
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.runs.journals.records import NgramEstimate
from engine.training.trainer import Measurement, Trainer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from engine.models.family import CountingFamily, ModelConfig, SizeEstimate
    from engine.models.interface import LanguageModel

FRACTIONS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Fractions of the training text, counted after each step. The work of all steps is twice that of the last."""
FIT_TOKENS = 100_000
"""The training loss is measured on this many tokens at the end of what was counted."""


class CountingTrainer(Trainer):
    """Trainer of a counting family: each step counts a new model from a longer beginning of the text."""

    def __init__(
        self,
        train: NDArray[np.integer],
        family: CountingFamily[Any],
        config: ModelConfig,
        vocabulary_size: int,
        end_of_text: int,
        notify: Callable[[str], None] = lambda message: None,
    ) -> None:
        self._notify = notify
        self._train = train
        self._family = family
        self._config = config
        self._vocabulary_size = vocabulary_size
        self._end_of_text = end_of_text
        self._fraction = 0.0
        self.model: LanguageModel = self._build(self._tokens(FRACTIONS[0]))

    @cached_property
    def size(self) -> SizeEstimate:
        """Of the model of the whole text, estimated from its beginning where it is long."""
        return self._family.estimate_size(self._train, self._config, self._vocabulary_size, self._end_of_text)

    def settle(self, *_: object, **__: object) -> tuple[None, NgramEstimate]:
        """Return the estimated size of the table; there is nothing to decide."""
        size = self.size
        return None, NgramEstimate(time=time.time(), entries=size.entries, memory_bytes=size.memory_bytes)

    @property
    def parameters(self) -> int:
        return sum(self.size.entries)

    @property
    def learning_rate(self) -> None:
        return None

    @property
    def tokens_per_epoch(self) -> int:
        return len(self._train)

    @property
    def own_fraction(self) -> float:
        return self._fraction

    def step(self, step: int, fraction: float, rate_scale: float) -> int:
        before = self._tokens(FRACTIONS[step - 1]) if step else 0
        self._fraction = FRACTIONS[min(step, len(FRACTIONS) - 1)]
        tokens = self._tokens(self._fraction)
        self.model = self._build(tokens)
        if self._fraction == 1.0:
            for note in self.model.notes:
                self._notify(note)
        return tokens - before

    def measure(self) -> Measurement:
        end = self._tokens(self._fraction)
        log_p = self.model.log_probabilities(self._train[max(0, end - FIT_TOKENS) : end])
        return Measurement(0.0 - float(log_p.mean()) if len(log_p) else math.nan)

    def saver(self) -> Callable[[Path], None]:
        return self.model.save

    def load(self, folder: Path) -> None:
        self.model = self._family.load(folder, "cpu")

    def _tokens(self, fraction: float) -> int:
        return min(
            len(self._train), max(self._family.least_tokens(self._config), round(fraction * len(self._train)))
        )

    def _build(self, tokens: int) -> LanguageModel:
        return self._family.build(
            self._train[:tokens], self._config, self._vocabulary_size, self._end_of_text
        )
