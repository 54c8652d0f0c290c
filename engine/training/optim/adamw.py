"""AdamW (Loshchilov & Hutter 2019), by torch's fused kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from engine.training.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor, nn

    from engine.config.settings import TrainingSettings
    from engine.training.optim.parameters import ParameterKinds

EPSILON = 1e-8


def build(kinds: ParameterKinds, settings: TrainingSettings) -> list[Optimizer]:
    """AdamW on all parameters."""
    return [adamw([*kinds.embeddings, *kinds.matrices], kinds.vectors, settings)]


def adamw(decaying: list[nn.Parameter], other: list[nn.Parameter], settings: TrainingSettings) -> AdamW:
    """AdamW with a run's settings, and weight decay on the first list alone."""
    return AdamW(
        [{"params": decaying}, {"params": other, "weight_decay": 0.0}],
        lr=settings.learning_rate,
        betas=(settings.beta1, settings.beta2),
        weight_decay=settings.weight_decay,
    )


class AdamW(Optimizer):
    """To the bit what torch.optim.AdamW(fused=True) does."""

    def __init__(
        self,
        groups: Iterable[Mapping[str, Any]],
        *,
        lr: float,
        betas: tuple[float, float],
        weight_decay: float,
    ) -> None:
        super().__init__(groups, lr=lr, betas=betas, weight_decay=weight_decay)

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            parameters = [parameter for parameter in group["params"] if parameter.grad is not None]
            if not parameters:
                continue
            states = [self._state(parameter) for parameter in parameters]
            steps = [state["step"] for state in states]
            torch._foreach_add_(steps, 1)
            beta1, beta2 = group["betas"]
            torch._fused_adamw_(
                parameters,
                [parameter.grad for parameter in parameters],
                [state["exp_avg"] for state in states],
                [state["exp_avg_sq"] for state in states],
                [],
                steps,
                lr=group["lr"],
                beta1=beta1,
                beta2=beta2,
                weight_decay=group["weight_decay"],
                eps=EPSILON,
                amsgrad=False,
                maximize=False,
            )

    def _state(self, parameter: Tensor) -> dict[str, Tensor]:
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros((), dtype=torch.float32, device=parameter.device)
            state["exp_avg"] = torch.zeros_like(parameter)
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        return state
