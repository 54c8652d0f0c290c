"""Formats of a network's weights with fewer bits, by rounding each to the nearest value that the format has.

Vectors (norms and biases) stay in fp32, and all arithmetic with the weights is in fp32.

- `bf16`: the upper half of an fp32 number.
- `int8`: a scale for each row (output channel), the largest magnitude in the row / 127, times -127 to 127.
- `int4`: a scale for each 32 columns of a row, times -8 to 7, where the largest magnitude is -8, as in ggml's Q4_0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from engine.models.family import WeightFormat

GROUP = 32
"""Columns that share a scale in int4."""


def round_weights(network: nn.Module, format: WeightFormat) -> None:
    """Round every matrix of a network in place; tied matrices stay tied."""
    if format == "fp32":
        return
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim == 2:
                parameter.copy_(rounded(parameter, format))


def weight_bytes(network: nn.Module, format: WeightFormat) -> int:
    """Bytes of the parameters in a format, scales included."""
    return sum(_bytes_of(parameter, format) for parameter in network.parameters())


def rounded(matrix: Tensor, format: WeightFormat) -> Tensor:
    """Return an fp32 matrix (rows, columns) rounded to a format, still in fp32. Twice is as once."""
    match format:
        case "fp32":
            return matrix
        case "bf16":
            return matrix.bfloat16().float()
        case "int8":
            numbers, scales = quantize_rows(matrix)
            return numbers * scales
        case "int4":
            numbers, scales = quantize_groups(matrix)
            scaled = numbers.view(*scales.shape, GROUP) * scales.unsqueeze(2)
            return scaled.flatten(1)[:, : matrix.size(1)]


def quantize_rows(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return int8 numbers (rows, columns) and fp32 scales (rows, 1)."""
    scales = _nonzero(matrix.abs().amax(1, keepdim=True) / 127)
    return (matrix / scales).round().to(torch.int8), scales


def quantize_groups(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return int8 numbers from -8 to 7 (rows, columns), padded to whole groups, and fp32 scales (rows, groups)."""
    groups = F.pad(matrix, (0, -matrix.size(1) % GROUP)).view(len(matrix), -1, GROUP)
    largest = groups.gather(2, groups.abs().argmax(2, keepdim=True))
    scales = _nonzero(largest / -8)
    numbers = (groups / scales).round().clamp(-8, 7).to(torch.int8)
    return numbers.flatten(1), scales.squeeze(2)


def _nonzero(scales: Tensor) -> Tensor:
    """Scales of zeros alone are 1, so that nothing is divided by zero."""
    return torch.where(scales == 0, 1.0, scales)


def _bytes_of(parameter: Tensor, format: WeightFormat) -> int:
    if parameter.ndim != 2 or format == "fp32":
        return 4 * parameter.numel()
    rows, columns = parameter.shape
    match format:
        case "bf16":
            return 2 * rows * columns
        case "int8":
            return rows * (columns + 4)
        case "int4":
            return rows * -(-columns // GROUP) * (GROUP // 2 + 4)
