"""Training by gradient descent: one step, from the batch to the updated weights."""

from __future__ import annotations

import hashlib
import math
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine.errors import LilmError
from engine.machine.capacity import resident_bytes
from engine.machine.gpu_readings import GpuMeter, GpuReadings
from engine.models.registry import neural_family_of
from engine.training.autotune.micro_batches import MicroBatches, is_out_of_memory
from engine.training.data.loading import Batch, BatchSource, choose_loader
from engine.training.diagnostics import norms
from engine.training.distributed import sharding
from engine.training.distributed.processes import ALONE, Processes, gpu_uuids
from engine.training.gradient_checkpoint import gather_checkpoint, load_checkpoint
from engine.training.loss import summed_loss
from engine.training.network import TrainedNetwork
from engine.training.optim.building import build_optimizers, set_rates
from engine.training.optim.mixed_precision import MixedPrecision
from engine.training.optim.schedule import rate_factor
from engine.training.trainer import Measurement, NotFiniteError, Trainer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.machine.devices import Precision
    from engine.models.neural import NeuralModel
    from engine.runs.folder import Run
    from engine.runs.journals.records import Estimate
    from engine.training.autotune.plan import Plan
    from engine.training.preparation import Prepared


class GradientTrainer(Trainer):
    """One process's part in training a network.

    The loss is the sum over this process's targets, divided by the number of valid targets in the whole batch. So
    it does not depend, but for rounding, on the number of processes and micro-batches.
    """

    def __init__(
        self,
        model: NeuralModel,
        batches: BatchSource,
        settings: RunSettings,
        *,
        tokens_per_epoch: int,
        precision: Precision,
        processes: Processes = ALONE,
        notify: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.model: NeuralModel = model
        self._batches = batches
        self._seed = settings.seed
        self._settings = training = settings.training
        self._tokens_per_epoch = tokens_per_epoch
        self._processes = processes
        self._device = model.device
        separates = neural_family_of(settings.model).separates_documents
        self.network = TrainedNetwork(
            model,
            training,
            processes,
            masks_documents=training.document_mask and batches.holds_documents and separates,
        )
        self.optimizers = build_optimizers(self.network.module, training)
        self._loader = choose_loader(batches, model.predictions, self._device, processes)
        self.mixed = MixedPrecision(self._device, precision)
        rows = training.batch_size // processes.world
        self.micro_batches = MicroBatches(training.micro_batch_size or rows, notify)
        self._losses: list[tuple[int, Tensor]] = []
        """Steps since the last measurement, and this process's part of their losses."""
        self._gradient_norm: Tensor | None = None
        self._gpu_meter = GpuMeter(gpu_uuids(self._device, processes))

    # A step

    def step(self, step: int, fraction: float, rate_scale: float) -> int:
        batch = self.batch(step)
        valid = self.accumulate(step, batch)
        if valid:
            self.update(step, rate_factor(fraction, self._settings) * rate_scale)
        return valid

    def batch(self, step: int) -> Batch:
        """Return this process's part of the batch."""
        return self._loader.at(step)

    def accumulate(self, step: int, batch: Batch) -> int:
        """Accumulate the gradient of the batch's loss. Returns the number of valid targets in all processes.

        When memory does not suffice, begins again with micro-batches of half the size.
        """
        valid = self._processes.total(batch.valid)
        while valid:
            try:
                self._losses.append((step, self._backward(step, batch, valid)))
                break
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                reason = error
            # Outside the handler, whose traceback holds the tensors of the part that did not fit.
            self.network.module.zero_grad()
            if self._processes.are_several or not self.micro_batches.halve():
                raise LilmError(
                    f"out of memory with {self.micro_batches.size} windows at once; set "
                    "training.micro_batch_size or model.context_length lower"
                ) from reason
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
        return valid

    def _backward(self, step: int, batch: Batch, valid: int) -> Tensor:
        self.network.module.train()
        torch.manual_seed(dropout_seed(self._seed, step, self._processes.rank))
        total = torch.zeros((), device=self._device)
        parts = list(self.micro_batches.cut(len(batch.inputs)))
        for part in parts:
            with nullcontext() if part is parts[-1] else self.network.without_exchange():
                loss = self.loss(batch.inputs[part], batch.targets[part]) / valid
                # Gradients are averaged over the processes, so each counts as many times as there are.
                self.mixed.backward(loss * self._processes.world)
            total += loss.detach()
        return total

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return the cross-entropy, summed over the valid targets."""
        with self.mixed.autocast():
            logits = self.network(inputs)
        return summed_loss(logits, targets)

    def update(self, step: int, rate: float) -> None:
        """Clip the gradients and update the weights. Raises NotFiniteError on a CPU, with the weights unchanged."""
        self.mixed.unscale(self.optimizers)
        parameters = self.network.parameters
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        self._gradient_norm = norm = sharding.whole(nn.utils.get_total_norm(gradients))
        # Reading the norm would make a GPU wait; there `measure` checks the loss.
        if self._device.type == "cpu" and not self.mixed.scales_gradients and not math.isfinite(norm):
            raise NotFiniteError(step)
        if self._settings.gradient_clip:
            nn.utils.clip_grads_with_norm_(parameters, self._settings.gradient_clip, norm)
        set_rates(self.optimizers, rate)
        self.mixed.step(self.optimizers, norm)
        self.network.module.zero_grad()
        if self.network.average:
            self.network.average.update(step)

    def measure(self) -> Measurement | None:
        if not self._losses:
            return None
        losses = torch.stack([loss for _, loss in self._losses])
        if self._processes.are_several:
            torch.distributed.all_reduce(losses)
        values = losses.tolist()
        steps = [step for step, _ in self._losses]
        self._losses = []
        for step, loss in zip(steps, values, strict=True):
            if not math.isfinite(loss):
                raise NotFiniteError(step)
        norm = None if self._gradient_norm is None else float(self._gradient_norm)
        return Measurement(sum(values) / len(values), norm)

    # State

    @property
    def precision(self) -> Precision:  # type: ignore[override]
        return self.mixed.precision

    @property
    def learning_rate(self) -> float:
        return float(self.optimizers[0].param_groups[0]["lr"])

    @property
    def tokens_per_epoch(self) -> int:
        return self._tokens_per_epoch

    @property
    def memory_bytes(self) -> int:
        if self._device.type == "cuda":
            return torch.cuda.memory_allocated(self._device)
        return resident_bytes()

    def gpu_readings(self) -> GpuReadings | None:
        return self._gpu_meter.read()

    @property
    def optimizer_bytes(self) -> int:
        """Size of the optimizers' state and of the averaged weights, once a step has been made."""
        states = [t for o in self.optimizers for state in o.state.values() for t in state.values()]
        average = self.network.average
        return sum(tensor.nbytes for tensor in states + (average.values if average else []))

    def settle(
        self,
        run: Run,
        settings: RunSettings,
        prepared: Prepared,
        *,
        resume: bool,
        begin: Callable[[str], None],
        notify: Callable[[str], None],
    ) -> tuple[Plan, Estimate | None]:
        from engine.training.autotune.plan import read_plan
        from engine.training.autotune.tuning import autotune, follow_plan

        plan = read_plan(run, self._processes, notify) if resume else None
        if plan is not None and plan.device == self._device.type:
            follow_plan(plan, self)
            return plan, None
        begin("trying a few steps")
        return autotune(self, settings, prepared, self._processes, notify)

    def use_precision(self, precision: Precision) -> None:
        self.mixed = MixedPrecision(self._device, precision)

    def reset_optimizers(self) -> None:
        """Forget gradients, losses and the optimizers' state."""
        self.optimizers = build_optimizers(self.network.module, self._settings)
        self.network.module.zero_grad()
        self.use_precision(self.precision)
        self._losses, self._gradient_norm = [], None

    # Checkpoints and diagnostics

    def evaluated_weights(self) -> AbstractContextManager[None]:
        return self.network.evaluated_weights()

    def saver(self) -> Callable[[Path], None]:
        return gather_checkpoint(self)

    def load(self, folder: Path) -> None:
        load_checkpoint(self, folder)

    def diagnostics(self) -> dict[str, float | None]:
        return norms(self.network.module)

    def fingerprint(self, step: int) -> str:
        digest = hashlib.sha256()
        for ids in self._batches.at(step):
            digest.update(ids.tobytes())
        return digest.hexdigest()[:16]


def dropout_seed(seed: int, step: int, rank: int) -> int:
    """Seed of a step's dropout masks, independent of any random numbers sampled before."""
    digest = hashlib.blake2b(f"{seed} {step} {rank}".encode(), digest_size=7).digest()
    return int.from_bytes(digest)
