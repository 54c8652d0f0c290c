"""RoPE (Su et al. 2021), half-split: pair i of a head's D numbers is rotated by position x base^(-2i/D)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

RopeTable = tuple[Tensor, Tensor]
"""Cosines and sines, each (positions, D)."""


def rope_table(positions: int, head_width: int, base: float) -> RopeTable:
    """Return cosines and sines; the second half of the columns repeats the first."""
    frequencies = base ** (-torch.arange(0, head_width, 2, dtype=torch.float32) / head_width)
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), frequencies).repeat(1, 2)
    return angles.cos(), angles.sin()


def apply_rope(x: Tensor, rope: RopeTable) -> Tensor:
    """Rotate (B, T, H, D) by the positions of the table's rows (T, D)."""
    cosines, sines = (table.unsqueeze(1) for table in rope)
    if torch.compiler.is_compiling():
        return _rotate_halves(x, cosines, sines).to(x.dtype)
    rotated: Tensor = _ApplyRope.apply(x, cosines, sines)  # type: ignore[no-untyped-call]
    return rotated.to(x.dtype)


class _ApplyRope(torch.autograd.Function):
    """The backward pass is the inverse rotation: nothing of x is saved."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        ctx.save_for_backward(cosines, sines)
        return _rotate_halves(x, cosines, sines)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        cosines, sines = ctx.saved_tensors
        return _rotate_halves(gradients[0], cosines, -sines), None, None


def _rotate_halves(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """x cos + (-right, left) sin."""
    half = x.size(-1) // 2
    rotated = x * cosines
    rotated[..., :half].addcmul_(x[..., half:], sines[..., :half], value=-1)
    rotated[..., half:].addcmul_(x[..., :half], sines[..., half:])
    return rotated
