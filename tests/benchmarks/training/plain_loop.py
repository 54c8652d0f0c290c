"""Baseline as tutorials have it: an eager loop with AdamW in the shape of GPT-2.

Windows at random places, a warm-up, and a cosine from the peak rate to a tenth of it: nanoGPT's recipes. In fp32,
or in bf16 by autocast alone.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from tests.benchmarks.training.plain_gpt2 import PlainGPT2

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from engine.machine.devices import Precision


@dataclass(frozen=True)
class Recipe:
    """Karpathy's nanoGPT, config/train_shakespeare_char.py and the CPU recipe of its README."""

    config: GPTConfig
    batch: int
    steps: int
    target: float
    """Nats per character of held-out text that its README tells."""
    device: str
    peak: float = 1e-3
    lowest: float = 1e-4
    warmup: int = 100

    def rate(self, step: int) -> float:
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        progress = (step - self.warmup) / (self.steps - self.warmup)
        return self.lowest + 0.5 * (self.peak - self.lowest) * (1 + math.cos(math.pi * progress))


RECIPES = {
    "cpu": Recipe(
        GPTConfig(shape="gpt2", layers=4, heads=4, width=128, context_length=64), 12, 2000, 1.88, "cpu"
    ),
    "gpu": Recipe(
        GPTConfig(shape="gpt2", layers=6, heads=6, width=384, context_length=256, dropout=0.2),
        64,
        5000,
        1.4697,
        "cuda",
    ),
}


def plain_loop(
    ids: np.ndarray, vocabulary: int, recipe: Recipe, every: int, precision: Precision = "fp32"
) -> Iterator[tuple[GPT, float]]:
    """Trains on ids; gives the model and the seconds of training so far after `every` steps."""
    torch.manual_seed(1337)
    context = recipe.config.context_length
    network = PlainGPT2(recipe.config, vocabulary).to(recipe.device)
    autocast = torch.autocast(recipe.device, torch.bfloat16, enabled=precision == "bf16")
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.peak, betas=(0.9, 0.99), weight_decay=0.1)
    data = torch.from_numpy(ids.astype("int64"))
    seconds = 0.0
    for step in range(recipe.steps):
        start = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate(step)
        places = torch.randint(len(data) - context, (recipe.batch,)).tolist()
        inputs = torch.stack([data[i : i + context] for i in places]).to(recipe.device)
        targets = torch.stack([data[i + 1 : i + context + 1] for i in places]).to(recipe.device)
        network.train()
        with autocast:
            loss = F.cross_entropy(network(inputs).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if recipe.device == "cuda" and (step + 1) % every == 0:
            torch.cuda.synchronize()
        seconds += time.perf_counter() - start
        if (step + 1) % every == 0:
            yield GPT(network, vocabulary, vocabulary - 1), seconds
