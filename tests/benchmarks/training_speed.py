"""Training tokens a second at the same shape and batch: ours against the plain loop of gpt_training.

python -m tests.benchmarks.training_speed [--rounds 3]

Each measurement is a process of its own, in turn: the plain loop as anybody would start it, ours with the
environment and the precision that our trainer uses.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch

from engine.config.loading import settings_from
from engine.config.models import GPTConfig
from engine.corpora.batches import Batches
from engine.devices import use_cores
from engine.models.gpt.hugging_face import build_network
from engine.models.gpt.model import GPT
from engine.runs.launch import ENVIRONMENT
from engine.training.gradient_learner import GradientLearner
from tests.benchmarks.gpt_training import plain_loop

VOCABULARY = 65
SIZES = {
    "4/4/128": (GPTConfig(shape="gpt2", layers=4, heads=4, width=128, context_length=64), 12, 60),
    "6/6/384": (GPTConfig(shape="gpt2", layers=6, heads=6, width=384, context_length=256), 16, 4),
}
"""Shape, batch and steps. At 6/6/384 a quarter of nanoGPT's batch of 64, so that a round ends."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--measure", nargs=3, metavar=("SIZE", "LOOP", "PRECISION"), help="one measurement, alone"
    )
    arguments = parser.parse_args()
    if arguments.measure:
        size, loop, precision = arguments.measure
        print(measure(size, loop, precision))
        return
    print(f"tokens a second, median of {arguments.rounds} rounds in turn")
    print(f"{'size':10}{'plain fp32':>12}{'ours fp32':>12}{'ours bf16':>12}{'best ratio':>12}")
    loops = (("plain", "fp32"), ("ours", "fp32"), ("ours", "bf16"))
    for size in SIZES:
        rounds = [[in_own_process(size, *loop) for loop in loops] for _ in range(arguments.rounds)]
        plain, fp32, bf16 = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{size:10}{plain:12.0f}{fp32:12.0f}{bf16:12.0f}{max(fp32, bf16) / plain:12.2f}", flush=True)


def in_own_process(size: str, loop: str, precision: str) -> float:
    environment = {**os.environ, **ENVIRONMENT} if loop == "ours" else os.environ.copy()
    command = [sys.executable, "-m", __spec__.name, "--measure", size, loop, precision]
    return float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


def measure(size: str, loop: str, precision: str) -> float:
    """Tokens a second over the second half of the steps."""
    use_cores(None)
    config, batch, steps = SIZES[size]
    ids = np.random.default_rng(0).integers(VOCABULARY, size=200_000).astype(np.uint16)
    marks: list[float] = []
    if loop == "plain":
        for _, seconds in plain_loop(ids, VOCABULARY, config, batch, every=1):
            marks.append(seconds)
            if len(marks) == steps:
                break
    else:
        settings = settings_from(
            {"model": config_table(config), "training": {"optimizer": "adamw", "batch_size": batch}}
        )
        model = GPT(build_network(config, VOCABULARY), VOCABULARY, VOCABULARY - 1)
        learner = GradientLearner(
            model,
            Batches(ids, config.context_length, batch, 0, "random"),
            settings,
            tokens_per_epoch=len(ids),
            precision="bf16" if precision == "bf16" else "fp32",
        )
        start = time.perf_counter()
        for step in range(steps):
            learner.step(step, step / steps, 1.0)
            marks.append(time.perf_counter() - start)
    half = len(marks) // 2
    return batch * config.context_length * (len(marks) - half) / (marks[-1] - marks[half - 1])


def config_table(config: GPTConfig) -> dict[str, object]:
    return {
        "family": "gpt",
        "shape": config.shape,
        "layers": config.layers,
        "heads": config.heads,
        "width": config.width,
        "context_length": config.context_length,
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
