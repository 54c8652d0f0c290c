"""Mixed-precision training: products in bf16 or fp16, weights and optimizers in fp32."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from engine.machine.devices import DTYPES, Precision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.training.optim.optimizer import Optimizer

SCALER_PREFIX = "scaler/"


class MixedPrecision:
    """Autocast around the forward pass, and for fp16 a loss scaled up so that small gradients survive.

    Micikevicius et al. 2018. bf16 has fp32's range and needs no scaling.
    """

    def __init__(self, device: torch.device, precision: Precision) -> None:
        self.precision: Precision = precision
        self._device = device
        self._scaler = torch.amp.GradScaler(device.type) if precision == "fp16" else None

    @property
    def scales_gradients(self) -> bool:
        """True if gradients that are not finite are expected: their steps are skipped."""
        return self._scaler is not None

    def autocast(self) -> AbstractContextManager[Any]:
        if self.precision == "fp32":
            return nullcontext()
        return torch.autocast(self._device.type, DTYPES[self.precision])

    def backward(self, loss: Tensor) -> None:
        scaled: Tensor = self._scaler.scale(loss) if self._scaler else loss
        scaled.backward()  # type: ignore[no-untyped-call]

    def unscale(self, optimizers: Iterable[Optimizer]) -> None:
        """Brings the gradients back to size, for clipping."""
        if self._scaler:
            for optimizer in optimizers:
                self._scaler.unscale_(optimizer)  # type: ignore[arg-type]  # it takes only `param_groups`

    def step(self, optimizers: Iterable[Optimizer], gradient_norm: Tensor) -> None:
        """Steps with all optimizers; where gradients are scaled and went out of range, with none."""
        if self._scaler is None or math.isfinite(gradient_norm):
            for optimizer in optimizers:
                optimizer.step()
        if self._scaler:
            self._scaler.update()

    def tensors(self) -> dict[str, Tensor]:
        """The scaler's state; nothing for formats that are not scaled."""
        if self._scaler is None:
            return {}
        return {
            f"{SCALER_PREFIX}{name}": torch.tensor(value, dtype=torch.float64)
            for name, value in self._scaler.state_dict().items()
        }

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """The inverse of `tensors`; a run saved without a scaler starts a new one."""
        saved = {
            name.removeprefix(SCALER_PREFIX): tensor.item()
            for name, tensor in tensors.items()
            if name.startswith(SCALER_PREFIX)
        }
        if self._scaler is not None and saved:
            integers = ("growth_interval", "_growth_tracker")
            self._scaler.load_state_dict(
                {name: int(value) if name in integers else value for name, value in saved.items()}
            )
