"""Training tokens a second at the same shape and batch: ours against a plain eager loop.

python -m tests.benchmarks.training.training_speed [--turns 9] [--sizes 4/4/128 6/6/384] [--device cuda]

Each loop is a process of its own, the plain ones as anybody would start them, ours with the environment that our
trainer has. They take turns of a second or so, because a machine may be faster now than a minute ago: what counts is
the median over the turns of what a loop does in a turn, as a multiple of what the plain loop in fp32 does in it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import torch

from engine.config.loading import settings_from
from engine.machine.devices import use_cores, use_tensor_cores
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.registry import parameter_count
from engine.runs.process.launch import ENVIRONMENT
from engine.training.data.batches import StreamBatches
from engine.training.gradient_trainer import GradientTrainer
from tests.benchmarks.training.plain_loop import RECIPES, Recipe, plain_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

VOCABULARY = 65
STEPS_OF_A_TURN = {"cpu": {"4/4/128": 20, "6/6/384": 1}, "cuda": {"4/4/128": 200, "6/6/384": 20}}
RECIPE_OF = {"4/4/128": "cpu", "6/6/384": "gpu"}
CPU_BATCH = 16
"""At 6/6/384 on a CPU, a quarter of nanoGPT's batch, so that a turn ends."""
LOOPS = ("plain fp32", "plain bf16", "ours fp32", "ours bf16", "compiled fp32", "compiled bf16")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--sizes", nargs="+", choices=list(RECIPE_OF), default=list(RECIPE_OF))
    parser.add_argument("--device", choices=list(STEPS_OF_A_TURN), default="cpu")
    parser.add_argument("--serve", nargs=2, metavar=("SIZE", "LOOP"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(*arguments.serve, arguments.device)
        return
    peak = product_flops(arguments.device)
    print(f"median of {arguments.turns} turns; products in bf16 reach {peak / 1e9:,.0f} GFLOP/s")
    print(f"{'size':10}{'loop':>15}{'tokens/s':>12}{'ratio':>8}{'of peak':>9}")
    for size in arguments.sizes:
        rates = take_turns(size, arguments.device, arguments.turns)
        flops = flops_per_token(recipe(size, arguments.device))
        for loop in LOOPS:
            rate = statistics.median(rates[loop])
            ratio = statistics.median(a / b for a, b in zip(rates[loop], rates[LOOPS[0]], strict=True))
            print(f"{size:10}{loop:>15}{rate:12,.0f}{ratio:8.2f}{rate * flops / peak:9.0%}", flush=True)


def recipe(size: str, device: str) -> Recipe:
    chosen = replace(RECIPES[RECIPE_OF[size]], device=device)
    return replace(chosen, batch=CPU_BATCH) if device == "cpu" and size == "6/6/384" else chosen


def take_turns(size: str, device: str, turns: int) -> dict[str, list[float]]:
    """Tokens a second of each loop in each turn."""
    rates: dict[str, list[float]] = {loop: [] for loop in LOOPS}
    with ExitStack() as stack:
        served = {}
        for loop in LOOPS:
            environment = {**os.environ, **(ENVIRONMENT if "plain" not in loop else {})}
            served[loop] = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", __spec__.name, "--device", device, "--serve", size, loop],
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        for turn in range(-1, turns):  # the first warms up: allocations, compiling
            for loop, process in served.items():
                process.stdin.write("\n")
                process.stdin.flush()
                rate = float(process.stdout.readline())
                if turn >= 0:
                    rates[loop].append(rate)
        for process in served.values():
            process.stdin.close()
    return rates


def serve(size: str, loop: str, device: str) -> None:
    """For each line of the input some steps, and their tokens a second."""
    use_cores(None)
    chosen, steps = recipe(size, device), STEPS_OF_A_TURN[device][size]
    ids = np.random.default_rng(0).integers(VOCABULARY, size=200_000).astype(np.uint16)
    kind, precision = loop.split()
    if kind == "plain":
        turns = plain_turns(ids, chosen, precision, steps)
    else:
        turns = our_turns(ids, chosen, precision, steps, compiled=kind == "compiled")
    for _ in sys.stdin:
        print(chosen.batch * chosen.config.context_length * steps / next(turns), flush=True)


def plain_turns(ids: np.ndarray, chosen: Recipe, precision: str, steps: int) -> Iterator[float]:
    """Seconds of each turn."""
    before = 0.0
    for _, seconds in plain_loop(ids, VOCABULARY, replace(chosen, steps=1 << 30), steps, precision):
        yield seconds - before
        before = seconds


def our_turns(
    ids: np.ndarray, chosen: Recipe, precision: str, steps: int, *, compiled: bool
) -> Iterator[float]:
    """Seconds of each turn."""
    use_tensor_cores()
    config = chosen.config
    training = {"optimizer": "adamw", "batch_size": chosen.batch}
    settings = settings_from({"model": msgspec.to_builtins(config), "training": training})
    trainer = GradientTrainer(
        GPT(build_network(config, VOCABULARY).to(chosen.device), VOCABULARY, VOCABULARY - 1),
        StreamBatches(ids, config.context_length, chosen.batch, 0, "random"),
        settings,
        tokens_per_epoch=len(ids),
        precision=precision,
    )
    if compiled:
        trainer.network.compile()
    for first in count(0, steps):
        began = time.perf_counter()
        for step in range(first, first + steps):
            trainer.step(step, 0.5, 1.0)
        trainer.measure()  # waits for a GPU
        yield time.perf_counter() - began


def flops_per_token(chosen: Recipe) -> float:
    """Of the products, forward and backward (Kaplan et al. 2020, and attention's, of which half is masked away)."""
    config = chosen.config
    positions = config.context_length * config.width
    attention = config.layers * config.width * config.context_length
    return 6.0 * ((parameter_count(config, VOCABULARY) or 0) - positions + attention)


def product_flops(device: str) -> float:
    """Operations a second that a product of large matrices in bf16 reaches, the best of ten."""
    use_cores(None)
    size = 2048 if device == "cpu" else 8192
    matrix = torch.randn(size, size, device=device).bfloat16()
    best = float("inf")
    for _ in range(10):
        began = time.perf_counter()
        total = (matrix @ matrix)[0, 0].item()  # the number is waited for
        best = min(best, time.perf_counter() - began)
        assert total == total
    return 2 * size**3 / best


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
