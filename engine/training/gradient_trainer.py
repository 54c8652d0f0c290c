"""Learning by gradient descent: the MLP and the GPT."""

from __future__ import annotations

import hashlib
import math
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.errors import LilmError
from engine.machine.capacity import resident_bytes
from engine.models.registry import neural_family_of
from engine.training.autotune.micro_batches import MicroBatches, is_out_of_memory
from engine.training.data.loading import Batch, BatchSource, choose_loader
from engine.training.diagnostics import norms
from engine.training.distributed import sharding
from engine.training.distributed.processes import ALONE, Processes
from engine.training.loss import summed_loss
from engine.training.optim.building import (
    OPTIMIZER_FILE,
    build_optimizers,
    optimizer_tensors,
    restore_optimizers,
    set_rates,
)
from engine.training.optim.ema import WeightAverage
from engine.training.optim.mixed_precision import MixedPrecision
from engine.training.optim.schedule import rate_factor
from engine.training.trainer import Measurement, NotFiniteError, Trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.machine.devices import Precision
    from engine.models.neural import NeuralModel

RAW = "raw/"
"""Names the weights in the optimizer's file where model.safetensors holds their average."""


class GradientTrainer(Trainer):
    """One process's part in training a network.

    The loss is the sum over this process's targets, divided by the number of valid targets in the whole batch:
    how the batch is shared and cut changes nothing but rounding.
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
        self._settings = settings.training
        self._tokens_per_epoch = tokens_per_epoch
        self._processes = processes
        self._device = model.device
        self._is_sharded = processes.are_several and settings.training.sharding == "fsdp"
        self._network: nn.Module = (
            sharding.shard(model.network, processes) if self._is_sharded else model.network
        )
        self._parameters = list(self._network.parameters())
        self._module = self._network if self._is_sharded else sharding.replicate(self._network, processes)
        """The network, wrapped for several processes."""
        self._forward: Callable[..., Tensor] = self._module
        """What is called in training, perhaps compiled. Evaluation and samples call the network itself."""
        masks_documents = (
            settings.training.document_mask
            and batches.holds_documents
            and neural_family_of(settings.model).separates_documents
        )
        self._options = {"end_of_text": model.end_of_text} if masks_documents else {}
        """Options of the forward pass in training."""
        self._optimizers = build_optimizers(self._network, self._settings)
        decay = settings.training.weight_averaging
        self._average = WeightAverage(self._parameters, decay) if decay else None
        self._loader = choose_loader(batches, model.predictions, self._device, processes)
        self._mixed = MixedPrecision(self._device, precision)
        rows = settings.training.batch_size // processes.world
        self.micro_batches = MicroBatches(settings.training.micro_batch_size or rows, notify)
        self._losses: list[tuple[int, Tensor]] = []
        """Steps since the last measurement, and this process's share of their losses."""
        self._gradient_norm: Tensor | None = None

    @property
    def precision(self) -> Precision:  # type: ignore[override]
        return self._mixed.precision

    @property
    def learning_rate(self) -> float:
        return float(self._optimizers[0].param_groups[0]["lr"])

    @property
    def tokens_per_epoch(self) -> int:
        return self._tokens_per_epoch

    @property
    def memory_bytes(self) -> int:
        if self._device.type == "cuda":
            return torch.cuda.memory_allocated(self._device)
        return resident_bytes()

    def step(self, step: int, fraction: float, rate_scale: float) -> int:
        batch = self._loader.at(step)
        valid = self._processes.total(batch.valid)
        if valid == 0:
            return 0
        loss = self._accumulate(step, batch, valid)
        self._update(step, rate_factor(fraction, self._settings) * rate_scale)
        self._losses.append((step, loss))
        return valid

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

    def evaluated_weights(self) -> AbstractContextManager[None]:
        if self._is_sharded:
            return self._gathered_weights()
        return self._average.in_place_of_weights() if self._average else nullcontext()

    def saver(self) -> Callable[[Path], None]:
        tensors = optimizer_tensors(self._network, self._optimizers) | self._mixed.tensors()
        if self._average:
            tensors |= {f"{RAW}{name}": p.detach() for name, p in self._network.named_parameters()}
        tensors = {name: sharding.whole(tensor).cpu() for name, tensor in tensors.items()}
        if self._is_sharded:
            sharding.gather_weights(self._evaluated_values(), self.model.network)

        def save(folder: Path) -> None:
            with nullcontext() if self._is_sharded else self.evaluated_weights():
                self.model.save(folder)
            save_file(tensors, folder / OPTIMIZER_FILE)

        return save

    def load(self, folder: Path) -> None:
        self.start_from(folder)
        try:
            # Copies, because the order in which a kernel adds may depend on where in memory a tensor begins.
            tensors = {name: tensor.clone() for name, tensor in load_file(folder / OPTIMIZER_FILE).items()}
            if self._average:
                self._assign([tensors[f"{RAW}{name}"] for name, _ in self._network.named_parameters()])
            self._restore_optimizers(tensors)
            self._mixed.restore(tensors)
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            raise LilmError(f"cannot read the optimizer's state in {folder}: {error}") from error

    def start_from(self, folder: Path) -> None:
        """Takes weights alone, another run's perhaps; the optimizer stays as it is."""
        from engine.models.loading import load_model

        loaded: Any = load_model(folder, self._device)
        if loaded.config != self.model.config:
            raise LilmError(f"the checkpoint {folder} holds a model of another shape")
        weights = loaded.network.state_dict()
        self._assign([weights[name] for name, _ in self._network.named_parameters()])
        if self._average:
            self._average.restart()

    def diagnostics(self) -> dict[str, float | None]:
        return norms(self._network)

    def fingerprint(self, step: int) -> str:
        digest = hashlib.sha256()
        for ids in self._batches.at(step):
            digest.update(ids.tobytes())
        return digest.hexdigest()[:16]

    @property
    def optimizer_bytes(self) -> int:
        """What the optimizers remember and the average holds, once a step has been made."""
        states = [t for o in self._optimizers for state in o.state.values() for t in state.values()]
        return sum(tensor.nbytes for tensor in states + (self._average.values if self._average else []))

    # Autotuning before the first step

    def seconds_of_step(self, step: int) -> float:
        """How long a step takes, from the first part of its batch alone and an update that moves nothing.

        While autotuning, in all processes together. Raises NotFiniteError.
        """
        batch = self._loader.at(step)
        rows = min(self.micro_batches.size, len(batch.inputs))
        part = Batch(batch.inputs[:rows], batch.targets[:rows], batch.valid)
        began = time.perf_counter()
        loss = self._accumulate(step, part, max(1, self._processes.total(batch.valid)))
        self._wait()
        passed = time.perf_counter() - began
        self._update(step, 0.0)
        self._wait()
        updating = time.perf_counter() - began - passed
        self._losses.append((step, loss))
        self.measure()
        return passed * len(batch.inputs) / rows + updating

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)

    def use_precision(self, precision: Precision) -> None:
        self._mixed = MixedPrecision(self._device, precision)

    def use_compiled(self) -> None:
        """From the next step on; what cannot be compiled shows itself then."""
        self._forward = torch.compile(self._module, dynamic=False)

    def try_compiling(self) -> str:
        """Compiles and makes a step, while autotuning. Goes back and tells why when it does not work."""
        from torch._dynamo.exc import TorchDynamoException  # the compiler takes as long to import as torch

        self.use_compiled()
        try:
            self.seconds_of_step(0)
        except TorchDynamoException as error:
            self._forward = self._module
            return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
        return ""

    @property
    def is_compiled(self) -> bool:
        return self._forward is not self._module

    @contextmanager
    def autotuning(self) -> Iterator[None]:
        """Steps made inside leave no trace."""
        weights = [parameter.detach().clone() for parameter in self._parameters]
        try:
            yield
        finally:
            sharding.copy_all(weights, self._parameters)
            self._optimizers = build_optimizers(self._network, self._settings)
            self._network.zero_grad()
            if self._average:
                self._average.restart()
            self.use_precision(self.precision)
            self._losses, self._gradient_norm = [], None

    def batch(self, step: int) -> Batch:
        """This process's share."""
        return self._loader.at(step)

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Summed over the valid targets, as training has it."""
        with self._mixed.autocast():
            logits = self._forward(inputs, **self._options)
        return summed_loss(logits, targets)

    # A step

    def _accumulate(self, step: int, batch: Batch, valid: int) -> Tensor:
        """Leaves the gradient of the batch's loss in the parameters. Gives this process's share of the loss.

        When memory does not suffice, begins again with smaller parts.
        """
        while True:
            try:
                return self._backward(step, batch, valid)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                reason = error
            # Out of the handler, whose traceback holds on to the tensors of the part that did not fit.
            self._network.zero_grad()
            if self._processes.are_several or not self.micro_batches.halve():
                raise LilmError(
                    f"out of memory with {self.micro_batches.size} windows at once; set "
                    "training.micro_batch_size or model.context_length lower"
                ) from reason
            if self._device.type == "cuda":
                torch.cuda.empty_cache()

    def _backward(self, step: int, batch: Batch, valid: int) -> Tensor:
        self._network.train()
        torch.manual_seed(dropout_seed(self._seed, step, self._processes.rank))
        total = torch.zeros((), device=self._device)
        parts = list(self.micro_batches.cut(len(batch.inputs)))
        for part in parts:
            is_last = part is parts[-1]
            with nullcontext() if is_last else sharding.without_exchange(self._module):
                loss = self.loss(batch.inputs[part], batch.targets[part]) / valid
                # Gradients of several processes are averaged, so each counts as many times as there are.
                self._mixed.backward(loss * self._processes.world)
            total += loss.detach()
        return total

    def _update(self, step: int, rate: float) -> None:
        self._mixed.unscale(self._optimizers)
        gradients = [parameter.grad for parameter in self._parameters if parameter.grad is not None]
        self._gradient_norm = norm = sharding.whole(nn.utils.get_total_norm(gradients))
        # Looking at the norm makes a GPU wait; there the loss is looked at with each line of metrics.
        if self._device.type == "cpu" and not self._mixed.scales_gradients and not math.isfinite(norm):
            raise NotFiniteError(step)
        if self._settings.gradient_clip:
            nn.utils.clip_grads_with_norm_(self._parameters, self._settings.gradient_clip, norm)
        set_rates(self._optimizers, rate)
        self._mixed.step(self._optimizers, norm)
        self._network.zero_grad()
        if self._average:
            self._average.update(step)

    # Weights

    def _evaluated_values(self) -> list[Tensor]:
        return self._average.values if self._average else [p.detach() for p in self._parameters]

    @contextmanager
    def _gathered_weights(self) -> Iterator[None]:
        sharding.gather_weights(self._evaluated_values(), self.model.network)
        yield

    def _assign(self, values: list[Tensor]) -> None:
        """Sets the weights to whole values, in the order of the parameters."""
        sharding.spread_weights(values, self._network)

    def _restore_optimizers(self, tensors: dict[str, Tensor]) -> None:
        restore_optimizers(self._network, self._optimizers, tensors)
        if not self._is_sharded:
            return
        for optimizer in self._optimizers:
            for parameter, state in optimizer.state.items():
                for key, tensor in state.items():
                    state[key] = sharding.spread_like(tensor, parameter)


def dropout_seed(seed: int, step: int, rank: int) -> int:
    """What is dropped is a function of these, whatever was drawn before."""
    digest = hashlib.blake2b(f"{seed} {step} {rank}".encode(), digest_size=7).digest()
    return int.from_bytes(digest)
