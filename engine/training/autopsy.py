"""What is left to say of a network whose loss is no number: how large each part of it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.training import sharding

if TYPE_CHECKING:
    from torch import Tensor, nn


def norms(network: nn.Module) -> dict[str, float | None]:
    """Of each parameter and of its gradient, by the parameter's name; None where it is no number."""
    found: dict[str, float | None] = {}
    for name, parameter in network.named_parameters():
        found[name] = _norm(parameter.detach())
        if parameter.grad is not None:
            found[f"{name} (gradient)"] = _norm(parameter.grad)
    return found


def _norm(tensor: Tensor) -> float | None:
    norm = float(sharding.whole(tensor).norm())
    return norm if math.isfinite(norm) else None
