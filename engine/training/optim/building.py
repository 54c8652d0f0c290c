"""The optimizers of a run, by their name in its settings, and their state as named tensors."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from engine.training.optim.parameters import parameter_kinds

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.config.settings import TrainingSettings
    from engine.training.optim.optimizer import Optimizer

OPTIMIZER_FILE = "optimizer.safetensors"


def build_optimizers(network: nn.Module, settings: TrainingSettings) -> list[Optimizer]:
    """Return optimizers that together hold every parameter once.

    `settings.optimizer` names a module beside this one, which has `build(kinds, settings)`.
    """
    module = importlib.import_module(f"engine.training.optim.{settings.optimizer}")
    optimizers: list[Optimizer] = module.build(parameter_kinds(network), settings)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak_lr"] = group["lr"]
    return optimizers


def set_rates(optimizers: list[Optimizer], factor: float) -> None:
    """Every group's rate becomes its peak rate times `factor`."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak_lr"] * factor


def optimizer_tensors(network: nn.Module, optimizers: list[Optimizer]) -> dict[str, Tensor]:
    """All optimizers' state, each tensor under `parameter name/key`."""
    names: dict[Tensor, str] = {parameter: name for name, parameter in network.named_parameters()}
    return {
        f"{names[parameter]}/{key}": tensor.detach().cpu().contiguous()
        for optimizer in optimizers
        for parameter, state in optimizer.state.items()
        for key, tensor in state.items()
    }


def restore_optimizers(network: nn.Module, optimizers: list[Optimizer], tensors: dict[str, Tensor]) -> None:
    """The inverse of `optimizer_tensors`."""
    names = {parameter: name for name, parameter in network.named_parameters()}
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                prefix = f"{names[parameter]}/"
                optimizer.state[parameter] = {
                    key.removeprefix(prefix): tensor.to(parameter.device)
                    for key, tensor in tensors.items()
                    if key.startswith(prefix)
                }
