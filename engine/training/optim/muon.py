"""Muon (Jordan et al. 2024): momentum, made orthogonal before it moves a matrix.

The arithmetic of torch.optim.Muon, but matrices of one shape go through the iteration as one batch: where they are
small, a CPU makes a step in two thirds of the time (tests/benchmarks/training/optimizers.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.machine.devices import device_has_bf16
from engine.training.optim.adamw import adamw
from engine.training.optim.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.config.settings import TrainingSettings
    from engine.training.optim.parameters import ParameterKinds

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic whose iteration brings singular values near 1 fastest, not exactly to 1 (Jordan et al. 2024)."""
ITERATIONS = 5


def build(kinds: ParameterKinds, settings: TrainingSettings) -> list[Optimizer]:
    """Muon on the matrices inside the network, and AdamW on the rest."""
    rest = adamw(kinds.embeddings, kinds.vectors, settings)
    if not kinds.matrices:
        return [rest]
    muon = Muon(
        kinds.matrices,
        lr=settings.matrix_learning_rate,
        weight_decay=settings.weight_decay,
        precision=torch.bfloat16 if device_has_bf16(kinds.matrices[0].device) else torch.float32,
    )
    return [muon, rest]


class Muon(Optimizer):
    """For matrices only. The rate is that of a square matrix; taller ones get sqrt(rows / columns) times it."""

    def __init__(
        self,
        parameters: Iterable[Tensor],
        *,
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        precision: torch.dtype = torch.bfloat16,
    ) -> None:
        """`precision` is that of the iteration; bfloat16 does no harm, and is faster where hardware has it."""
        self._precision = precision
        super().__init__([{"params": list(parameters)}], lr=lr, momentum=momentum, weight_decay=weight_decay)

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            matrices = [matrix for matrix in group["params"] if matrix.grad is not None]
            gradients = [matrix.grad for matrix in matrices]
            momenta = [self._momentum(matrix) for matrix in matrices]
            torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
            # Nesterov: the gradient, moved towards the momentum that already contains it.
            directions = torch._foreach_lerp(gradients, momenta, group["momentum"])
            torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
            for same in _by_shape(matrices):
                batch = torch.stack([directions[i] for i in same])
                rows, columns = batch.shape[1:]
                rate = group["lr"] * max(1.0, rows / columns) ** 0.5
                updates = orthogonalise(batch.to(self._precision)).to(batch.dtype)
                torch._foreach_add_([matrices[i] for i in same], list(updates.unbind()), alpha=-rate)

    def _momentum(self, matrix: Tensor) -> Tensor:
        state = self.state[matrix]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(matrix)
        momentum: Tensor = state["momentum_buffer"]
        return momentum


def orthogonalise(batch: Tensor) -> Tensor:
    """Brings the singular values of each of (matrices, rows, columns) near 1 and keeps the singular vectors."""
    tall = batch.size(1) > batch.size(2)
    x = batch.mT if tall else batch
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        polynomial = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.baddbmm(x, polynomial, x, beta=a)
    return x.mT if tall else x


def _by_shape(matrices: list[Tensor]) -> list[list[int]]:
    """Indices of matrices that have the same shape."""
    groups: dict[torch.Size, list[int]] = defaultdict(list)
    for index, matrix in enumerate(matrices):
        groups[matrix.shape].append(index)
    return list(groups.values())
