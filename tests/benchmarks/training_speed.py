"""Training tokens a second at the same shape and batch: ours against a plain eager loop.

python -m tests.benchmarks.training_speed [--rounds 3] [--device cuda]

Each measurement is a process of its own, in turn: the plain loop as anybody would start it, ours with the
environment that our trainer has, in each number format, and compiled where that works. The last columns are the best
of ours as a multiple of the plain loop, and as a share of what products of large matrices in bf16 reach here.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace

import msgspec
import numpy as np
import torch

from engine.config.loading import settings_from
from engine.config.models import parameter_count
from engine.corpora.batches import Batches
from engine.devices import use_cores, use_tensor_cores
from engine.models.gpt.hugging_face import build_network
from engine.models.gpt.model import GPT
from engine.runs.launch import ENVIRONMENT
from engine.training.gradient_learner import GradientLearner
from tests.benchmarks.plain_loop import RECIPES, Recipe, plain_loop

VOCABULARY = 65
STEPS = {"cpu": {"4/4/128": 100, "6/6/384": 5}, "cuda": {"4/4/128": 400, "6/6/384": 100}}
"""Of which the second half is measured."""
RECIPE_OF = {"4/4/128": "cpu", "6/6/384": "gpu"}
CPU_BATCH = 16
"""At 6/6/384 on a CPU, a quarter of nanoGPT's batch, so that a round ends."""
LOOPS = ("plain", "fp32", "bf16", "compiled")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", choices=list(STEPS), default="cpu")
    parser.add_argument("--measure", nargs=2, metavar=("SIZE", "LOOP"), help="one measurement, alone")
    arguments = parser.parse_args()
    if arguments.measure:
        print(measure(*arguments.measure, arguments.device))
        return
    peak = product_flops(arguments.device)
    print(
        f"tokens a second, median of {arguments.rounds} rounds in turn; products in bf16 reach "
        f"{peak / 1e9:,.0f} GFLOP/s"
    )
    print(f"{'size':10}" + "".join(f"{loop:>12}" for loop in LOOPS) + f"{'ratio':>8}{'of peak':>9}")
    for size in RECIPE_OF:
        rounds = [
            [in_own_process(size, loop, arguments.device) for loop in LOOPS] for _ in range(arguments.rounds)
        ]
        plain, *ours = (statistics.median(column) for column in zip(*rounds, strict=True))
        share = max(ours) * flops_per_token(recipe(size, arguments.device)) / peak
        print(
            f"{size:10}"
            + "".join(f"{rate:12,.0f}" for rate in (plain, *ours))
            + f"{max(ours) / plain:8.2f}{share:9.0%}",
            flush=True,
        )


def recipe(size: str, device: str) -> Recipe:
    chosen = replace(RECIPES[RECIPE_OF[size]], device=device)
    return replace(chosen, batch=CPU_BATCH) if device == "cpu" and size == "6/6/384" else chosen


def in_own_process(size: str, loop: str, device: str) -> float:
    environment = os.environ.copy() if loop == "plain" else {**os.environ, **ENVIRONMENT}
    command = [sys.executable, "-m", __spec__.name, "--device", device, "--measure", size, loop]
    return float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


def measure(size: str, loop: str, device: str) -> float:
    """Tokens a second over the second half of the steps."""
    use_cores(None)
    chosen, steps = recipe(size, device), STEPS[device][size]
    ids = np.random.default_rng(0).integers(VOCABULARY, size=200_000).astype(np.uint16)
    half = steps // 2
    if loop == "plain":
        seconds = [seconds for _, (_, seconds) in zip(range(steps), plain_loop(ids, VOCABULARY, chosen, 1))]  # noqa: B905
        took = seconds[-1] - seconds[half - 1]
    else:
        took = seconds_of_ours(ids, chosen, loop, range(half), range(half, steps))
    return chosen.batch * chosen.config.context_length * (steps - half) / took


def seconds_of_ours(ids: np.ndarray, chosen: Recipe, loop: str, first: range, then: range) -> float:
    use_tensor_cores()
    config = chosen.config
    settings = settings_from(
        {
            "model": msgspec.to_builtins(config),
            "training": {"optimizer": "adamw", "batch_size": chosen.batch},
        }
    )
    network = build_network(config, VOCABULARY).to(chosen.device)
    learner = GradientLearner(
        GPT(network, VOCABULARY, VOCABULARY - 1),
        Batches(ids, config.context_length, chosen.batch, 0, "random"),
        settings,
        tokens_per_epoch=len(ids),
        precision="fp32" if loop == "fp32" else "bf16",
    )
    if loop == "compiled":
        learner.use_compiled()
    for step in first:
        learner.step(step, 0.5, 1.0)
    learner.measure()  # waits for a GPU
    began = time.perf_counter()
    for step in then:
        learner.step(step, 0.5, 1.0)
    learner.measure()
    return time.perf_counter() - began


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
