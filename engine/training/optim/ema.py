"""An average of the weights along the way, which generalises better than where the way ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from engine.training.distributed.sharding import copy_all, own_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import Tensor, nn


class WeightAverage:
    """Exponential, over steps (Polyak & Juditsky 1992). Young averages forget faster: the decay after t steps is
    at most (1 + t) / (10 + t), so that the random weights of the beginning do not stay in it.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], decay: float) -> None:
        self._parameters = list(parameters)
        self._decay = decay
        self.restart()

    def restart(self) -> None:
        """The weights as they are now become the average."""
        self.values: list[Tensor] = [parameter.detach().clone() for parameter in self._parameters]

    def update(self, step: int) -> None:
        decay = min(self._decay, (1 + step) / (10 + step))
        average = [own_part(value) for value in self.values]
        weights = [own_part(parameter.detach()) for parameter in self._parameters]
        torch._foreach_lerp_(average, weights, 1 - decay)

    @contextmanager
    def in_place_of_weights(self) -> Iterator[None]:
        """Inside, the parameters hold the average."""
        weights = [parameter.detach().clone() for parameter in self._parameters]
        copy_all(self.values, self._parameters)
        try:
            yield
        finally:
            copy_all(weights, self._parameters)
