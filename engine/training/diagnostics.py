"""Diagnostics of a network whose loss is NaN or infinite: norms of its parameters and gradients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.training.distributed import sharding

if TYPE_CHECKING:
    from torch import Tensor, nn


def norms(network: nn.Module) -> dict[str, float | None]:
    """Return norms of each parameter and its gradient, by the parameter's name; None where not finite."""
    found: dict[str, float | None] = {}
    for name, parameter in network.named_parameters():
        found[name] = _norm(parameter.detach())
        if parameter.grad is not None:
            found[f"{name} (gradient)"] = _norm(parameter.grad)
    return found


def _norm(tensor: Tensor) -> float | None:
    norm = float(sharding.whole(tensor).norm())
    return norm if math.isfinite(norm) else None
