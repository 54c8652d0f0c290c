"""Learning by gradient descent: the MLP and the GPT."""

from __future__ import annotations

import math
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.devices import DTYPES, Precision
from engine.errors import LilmError
from engine.training.learner import Learner, Measurement
from engine.training.optimizers import (
    OPTIMIZER_FILE,
    build_optimizers,
    optimizer_tensors,
    restore_optimizers,
    set_rates,
)
from engine.training.schedule import rate_factor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from engine.config.settings import RunSettings
    from engine.models.gpt.model import GPT
    from engine.models.mlp.model import MLPModel

IGNORED = -100
"""A target that no loss is counted for."""


class BatchSource(Protocol):
    """Training data as a function of the step."""

    def at(self, step: int, rank: int = 0, world: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...


class GradientLearner(Learner):
    """One process's part in training a network."""

    precision: Precision

    def __init__(
        self,
        model: GPT | MLPModel,
        batches: BatchSource,
        settings: RunSettings,
        *,
        tokens_per_epoch: int,
        precision: Precision,
    ) -> None:
        self.model: GPT | MLPModel = model
        self.precision = precision
        self._network: nn.Module = model.network
        self._batches = batches
        self._seed = settings.seed
        self._settings = settings.training
        self._tokens_per_epoch = tokens_per_epoch
        self._micro_batch = settings.training.micro_batch_size or settings.training.batch_size
        self._device = model.device
        self._optimizers = build_optimizers(model.network, settings.training)
        self._losses: list[Tensor] = []
        self._gradient_norm: Tensor | None = None
        decay = settings.training.weight_averaging
        self._average = [p.detach().clone() for p in self._network.parameters()] if decay else []

    @property
    def learning_rate(self) -> float:
        return float(self._optimizers[0].param_groups[0]["lr"])

    @property
    def tokens_per_epoch(self) -> int:
        return self._tokens_per_epoch

    def step(self, step: int, fraction: float, rate_scale: float) -> int:
        self._network.train()
        # Dropout is a function of seed and step, whatever was drawn before.
        torch.manual_seed((self._seed * 1_000_003 + step) % 2**63)
        inputs, targets = (torch.from_numpy(array) for array in self._batches.at(step))
        targets = targets[:, -self.model.predictions :]
        valid = int((targets != IGNORED).sum())
        if valid == 0:
            return 0
        total = torch.zeros((), device=self._device)
        for start in range(0, len(inputs), self._micro_batch):
            rows = slice(start, start + self._micro_batch)
            loss = self._loss(inputs[rows], targets[rows]) / valid
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
        self._update(fraction, rate_scale)
        self._losses.append(total)
        return valid

    def measure(self) -> Measurement:
        losses = torch.stack(self._losses) if self._losses else torch.tensor([math.nan])
        self._losses = []
        norm = None if self._gradient_norm is None else float(self._gradient_norm)
        return Measurement(float(losses.mean()), norm)

    @contextmanager
    def evaluated_weights(self) -> Iterator[None]:
        parameters = list(self._network.parameters())
        kept = [parameter.detach().clone() for parameter in parameters] if self._average else []
        self._assign(self._average)
        try:
            yield
        finally:
            self._assign(kept)

    def save(self, folder: Path) -> None:
        tensors = optimizer_tensors(self._network, self._optimizers)
        if self._average:
            tensors |= {f"raw/{name}": p.detach().cpu() for name, p in self._network.named_parameters()}
        with self.evaluated_weights():
            self.model.save(folder)
        save_file(tensors, folder / OPTIMIZER_FILE)

    def load(self, folder: Path) -> None:
        self._load_weights(folder)
        try:
            tensors = load_file(folder / OPTIMIZER_FILE)
            self._average = [p.detach().clone() for p in self._network.parameters()] if self._average else []
            if self._average:
                self._assign([tensors[f"raw/{name}"] for name, _ in self._network.named_parameters()])
            restore_optimizers(self._network, self._optimizers, tensors)
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            raise LilmError(f"cannot read the optimiser's state in {folder}: {error}") from error

    def start_from(self, folder: Path) -> None:
        """Takes another run's weights, with a fresh optimiser."""
        self._load_weights(folder)

    def autopsy(self) -> dict[str, float | None]:
        norms: dict[str, float | None] = {}
        for name, parameter in self._network.named_parameters():
            norms[name] = _finite(float(parameter.detach().norm()))
            if parameter.grad is not None:
                norms[f"{name} (gradient)"] = _finite(float(parameter.grad.norm()))
        return norms

    def _loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Summed over the valid targets."""
        inputs, targets = (ids.to(self._device, non_blocking=True) for ids in (inputs, targets))
        autocast: Any = nullcontext()
        if self.precision != "fp32":
            autocast = torch.autocast(self._device.type, DTYPES[self.precision])
        with autocast:
            scores = self._network(inputs)
        return F.cross_entropy(
            scores.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED, reduction="sum"
        )

    def _update(self, fraction: float, rate_scale: float) -> None:
        parameters = list(self._network.parameters())
        clip = self._settings.gradient_clip or math.inf
        self._gradient_norm = nn.utils.clip_grad_norm_(parameters, clip)
        set_rates(self._optimizers, rate_factor(fraction, self._settings) * rate_scale)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad()
        if self._average:
            weights = [parameter.detach() for parameter in parameters]
            torch._foreach_lerp_(self._average, weights, 1 - self._settings.weight_averaging)

    def _assign(self, values: list[Tensor]) -> None:
        if values:
            with torch.no_grad():
                torch._foreach_copy_(list(self._network.parameters()), values)

    def _load_weights(self, folder: Path) -> None:
        from engine.models.loading import load_model

        loaded: Any = load_model(folder, self._device)
        if loaded.network.config != self.model.network.config:
            raise LilmError(f"the checkpoint {folder} holds a model of another shape")
        self._network.load_state_dict(loaded.network.state_dict())


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
