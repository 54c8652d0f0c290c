"""Checkpoints of a gradient trainer: the evaluated weights as a model, and the state of the optimizers beside it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from engine.errors import LilmError
from engine.training.distributed import sharding
from engine.training.optim.building import OPTIMIZER_FILE, optimizer_tensors, restore_optimizers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    from engine.training.gradient_trainer import GradientTrainer

RAW = "raw/"
"""Prefix of the trained weights in the optimizer's file, where model.safetensors holds their average."""


def gather_checkpoint(trainer: GradientTrainer) -> Callable[[Path], None]:
    """Gather the state of all processes, and return the function with which one of them writes a folder."""
    network = trainer.network
    tensors = optimizer_tensors(network.module, trainer.optimizers) | trainer.mixed.tensors()
    if network.average:
        tensors |= {f"{RAW}{name}": p.detach() for name, p in network.module.named_parameters()}
    tensors = {name: sharding.whole(tensor).cpu() for name, tensor in tensors.items()}
    if network.is_sharded:
        network.gather()

    def save(folder: Path) -> None:
        with nullcontext() if network.is_sharded else network.evaluated_weights():
            trainer.model.save(folder)
        save_file(tensors, folder / OPTIMIZER_FILE)

    return save


def load_checkpoint(trainer: GradientTrainer, folder: Path) -> None:
    """Restore weights, average and optimizers, to the bit. Raises LilmError when files are damaged."""
    load_weights(trainer, folder)
    network = trainer.network
    try:
        # Copies, because the order in which a kernel adds may depend on where in memory a tensor begins.
        tensors = {name: tensor.clone() for name, tensor in load_file(folder / OPTIMIZER_FILE).items()}
        if network.average:
            network.assign([tensors[f"{RAW}{name}"] for name, _ in network.module.named_parameters()])
        _restore_optimizers(trainer, tensors)
        trainer.mixed.restore(tensors)
    except (OSError, KeyError, RuntimeError, SafetensorError) as error:
        raise LilmError(f"cannot read the optimizer's state in {folder}: {error}") from error


def load_weights(trainer: GradientTrainer, folder: Path) -> None:
    """Load weights alone, of this or another run. The optimizers stay as they are.

    Raises LilmError when files are damaged or hold a model of another shape.
    """
    from engine.models.loading import load_model

    loaded: Any = load_model(folder, trainer.model.device)
    if loaded.config != trainer.model.config:
        raise LilmError(f"the checkpoint {folder} holds a model of another shape")
    weights = loaded.network.state_dict()
    network = trainer.network
    network.assign([weights[name] for name, _ in network.module.named_parameters()])
    if network.average:
        network.average.restart()


def _restore_optimizers(trainer: GradientTrainer, tensors: dict[str, Tensor]) -> None:
    network = trainer.network
    restore_optimizers(network.module, trainer.optimizers, tensors)
    if not network.is_sharded:
        return
    for optimizer in trainer.optimizers:
        for parameter, state in optimizer.state.items():
            for key, tensor in state.items():
                state[key] = sharding.spread_like(tensor, parameter)
