"""Time of a step of Muon: ours, with matrices of one shape as one batch, against torch's.

python -m tests.benchmarks.training.optimizers [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch

from engine.machine.devices import use_cores
from engine.models.gpt.family import GPTConfig
from engine.models.gpt.qwen3 import Qwen3
from engine.training.optim.muon import Muon

SHAPES = ((4, 128), (6, 192), (6, 384), (12, 384))
"""Layers and width."""
VOCABULARY = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    use_cores(None)
    print(f"milliseconds a step, median of {rounds} rounds in turn")
    print(f"{'layers x width':16}{'torch':>10}{'ours':>10}{'ratio':>8}")
    for layers, width in SHAPES:
        network = Qwen3(GPTConfig(layers=layers, width=width, heads=width // 32), VOCABULARY)
        matrices = [weight for weight in network.model.layers.parameters() if weight.dim() == 2]
        for matrix in matrices:
            matrix.grad = torch.randn_like(matrix)
        optimizers = torch.optim.Muon(matrices, lr=1e-3), Muon(matrices, lr=1e-3)
        measured = [[milliseconds(optimizer) for optimizer in optimizers] for _ in range(rounds + 1)][1:]
        theirs, ours = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"{f'{layers} x {width}':16}{theirs:10.1f}{ours:10.1f}{theirs / ours:8.2f}", flush=True)


def milliseconds(optimizer: torch.optim.Optimizer) -> float:
    began = time.perf_counter()
    optimizer.step()
    return 1e3 * (time.perf_counter() - began)


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
