"""Size of a run before it starts: parameters, memory, steps, passes over the text, and time, by arithmetic."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.config.budget import parse_budget
from engine.formatting import count, decimal, size
from engine.machine.capacity import available_memory_bytes
from engine.machine.gpus import DRIVER
from engine.models.registry import family_of, learns_by_counting, neural_family_of, parameter_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.config.settings import RunSettings
    from engine.runs.journals.history import RunHistory
    from engine.runs.listing.selection import Listed

FP32 = 4
"""Bytes of a weight, of its gradient, and of each of AdamW's two moments."""
LOGITS_COPIES = 3
"""Of the logits in fp32, which the loss and its gradient hold for a moment."""
PROCESS_BYTES = 280_000_000
"""Memory of a trainer on a CPU without a model: the interpreter, torch and its thread pools."""
PEAK_RATIO = 2.2
"""Of the memory that the process takes beside that, to the bytes of weights, activations and logits: the allocator
keeps what it has had, and evaluations and checkpoints take their part. Both fitted to trainings on Linux."""
MANY_PASSES = 16
"""Passes over a text from which repetition teaches little: the value of repeated tokens decays with a constant of 15
epochs (Muennighoff et al. 2023, Scaling Data-Constrained Language Models)."""
MANY_PARAMETERS = 20
"""Parameters for each token of the text from which a model is warned of."""
LARGEST_RATIO = 8.0
"""Of the sizes of two models, the speed of one of which is estimated from the other's."""


class TextFigures(Struct, frozen=True, kw_only=True):
    """Figures of a text as a run will read it, counted by `engine.training.dry_run.measure_text`."""

    vocabulary_size: int
    train_tokens: int
    held_out_tokens: int
    tokens_per_epoch: int
    """Targets in one pass over the training text; 0 for a counting model."""
    tokens_per_window: float
    """Mean number of targets in a window; 0 for a counting model."""


@dataclass(frozen=True)
class RunSize:
    """None stands for what is unknown, or does not apply to a counting model."""

    parameters: int | None
    memory_bytes: int | None
    steps: int | None = None
    tokens: float | None = None
    """Tokens trained on, including repetitions."""
    passes: float | None = None
    """Over the training text."""
    seconds: float | None = None

    @property
    def tokens_per_parameter(self) -> float | None:
        """Chinchilla's optimum is about 20 (Hoffmann et al. 2022)."""
        return self.tokens / self.parameters if self.tokens and self.parameters else None


def size_of(settings: RunSettings, text: TextFigures, speed: float | None) -> RunSize:
    """Return the size of a run. `speed`: training tokens per second, where it is known."""
    parameters = parameter_count(settings.model, text.vocabulary_size)
    if learns_by_counting(settings.model) or parameters is None:
        return RunSize(parameters, None)
    memory = memory_of(settings, parameters, text.vocabulary_size)
    budget = parse_budget(settings.training.budget)
    per_step = settings.training.batch_size * text.tokens_per_window
    tokens = {
        "steps": budget.amount * per_step,
        "tokens": budget.amount,
        "epochs": budget.amount * text.tokens_per_epoch,
        "seconds": budget.amount * speed if speed else None,
    }[budget.unit]
    seconds = budget.amount if budget.unit == "seconds" else tokens / speed if tokens and speed else None
    if not tokens or not per_step:
        return RunSize(parameters, memory, seconds=seconds)
    return RunSize(
        parameters,
        memory,
        math.ceil(tokens / per_step),
        tokens,
        tokens / max(1, text.tokens_per_epoch),
        seconds,
    )


def memory_of(settings: RunSettings, parameters: int, vocabulary_size: int) -> int:
    """Return the peak memory of training in bytes: of the process within a tenth, or of the GPU by arithmetic."""
    training, config = settings.training, settings.model
    copies = 4 + (training.weight_averaging > 0)  # the weights, their gradients, two moments, and the average
    family = neural_family_of(config)
    predictions = config.context_length if family.predicts_every_position else 1
    rows = training.micro_batch_size or training.batch_size
    activations = rows * config.context_length * family.activation_bytes(config)
    logits = LOGITS_COPIES * FP32 * rows * predictions * vocabulary_size
    tensors = FP32 * copies * parameters + activations + logits
    return tensors if settings.device.startswith("cuda") else round(PROCESS_BYTES + PEAK_RATIO * tensors)


def free_memory(settings: RunSettings) -> int | None:
    """Return the bytes of memory that are free where the run trains; None for a GPU, whose memory is not read."""
    on_gpu = settings.device.startswith("cuda") or (settings.device == "auto" and os.path.exists(DRIVER))
    return None if on_gpu or settings.device == "mps" else available_memory_bytes()


def similar_speed(settings: RunSettings, parameters: int | None, runs: Iterable[Listed]) -> float | None:
    """Return training tokens per second, from the run whose model of this family is the most similar in size.

    The speed is taken to be inversely proportional to the number of parameters. None without a run of at most
    LARGEST_RATIO times the size, or as small a fraction.
    """
    best, speed = math.log(LARGEST_RATIO), None
    for run in runs:
        started, found = run.history.started, _speed_of(run.history)
        if not parameters or started is None or not started.parameters or not found or run.settings is None:
            continue
        ratio = started.parameters / parameters
        is_like = family_of(run.settings.model) is family_of(settings.model) and not (
            settings.device == "cpu" and started.device != "cpu"
        )
        if is_like and abs(math.log(ratio)) < best:
            best, speed = abs(math.log(ratio)), found * ratio
    return speed


def _speed_of(history: RunHistory) -> float | None:
    """Return the mean tokens per second of training, evaluations included."""
    last = history.last
    return last.tokens / last.seconds if last is not None and last.seconds > 0 else None


def warnings(settings: RunSettings, text: TextFigures, found: RunSize, free_bytes: int | None) -> list[str]:
    """Return a sentence for each thing that speaks against such a run. `free_bytes`: memory; None where unknown."""
    said = []
    if found.memory_bytes and free_bytes is not None and found.memory_bytes > free_bytes:
        needs, free = size(found.memory_bytes), size(free_bytes)
        said.append(
            f"It takes about {needs} of memory, and {free} are free: choose a smaller model or batch."
        )
    if found.passes and found.passes > MANY_PASSES:
        times = decimal(found.passes, 2)
        said.append(f"It sees the text {times} times and will memorize it: take a longer text or less time.")
    elif found.parameters and found.parameters > MANY_PARAMETERS * text.train_tokens:
        much = f"{count(found.parameters)} parameters for {count(text.train_tokens)} tokens of text"
        said.append(f"{much} will memorize it: take a longer text or a smaller model.")
    return said
