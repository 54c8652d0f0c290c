"""Before the first step: what is best on this machine, and what the run will take, found by trying.

Everything tried here is undone. What was decided is kept in the run's folder (see `plan`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.machine.devices import free_memory_bytes, peak_memory_bytes, precision_candidates
from engine.runs.journals.records import Estimate
from engine.training.autotune import probing
from engine.training.autotune.compiling import COMPILED, CompileTask, decide_compiling
from engine.training.autotune.decisions import Decision, keep_decision, kept_decision, machine_facts
from engine.training.autotune.estimate import Forecast, Pace, forecast
from engine.training.autotune.micro_batches import largest_that_fits
from engine.training.autotune.plan import Plan
from engine.training.autotune.trial_steps import trial_steps, try_compiling

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config.settings import RunSettings
    from engine.training.distributed.processes import Processes
    from engine.training.gradient_trainer import GradientTrainer
    from engine.training.preparation import Prepared

MEMORY_FRACTION = {"cuda": 0.8, "mps": 0.5, "cpu": 0.4}
"""Of the memory that is free, for weights and activations; the rest is for what nobody foresaw.

On a GPU a wrong guess costs a step; elsewhere the system ends the process, and small parts are no slower.
"""
SCORES_COPIES = 3
"""Of the scores in fp32, which the loss and its gradient hold for a moment beside what is kept."""
STATIC_COPIES = 4
"""Of the weights: themselves, their gradients, and two numbers each for AdamW."""


def follow_plan(plan: Plan, trainer: GradientTrainer) -> None:
    """Sets a resumed run's trainer as it was set when the run began."""
    trainer.use_precision(plan.precision)
    trainer.micro_batches.size = plan.micro_batch_size
    if plan.compiled:
        trainer.network.compile()


def autotune(
    trainer: GradientTrainer,
    settings: RunSettings,
    prepared: Prepared,
    processes: Processes,
    notify: Callable[[str], None],
) -> tuple[Plan, Estimate]:
    """Sets the trainer to what is best, in all processes alike. Raises NotFiniteError for weights that are bad."""
    tokens_per_step = probing.tokens_per_step(trainer, processes)

    def forecast_at(pace: Pace) -> Forecast:
        return forecast(
            pace,
            settings.training,
            tokens_per_step=tokens_per_step,
            tokens_per_epoch=trainer.tokens_per_epoch,
            held_out_tokens=prepared.held_out.tokens,
            scoring_cost=probing.scoring_cost(trainer.model),
        )

    row_bytes = _choose_micro_batch(trainer, settings, processes)
    with trial_steps(trainer):
        step_seconds, format_decision = _choose_precision(trainer, settings, processes)
        pace = _pace(step_seconds, trainer, settings, prepared, processes)
        optimizer_bytes = trainer.optimizer_bytes
        saved, compile_decision = _choose_compiling(trainer, settings, processes, forecast_at(pace), notify)
    expected = forecast_at(pace := replace(pace, step=pace.step - saved))

    plan = Plan(
        device=trainer.model.device.type,
        precision=trainer.precision,
        micro_batch_size=trainer.micro_batches.size,
        compiled=trainer.network.is_compiled,
        sample_tokens=expected.sample_tokens,
        final_tokens=expected.final_tokens,
        closing_seconds=expected.closing_seconds,
        measured=tuple(filter(None, (format_decision, compile_decision))),
    )
    if expected.excess:
        notify(expected.excess)
    weights_bytes = sum(parameter.nbytes for parameter in trainer.model.network.parameters())
    estimate = Estimate(
        time=time.time(),
        parameters=trainer.model.parameter_count,
        weights_bytes=weights_bytes,
        gradients_bytes=weights_bytes,
        optimizer_bytes=optimizer_bytes,
        activations_bytes=row_bytes * trainer.micro_batches.size,
        memory_bytes=peak_memory_bytes(trainer.model.device),
        micro_batch_size=trainer.micro_batches.size,
        tokens_per_second=round(tokens_per_step / pace.step, 1),
        steps=round(expected.steps),
        seconds=round(expected.seconds, 1),
        epochs=round(expected.steps * tokens_per_step / max(1, trainer.tokens_per_epoch), 3),
    )
    return plan, estimate


def _choose_micro_batch(trainer: GradientTrainer, settings: RunSettings, processes: Processes) -> int:
    """As much of the batch as fits into the memory that is free, unless the settings say how much.

    Gives the bytes that one row's activations take.
    """
    row_bytes = probing.activation_bytes_per_row(trainer)
    if settings.training.micro_batch_size is None:
        model = trainer.model
        weights = sum(parameter.nbytes for parameter in model.network.parameters())
        fraction = MEMORY_FRACTION[model.device.type]
        if model.device.type != "cuda":
            fraction /= processes.local_world  # one memory for all of them
        free = int(fraction * free_memory_bytes(model.device)) - STATIC_COPIES * weights
        scores_bytes = 4 * model.predictions * model.vocabulary_size
        rows = settings.training.batch_size // processes.world
        trainer.micro_batches.size = processes.least(
            largest_that_fits(rows, row_bytes + SCORES_COPIES * scores_bytes, free)
        )
    return row_bytes


def _choose_precision(
    trainer: GradientTrainer, settings: RunSettings, processes: Processes
) -> tuple[float, Decision | None]:
    """Gives the seconds that a step takes with it, and what was decided, where there was a choice."""
    training, device = settings.training, str(trainer.model.device)
    candidates = precision_candidates(trainer.model.device, training.precision)
    speed = (training.batch_size, trainer.micro_batches.size, training.optimizer, training.sharding)
    model = (trainer.model.config, trainer.model.vocabulary_size, training.weight_averaging > 0)
    question = ("precision", candidates, model, speed, processes.world, machine_facts(device))
    decision, kept = None, -1.0
    if len(candidates) > 1 and processes.is_first and (decision := kept_decision(question)):
        kept = candidates.index(decision.choice) if decision.choice in candidates else -1.0
    kept = processes.numbers_of_first([kept])[0]
    if kept >= 0:
        candidates = (candidates[int(kept)],)
    precision, seconds = probing.faster_precision(candidates, trainer, processes)
    if len(candidates) > 1:
        decision = Decision(choice=precision, seconds={str(name): took for name, took in seconds.items()})
        if processes.is_first:
            keep_decision(question, decision)
    trainer.use_precision(precision)
    return seconds[precision], decision


def _pace(
    step: float,
    trainer: GradientTrainer,
    settings: RunSettings,
    prepared: Prepared,
    processes: Processes,
) -> Pace:
    scoring = sampling = 0.0
    weights_bytes = sum(parameter.nbytes for parameter in trainer.model.network.parameters())
    saving = probing.seconds_to_save(weights_bytes + trainer.optimizer_bytes)
    if processes.is_first:
        scoring = probing.seconds_to_score(trainer.model, prepared)
        if tokens := len(settings.training.prompts) * settings.training.sample_tokens:
            sampling = tokens * probing.seconds_to_sample(trainer.model, prepared)
    return Pace(*processes.numbers_of_first([step, scoring, sampling, saving]))


def _choose_compiling(
    trainer: GradientTrainer,
    settings: RunSettings,
    processes: Processes,
    expected: Forecast,
    notify: Callable[[str], None],
) -> tuple[float, Decision | None]:
    """Compiles the network where that works and pays.

    Gives the seconds that it saves in each step, and what was decided, where there was a choice.
    """
    training = settings.training
    passes_per_step = -(-training.batch_size // processes.world // trainer.micro_batches.size)
    saved, decision = 0.0, None
    if training.compile == "auto" and processes.is_first:
        task = CompileTask(
            model=trainer.model.config,
            vocabulary_size=trainer.model.vocabulary_size,
            rows=trainer.micro_batches.size,
            precision=trainer.precision,
            device=str(trainer.model.device),
        )
        budget = (training.budget, passes_per_step, processes.world, trainer.tokens_per_epoch)
        decision = decide_compiling(task, budget, expected.step_seconds, passes_per_step * expected.steps)
        if decision.choice == COMPILED:
            saved = passes_per_step * (decision.seconds["eager_pass"] - decision.seconds["compiled_pass"])
    (saved,) = processes.numbers_of_first([saved])
    if training.compile == "on" or saved > 0:
        problem = try_compiling(trainer)
        if problem:
            notify(f"torch.compile does not work here, so the run trains without it: {problem}")
            return 0.0, decision
    return saved, decision
