"""What the training loop asks of a model family: one step after another, and a state that can be saved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from engine.models.interface import LanguageModel


@dataclass(frozen=True)
class Measurement:
    """The steps since the last measurement."""

    train_loss: float
    """Nats per token, the mean over them; infinite or not a number if so."""
    gradient_norm: float | None = None
    """Before clipping, of the last of them."""


class Learner(ABC):
    """A model and the way it learns."""

    model: LanguageModel
    precision: str = "fp32"

    @abstractmethod
    def step(self, step: int, fraction: float, rate_scale: float) -> int:
        """Makes step number `step` (from 0), at a fraction of the budget. Gives the tokens learnt from.

        What it does depends on nothing but its state and these numbers.
        """

    @abstractmethod
    def measure(self) -> Measurement:
        """Waits for the device and reads the losses."""

    @property
    @abstractmethod
    def learning_rate(self) -> float | None:
        """Of the last step; the first optimiser's."""

    @property
    @abstractmethod
    def tokens_per_epoch(self) -> int: ...

    @property
    def own_fraction(self) -> float | None:
        """How much is done, for learners that end by themselves and need no budget."""
        return None

    def evaluated_weights(self) -> AbstractContextManager[None]:
        """Inside, `model` has the weights that count: averaged ones, where there is averaging."""
        return nullcontext()

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Writes the model and whatever `load` needs to go on, to the bit."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Raises LilmError when files are damaged."""

    def autopsy(self) -> dict[str, float | None]:
        """What the weights and gradients look like, layer by layer, after the loss went bad."""
        return {}
