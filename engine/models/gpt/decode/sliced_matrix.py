"""Products of a few vectors and a matrix on a CPU, with several threads.

MKL computes such a product on little more than one thread, but divides a batch of products among all: each matrix is
stored in a slice for each thread. With another number of threads the result is the same, only slower.

Letters in shapes: S slices, B vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class SlicedMatrix:
    slices: Tensor
    """(S, in, out / S)"""
    bias: Tensor | None
    """(S, 1, out / S)"""

    @property
    def width_in(self) -> int:
        return self.slices.size(1)

    @property
    def width_out(self) -> int:
        return self.slices.size(0) * self.slices.size(2)

    def multiply(self, inputs: Tensor) -> Tensor:
        """Multiply (B, in) to (B, out), in newly allocated memory."""
        outputs = inputs.new_empty(len(inputs), self.width_out)
        Product(self, inputs, outputs).write()
        return outputs


def slice_matrix(weight: Tensor, bias: Tensor | None, most: int) -> SlicedMatrix:
    """Slice a weight (out, in) and bias (out); into fewer slices than `most` where `out` is not divisible."""
    slices = max(count for count in range(1, most + 1) if weight.size(0) % count == 0)
    return SlicedMatrix(
        weight.view(slices, -1, weight.size(1)).mT.contiguous(),
        None if bias is None else bias.view(slices, 1, -1).clone(),
    )


def pad_to_slices(weight: Tensor, slices: int) -> Tensor:
    """Pad (out, in) with rows of zeros, so that it divides into slices."""
    return F.pad(weight, (0, 0, 0, -weight.size(0) % slices))


class Product:
    """Product of a sliced matrix from one buffer (B, in) into another (B, out); views are made once."""

    def __init__(self, matrix: SlicedMatrix, inputs: Tensor, outputs: Tensor) -> None:
        self._slices, self._bias = matrix.slices, matrix.bias
        count = len(matrix.slices)
        self._inputs = inputs.expand(count, -1, -1)
        self._outputs = outputs.view(len(outputs), count, -1).transpose(0, 1)  # (S, B, out / S)

    def write(self) -> None:
        if self._bias is None:
            torch.bmm(self._inputs, self._slices, out=self._outputs)
        else:
            torch.baddbmm(self._bias, self._inputs, self._slices, out=self._outputs)

    def add(self) -> None:
        """Add the product to the output buffer."""
        self._outputs.baddbmm_(self._inputs, self._slices)
        if self._bias is not None:
            self._outputs.add_(self._bias)
