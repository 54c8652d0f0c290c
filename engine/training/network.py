"""The network of a model in training: whole or sharded, on several processes, compiled, with averaged weights."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import torch

from engine.children import keep_compiled_code
from engine.training.distributed import sharding
from engine.training.optim.ema import WeightAverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    from engine.config.settings import TrainingSettings
    from engine.models.neural import NeuralModel
    from engine.training.distributed.processes import Processes


class TrainedNetwork:
    """One process's part of the network. Calling it gives logits (B, T, vocabulary) of ids (B, T)."""

    def __init__(
        self, model: NeuralModel, settings: TrainingSettings, processes: Processes, *, masks_documents: bool
    ) -> None:
        """With `masks_documents`, no token depends on another document of its window."""
        self._model = model
        self.is_sharded = processes.are_several and settings.sharding == "fsdp"
        self.module: nn.Module = (
            sharding.shard(model.network, processes) if self.is_sharded else model.network
        )
        """The network whose parameters the optimizers change."""
        self.parameters = list(self.module.parameters())
        self._wrapped = self.module if self.is_sharded else sharding.replicate(self.module, processes)
        """The network that exchanges gradients with other processes."""
        self._forward: Callable[..., Tensor] = self._wrapped
        """The wrapped network, perhaps compiled. Evaluation and samples call the model's network itself."""
        self._options = {"end_of_text": model.end_of_text} if masks_documents else {}
        self.average = (
            WeightAverage(self.parameters, settings.weight_averaging) if settings.weight_averaging else None
        )

    def __call__(self, inputs: Tensor) -> Tensor:
        return self._forward(inputs, **self._options)

    def without_exchange(self) -> AbstractContextManager[Any]:
        """Inside, gradients accumulate in each process without being averaged over all."""
        return sharding.without_exchange(self._wrapped)

    # Compilation

    @property
    def is_compiled(self) -> bool:
        return self._forward is not self._wrapped

    def compile(self) -> None:
        """Compile the forward and backward pass, which happens at the next step and raises its errors there."""
        keep_compiled_code()
        self._forward = torch.compile(self._wrapped, dynamic=False)

    def run_eagerly(self) -> None:
        self._forward = self._wrapped

    # Weights

    def evaluated_weights(self) -> AbstractContextManager[None]:
        """Inside, the model's network has the weights that are evaluated and saved: averaged ones if any."""
        if self.is_sharded:
            return self._gathered()
        return self.average.in_place_of_weights() if self.average else nullcontext()

    @contextmanager
    def _gathered(self) -> Iterator[None]:
        self.gather()
        yield

    def gather(self) -> None:
        """Fill the model's network with the evaluated weights of all shards, in all processes together."""
        values = self.average.values if self.average else [p.detach() for p in self.parameters]
        sharding.gather_weights(values, self._model.network)

    def assign(self, values: list[Tensor]) -> None:
        """Set the weights to whole values, in the order of the parameters."""
        sharding.spread_weights(values, self.module)
