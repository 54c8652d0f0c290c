"""The embeddings of a fixed window, layers of learned functions on every edge, logits for the token after it.

A layer is y_o = Σ_i φ_oi(x_i), each φ a multiple of SiLU plus a cubic spline on a fixed grid (Liu et al. 2024,
section 2). All splines of a layer share their B-splines, so that it is one matrix product over the B-splines of its
inputs.

Letters in shapes: B sequences, C context length, E embedding, I inputs, O outputs, K B-splines, V vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.kan.family import DEGREE

if TYPE_CHECKING:
    from engine.models.kan.family import KANConfig

GRID_END = 2.0
"""The grid reaches from -GRID_END to GRID_END; beyond it splines are zero and SiLU remains."""
SPLINE_STD = 0.1
"""Of the splines' first coefficients, as in the paper: a small spline beside SiLU."""


class KAN(nn.Module):
    """Network from ids (B, C) to logits (B, 1, V) of the one token after the window."""

    def __init__(self, config: KANConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(vocabulary_size, config.embedding)
        widths = [config.context_length * config.embedding] + [config.hidden] * config.layers
        self.hidden: list[SplineLayer] = nn.ModuleList(  # type: ignore[assignment]
            SplineLayer(width, config.hidden, config.intervals) for width in widths[:-1]
        )
        self.output = nn.Linear(config.hidden, vocabulary_size)
        # Logits start near zero: the first loss is ln(V), not more.
        nn.init.normal_(self.output.weight, std=0.01)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embedding(ids).flatten(1)  # (B, C x E)
        for layer in self.hidden:
            x = layer(x)
        logits: Tensor = self.output(x).unsqueeze(1)
        return logits


class SplineLayer(nn.Module):
    """Layer from (B, I) to (B, O)."""

    def __init__(self, inputs: int, outputs: int, intervals: int) -> None:
        super().__init__()
        self.intervals = intervals
        self.base = nn.Linear(inputs, outputs, bias=False)
        self.spline = nn.Linear(inputs * (intervals + DEGREE), outputs, bias=False)
        nn.init.normal_(self.spline.weight, std=SPLINE_STD / inputs**0.5)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.base(F.silu(x)) + self.spline(b_splines(x, self.intervals).flatten(1))
        return out


def b_splines(x: Tensor, intervals: int) -> Tensor:
    """Cubic B-splines of x (B, I) on an even grid, by the recursion of de Boor (1978), shape (B, I, K).

    Within the grid they sum to 1; the grid has DEGREE more knots on either side.
    """
    step = 2 * GRID_END / intervals
    knots = torch.arange(-DEGREE, intervals + DEGREE + 1, device=x.device, dtype=x.dtype) * step - GRID_END
    x = x.unsqueeze(-1)
    bases = ((x >= knots[:-1]) & (x < knots[1:])).to(x.dtype)
    for degree in range(1, DEGREE + 1):
        rising = (x - knots[: -degree - 1]) / (degree * step)
        falling = (knots[degree + 1 :] - x) / (degree * step)
        bases = rising * bases[..., :-1] + falling * bases[..., 1:]
    return bases
