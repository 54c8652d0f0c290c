"""Trainers of tiny networks, without a run around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from engine.config.loading import merge, settings_from
from engine.models.registry import neural_family_of
from engine.training.data.batches import StreamBatches
from engine.training.gradient_trainer import GradientTrainer
from tests.unit.training.conftest import TINY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.machine.devices import Precision

VOCABULARY = 13


def make_trainer(
    *changes: Mapping[str, Any],
    precision: Precision = "fp32",
    device: str = "cpu",
    notify: Callable[[str], None] = lambda message: None,
) -> GradientTrainer:
    """The same network and the same text each time."""
    plain = {"model": {"dropout": 0.0}, "training": {"weight_averaging": 0.0, "batch_size": 8}}
    settings = settings_from(merge(TINY, plain, *changes))
    torch.manual_seed(settings.seed)
    model = neural_family_of(settings.model).build(
        settings.model, VOCABULARY, VOCABULARY - 1, torch.device("cpu")
    )
    model.network.to(device)
    text = np.random.default_rng(0).integers(0, VOCABULARY, 500).astype(np.uint16)
    batches = StreamBatches(text, settings.model.context_length, settings.training.batch_size, settings.seed)
    return GradientTrainer(model, batches, settings, tokens_per_epoch=500, precision=precision, notify=notify)


def weights(trainer: GradientTrainer) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in trainer.model.network.state_dict().items()}


def make_steps(trainer: GradientTrainer, steps: int, first: int = 0) -> list[float]:
    """Return the training loss of each step."""
    losses = []
    for step in range(first, first + steps):
        trainer.step(step, fraction=0.5, rate_scale=1.0)
        losses.append(trainer.measure().train_loss)  # type: ignore[union-attr]
    return losses
