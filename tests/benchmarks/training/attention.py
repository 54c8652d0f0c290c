"""Causal attention in training on a CPU: torch's fused kernel against plain products, forward and backward in turn.

python -m tests.benchmarks.training.attention [--rounds 9]
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from engine.machine.devices import cpu_has_bf16, use_cores
from engine.models.gpt.kernels.attention import unfused_attention

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

SHAPES = ((16, 4, 64, 32), (8, 4, 256, 32), (16, 6, 256, 64), (4, 8, 512, 32))
"""Windows, heads, tokens, head width."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(f"{use_cores(None)} threads; milliseconds, medians of {rounds} rounds")
    print(f"{'shape':>18}{'format':>10}{'fused':>8}{'products':>10}{'ratio':>8}")
    for shape in SHAPES:
        for dtype in (torch.float32, torch.bfloat16) if cpu_has_bf16() else (torch.float32,):
            fused, products = compare(shape, dtype, rounds)
            name, form = "x".join(map(str, shape)), str(dtype).removeprefix("torch.")
            print(f"{name:>18}{form:>10}{fused:8.1f}{products:10.1f}{fused / products:8.2f}", flush=True)


def compare(shape: tuple[int, ...], dtype: torch.dtype, rounds: int) -> tuple[float, float]:
    inputs = [torch.randn(shape).to(dtype).requires_grad_() for _ in range(3)]
    fused = partial(F.scaled_dot_product_attention, *inputs, is_causal=True)
    products = partial(unfused_attention, *inputs, dropout=0.0)
    measured = [[milliseconds(way, inputs) for way in (fused, products)] for _ in range(rounds + 1)]
    first, second = zip(*measured[1:], strict=True)  # the first round warms up
    return statistics.median(first), statistics.median(second)


def milliseconds(way: Callable[[], Tensor], inputs: list[Tensor]) -> float:
    began = time.perf_counter()
    mixed = way()
    torch.autograd.grad(mixed, inputs, torch.ones_like(mixed))
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
