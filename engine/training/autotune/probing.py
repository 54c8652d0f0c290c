"""Short measurements with the real network on the real text: how long things take, and how much memory."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

import torch

from engine.inference.generation import Generation
from engine.sampling.config import SamplingConfig
from engine.training.autotune.trial_steps import seconds_of_step
from engine.training.data.masking import CHOSEN
from engine.training.evaluation.held_out_loss import evaluate_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from engine.machine.devices import Precision
    from engine.models.interface import LanguageModel
    from engine.training.distributed.processes import Processes
    from engine.training.gradient_trainer import GradientTrainer
    from engine.training.preparation import Prepared

PROBE_SECONDS = 0.25
"""For each thing that is measured, unless once takes longer."""
SCORING_SECONDS = 0.5
"""As long as the last part of the held-out text must at least take to score, unless it is all of it."""
SAVED_BYTES_PER_SECOND = 200e6
"""Summed, written and flushed, on a common disk."""
SECONDS_TO_SAVE = 0.1
"""A checkpoint of nothing: a few small files, flushed."""
WARM_UP_STEPS = 1
"""The first step allocates memory and chooses kernels."""
LEAST_STEPS = 3
MOST_STEPS = 24
"""Further steps would not separate dtypes of about equal speed."""
ENOUGH_SECONDS = 5.0
"""Spent on trying steps; where one takes so long, its warm-up is short beside it, and it is not repeated."""
GAIN = 0.9
"""A dtype of lower precision must take at most this fraction of the time to be worth its rounding."""
SAMPLED_TOKENS = 8


def faster_precision(
    candidates: Sequence[Precision], trainer: GradientTrainer, processes: Processes
) -> tuple[Precision, dict[Precision, float]]:
    """The first of the candidates unless another is clearly faster, and the median seconds of a step in each.

    Measured in turns, while autotuning, until all turns agree or it has taken long enough. Then a candidate must be
    faster in three quarters of them; else it is a tie, which the first one wins. All processes call it together.
    """
    turns: list[list[float]] = []
    spent = 0.0
    began = time.perf_counter()
    while len(turns) <= WARM_UP_STEPS or not (spent > ENOUGH_SECONDS or _is_settled(turns, spent)):
        turn = []
        for precision in candidates:
            trainer.use_precision(precision)
            took, spent = processes.numbers_of_first(
                [seconds_of_step(trainer, len(turns)), time.perf_counter() - began]
            )
            turn.append(took)
        turns.append(turn)
    medians = [median(seconds) for seconds in zip(*turns[WARM_UP_STEPS:], strict=True)]
    winners = [index for index in range(1, len(candidates)) if _upper_quartile(_ratios(turns, index)) < GAIN]
    best = min(winners, key=lambda index: medians[index], default=0)
    return candidates[best], dict(zip(candidates, medians, strict=True))


def _is_settled(turns: Sequence[Sequence[float]], spent: float) -> bool:
    others = range(1, len(turns[0]))
    if len(turns) < WARM_UP_STEPS + LEAST_STEPS or spent < PROBE_SECONDS * len(turns[0]):
        return False
    if len(turns) >= WARM_UP_STEPS + MOST_STEPS:
        return True
    ratios = [_ratios(turns, index) for index in others]
    return all(found[0] > GAIN or found[-1] < GAIN for found in ratios)


def _ratios(turns: Sequence[Sequence[float]], index: int) -> list[float]:
    """Time that a candidate takes, as a fraction of the first one's in the same turn, ascending."""
    return sorted(turn[index] / turn[0] for turn in turns[WARM_UP_STEPS:])


def _upper_quartile(ascending: Sequence[float]) -> float:
    return ascending[-1 - len(ascending) // 4]


def tokens_per_step(trainer: GradientTrainer, processes: Processes) -> float:
    """Targets that count; the same in every step of plain text, the mean over a few of others."""
    steps = range(WARM_UP_STEPS + LEAST_STEPS)
    return processes.total(sum(trainer.batch(step).valid for step in steps)) / len(steps)


def scoring_cost(model: LanguageModel) -> float:
    """Cost of scoring a token relative to training on one, by arithmetic: at least that for a masked model.

    There a token takes a forward pass of its context, while training on one in `CHOSEN` takes three.
    """
    return 1.0 if model.is_causal else max(1.0, (model.context_length or 1) * CHOSEN / 3)


def seconds_to_score(model: LanguageModel, prepared: Prepared) -> float:
    """Measure the seconds to score a held-out token, on a part of the text that grows until they are reliable.

    Most models come as far as the largest batch that scoring takes at once, which may be what needs most memory.
    """
    held_out, took = prepared.held_out, 0.0
    tokens = 2 * (model.context_length or 1) if model.is_causal else 1
    while held_out.tokens:
        part = prepared.held_out_sample(tokens, seed=0)
        began = time.perf_counter()
        evaluate_spans(model, part, 1)
        took = time.perf_counter() - began
        if part.tokens == held_out.tokens or took > SCORING_SECONDS:
            return took / part.tokens
        tokens *= 4
    return took


def seconds_to_sample(model: LanguageModel, prepared: Prepared) -> float:
    """Per token of a sample; next to nothing for a masked model, which fills a few tokens in."""
    if not model.is_causal:
        return 0.0
    began = time.perf_counter()
    written = Generation(model, prepared.tokenizer, (), SamplingConfig(seed=0), tokens=SAMPLED_TOKENS)
    count = sum(1 for _ in written)  # it may end by itself
    return (time.perf_counter() - began) / max(1, count)


def seconds_to_save(model_bytes: int) -> float:
    """A checkpoint of weights and optimizer state; reckoned, since writing a large one would take long."""
    return SECONDS_TO_SAVE + model_bytes / SAVED_BYTES_PER_SECOND


def activation_bytes_per_row(trainer: GradientTrainer) -> int:
    """Measure the bytes that the forward pass of one more row keeps for the backward pass."""
    batch = trainer.batch(0)
    one, two = (_kept_bytes(trainer, batch.inputs[:rows], batch.targets[:rows]) for rows in (1, 2))
    return two - one or one  # a batch may have a single row


def _kept_bytes(trainer: GradientTrainer, inputs: Tensor, targets: Tensor) -> int:
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = trainer.loss(inputs, targets)
    del loss  # until here everything is held, so no address comes twice
    return sum(kept.values())
