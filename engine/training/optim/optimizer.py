"""Base of the optimizers: groups of parameters, each with its own settings, and a state for each parameter.

The part of torch.optim.Optimizer that training needs. Making one of torch's imports torch's compiler, which takes as
long as torch itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor


class Optimizer(ABC):
    def __init__(self, groups: Iterable[Mapping[str, Any]], **defaults: Any) -> None:
        """A group is a table with `params` and what it has other than the defaults."""
        self.param_groups: list[dict[str, Any]] = [{**defaults, **group} for group in groups]
        self.state: defaultdict[Tensor, dict[str, Tensor]] = defaultdict(dict)

    @abstractmethod
    def step(self) -> None:
        """Move all parameters that have a gradient."""
