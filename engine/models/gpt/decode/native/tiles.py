"""Layout of matrices as matrix.hpp reads them: tiles of 16 rows, in words of 32 bits, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from engine.models.quantization import GROUP, quantize_groups, quantize_rows

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.family import WeightFormat

ROWS = 16
"""Rows of a tile."""


def lay_out(matrix: Tensor, format: WeightFormat) -> tuple[Tensor, Tensor | None]:
    """Return an fp32 matrix in tiles, and the scales of its rows where the format has them."""
    matrix = F.pad(matrix, (0, -matrix.size(1) % GROUP))
    match format:
        case "fp32":
            return _tiles(matrix), None
        case "bf16":
            return _tiles(matrix.bfloat16().view(torch.int32)), None
        case "int8":
            numbers, scales = quantize_rows(matrix)
            return _tiles(numbers.view(torch.int32)), pad_rows(scales.flatten())
        case "int4":
            return _int4_tiles(*quantize_groups(matrix)), None


def whole_tiles(rows: int) -> int:
    """Round a number of rows up to whole tiles."""
    return -(-rows // ROWS) * ROWS


def pad_rows(vector: Tensor) -> Tensor:
    """Pad a vector with zeros to whole tiles."""
    return F.pad(vector, (0, -len(vector) % ROWS)).contiguous()


def _tiles(words: Tensor) -> Tensor:
    """(rows, words) to (tiles, words, ROWS)."""
    padded = F.pad(words, (0, 0, 0, -len(words) % ROWS))
    return padded.view(-1, ROWS, words.size(1)).transpose(1, 2).contiguous()


def _int4_tiles(numbers: Tensor, scales: Tensor) -> Tensor:
    """Tiles with the scales of each group of columns before its words: (tiles, groups, 1 + GROUP / 8, ROWS)."""
    pairs = numbers[:, 0::2] & 15 | numbers[:, 1::2] << 4  # the first column in the lower half of a byte
    words, of_groups = _tiles(pairs.contiguous().view(torch.int32)), _tiles(scales)
    grouped = words.view(*of_groups.shape[:2], -1, ROWS)
    return torch.cat((of_groups.view(torch.int32).unsqueeze(2), grouped), 2)
