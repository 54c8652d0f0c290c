"""Trial steps of a gradient trainer before the first step: timed, compiled, and undone afterwards."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from engine.training.data.loading import Batch
from engine.training.distributed import sharding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.training.gradient_trainer import GradientTrainer


@contextmanager
def trial_steps(trainer: GradientTrainer) -> Iterator[None]:
    """Steps made inside leave the trainer as it was."""
    parameters = trainer.network.parameters
    weights = [parameter.detach().clone() for parameter in parameters]
    try:
        yield
    finally:
        sharding.copy_all(weights, parameters)
        if trainer.network.average:
            trainer.network.average.restart()
        trainer.reset_optimizers()


def seconds_of_step(trainer: GradientTrainer, step: int) -> float:
    """Time a step, in all processes together, from its first micro-batch and an update with a learning rate of 0.

    Raises NotFiniteError.
    """
    batch = trainer.batch(step)
    rows = min(trainer.micro_batches.size, len(batch.inputs))
    part = Batch(batch.inputs[:rows], batch.targets[:rows], batch.valid)
    began = time.perf_counter()
    trainer.accumulate(step, part)
    _wait(trainer)
    passed = time.perf_counter() - began
    trainer.update(step, 0.0)
    _wait(trainer)
    updating = time.perf_counter() - began - passed
    trainer.measure()
    return passed * len(batch.inputs) / rows + updating


def try_compiling(trainer: GradientTrainer) -> str:
    """Compile and make a step. Returns the reason why it does not work, after going back to eager mode; else ""."""
    from torch._dynamo.exc import TorchDynamoException  # the compiler takes as long to import as torch

    trainer.network.compile()
    try:
        seconds_of_step(trainer, 0)
    except TorchDynamoException as error:
        trainer.network.run_eagerly()
        return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
    return ""


def _wait(trainer: GradientTrainer) -> None:
    device = trainer.model.device
    if device.type == "cuda":
        torch.cuda.synchronize(device)
