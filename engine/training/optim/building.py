"""Assignment of parameters to optimizers, and the optimizers' state as named tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from engine.machine.devices import device_has_bf16
from engine.training.optim.adamw import AdamW
from engine.training.optim.muon import Muon

if TYPE_CHECKING:
    from engine.config.settings import TrainingSettings
    from engine.training.optim.optimizer import Optimizer

OPTIMIZER_FILE = "optimizer.safetensors"


def build_optimizers(network: nn.Module, settings: TrainingSettings) -> list[Optimizer]:
    """Muon on the matrices inside the network and AdamW on the rest, or AdamW on all.

    Embeddings and the output matrix are not for Muon (Jordan et al. 2024). Only matrices decay.
    """
    matrices, embeddings, vectors = _sort_parameters(network)
    optimizers: list[Optimizer] = []
    if settings.optimizer == "adamw":
        embeddings += matrices
    elif matrices:
        optimizers.append(
            Muon(
                matrices,
                lr=settings.matrix_learning_rate,
                weight_decay=settings.weight_decay,
                precision=torch.bfloat16 if device_has_bf16(matrices[0].device) else torch.float32,
            )
        )
    groups: list[dict[str, Any]] = [{"params": embeddings}, {"params": vectors, "weight_decay": 0.0}]
    optimizers.append(
        AdamW(
            groups,
            lr=settings.learning_rate,
            betas=(settings.beta1, settings.beta2),
            weight_decay=settings.weight_decay,
        )
    )
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


def _sort_parameters(network: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter], list[nn.Parameter]]:
    """Hidden matrices; embeddings and output matrices; vectors."""
    outer = {module.weight for module in network.modules() if isinstance(module, nn.Embedding)} | {
        module.weight for name, module in network.named_modules() if name in ("lm_head", "output")
    }
    matrices: list[nn.Parameter] = []
    embeddings: list[nn.Parameter] = []
    vectors: list[nn.Parameter] = []
    for parameter in network.parameters():
        if parameter in outer:
            embeddings.append(parameter)
        elif parameter.dim() == 2:
            matrices.append(parameter)
        else:
            vectors.append(parameter)
    return matrices, embeddings, vectors
