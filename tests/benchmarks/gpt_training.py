"""How soon a GPT reaches a loss on a character text: ours against a plain loop with nanoGPT's CPU recipe.

python -m tests.benchmarks.gpt_training TEXT [--seconds 120] [--target 1.88]

Both train on the first nine tenths of the text's characters and are scored over the whole last tenth, every
character with at least half a context before it; the clock stands still while they are scored.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F

from engine.config.loading import merge, parse_assignments, settings_from
from engine.config.models import GPTConfig
from engine.config.presets import preset
from engine.corpora.batches import Batches
from engine.devices import choose_precision, use_cores
from engine.models.gpt.gpt2 import GPT2
from engine.models.gpt.hugging_face import build_network
from engine.models.gpt.model import GPT
from engine.runs.launch import ENVIRONMENT
from engine.tokenizers.character import CharacterTokenizer
from engine.training.gradient_learner import GradientLearner

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

NANOGPT = GPTConfig(shape="gpt2", layers=4, heads=4, width=128, context_length=64)
BATCH = 12
STEPS = 2000
PEAK, LOWEST, WARMUP = 1e-3, 1e-4, 100

Training = Iterator[tuple[GPT, float]]
"""The model and the seconds of training so far, now and then."""


def plain_loop(ids: np.ndarray, vocabulary: int, config: GPTConfig, batch: int, every: int) -> Training:
    """What a tutorial writes: eager, fp32, AdamW, windows at random places, a cosine from 1e-3 to 1e-4."""
    torch.manual_seed(1337)
    network = GPT2(config, vocabulary)
    optimizer = torch.optim.AdamW(network.parameters(), lr=PEAK, betas=(0.9, 0.99), weight_decay=0.1)
    data = torch.from_numpy(ids.astype(np.int64))
    seconds = 0.0
    for step in range(STEPS):
        start = time.perf_counter()
        progress = max(0.0, (step - WARMUP) / (STEPS - WARMUP))
        rate = LOWEST + 0.5 * (PEAK - LOWEST) * (1 + np.cos(np.pi * progress))
        for group in optimizer.param_groups:
            group["lr"] = PEAK * (step + 1) / WARMUP if step < WARMUP else rate
        places = torch.randint(len(data) - config.context_length, (batch,)).tolist()
        inputs = torch.stack([data[i : i + config.context_length] for i in places])
        targets = torch.stack([data[i + 1 : i + config.context_length + 1] for i in places])
        loss = F.cross_entropy(network(inputs).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        seconds += time.perf_counter() - start
        if (step + 1) % every == 0:
            yield GPT(network, vocabulary, vocabulary - 1), seconds


def our_loop(
    ids: np.ndarray, vocabulary: int, settings: RunSettings, budget: float, every: float
) -> Training:
    """Our learner, for `budget` seconds."""
    assert isinstance(settings.model, GPTConfig)
    torch.manual_seed(settings.seed)
    model = GPT(build_network(settings.model, vocabulary), vocabulary, vocabulary - 1)
    batches = Batches(
        ids,
        settings.model.context_length,
        settings.training.batch_size,
        settings.seed,
        settings.training.windows,
    )
    learner = GradientLearner(
        model,
        batches,
        settings,
        tokens_per_epoch=len(ids),
        precision=choose_precision(torch.device("cpu"), settings.training.precision),
    )
    seconds, shown, step = 0.0, 0.0, 0
    while seconds < budget:
        start = time.perf_counter()
        learner.step(step, seconds / budget, 1.0)
        seconds += time.perf_counter() - start
        step += 1
        if seconds - shown >= every or seconds >= budget:
            shown = seconds
            yield model, seconds


def follow(name: str, training: Training, held_out: np.ndarray, target: float) -> float | None:
    """Prints the curve; the seconds at which it reached the target."""
    reached = None
    for model, seconds in training:
        loss = -float(model.log_probabilities(held_out).mean())
        print(f"{name:12} {seconds:8.1f} s   {loss:.4f} nats per character", flush=True)
        if reached is None and loss <= target:
            reached = seconds
    return reached


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", type=Path)
    parser.add_argument("--target", type=float, default=1.88)
    parser.add_argument("--seconds", type=float, default=60.0, help="budget of our run")
    parser.add_argument("--preset", default="shakespeare", help="the settings of our run")
    parser.add_argument("--set", dest="assignments", metavar="KEY=VALUE", action="append", default=[])
    parser.add_argument("--skip-baseline", action="store_true")
    arguments = parser.parse_args()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        # As our trainer is started; the baseline gets the same advantage.
        os.execve(
            sys.executable,
            [sys.executable, "-m", __spec__.name, *sys.argv[1:]],
            {**os.environ, **ENVIRONMENT},
        )
    use_cores(None)
    text = arguments.text.read_text(encoding="utf-8")
    tokenizer = CharacterTokenizer.train([text])
    ids = np.asarray(tokenizer.encode(text), dtype=np.uint16)
    cut = int(0.9 * len(ids))
    train, held_out, vocabulary = ids[:cut], ids[cut:], tokenizer.vocabulary_size
    ours = settings_from(merge(preset(arguments.preset), parse_assignments(arguments.assignments)))
    reached = {}
    if not arguments.skip_baseline:
        reached["plain loop"] = follow(
            "plain loop", plain_loop(train, vocabulary, NANOGPT, BATCH, 250), held_out, arguments.target
        )
    reached["ours"] = follow(
        "ours",
        our_loop(train, vocabulary, ours, arguments.seconds, arguments.seconds / 10),
        held_out,
        arguments.target,
    )
    print(f"\nseconds to {arguments.target}: {reached}")
    if len(reached) == 2 and all(reached.values()):
        print(f"ours needs {reached['ours'] / reached['plain loop']:.2f} of the plain loop's time")


if __name__ == "__main__":
    main()
