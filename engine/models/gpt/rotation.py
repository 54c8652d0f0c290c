"""RoPE (Su et al. 2021), half-split: pair i of a head's D numbers turns by position x base^(-2i/D)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

Rotation = tuple[Tensor, Tensor]
"""Cosines and sines."""


def rotation_table(positions: int, head_width: int, base: float) -> Rotation:
    """Each (positions, D), the second half of the columns repeating the first."""
    frequencies = base ** (-torch.arange(0, head_width, 2, dtype=torch.float32) / head_width)
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), frequencies).repeat(1, 2)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """Turns (B, T, H, D) by the positions that the table's rows (T, D) stand for."""
    cosines, sines = (table.unsqueeze(1) for table in rotation)
    if torch.compiler.is_compiling():
        return _turn(x, cosines, sines).to(x.dtype)
    turned: Tensor = _Rotate.apply(x, cosines, sines)  # type: ignore[no-untyped-call]
    return turned.to(x.dtype)


class _Rotate(torch.autograd.Function):
    """The way back is the turn back: nothing of x is kept."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        ctx.save_for_backward(cosines, sines)
        return _turn(x, cosines, sines)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        cosines, sines = ctx.saved_tensors
        return _turn(gradients[0], cosines, -sines), None, None


def _turn(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """x cos + (-right, left) sin."""
    half = x.size(-1) // 2
    turned = x * cosines
    turned[..., :half].addcmul_(x[..., half:], sines[..., :half], value=-1)
    turned[..., half:].addcmul_(x[..., :half], sines[..., half:])
    return turned
