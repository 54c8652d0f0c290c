"""Batches on the way to the device, so that it never waits for them and nobody waits for it.

Where a GPU has room for the whole text, it lies there and only the positions of the windows travel. Otherwise the
next batch is gathered from the memory-mapped text in a thread and copied from pinned memory while a step computes.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from torch import Tensor

from engine.training.data.batches import IGNORED, IndexedBatches
from engine.training.distributed.processes import ALONE, Processes

if TYPE_CHECKING:
    from engine.training.data.batches import BatchArrays

RESIDENT_SHARE = 0.1
"""Of the GPU's free memory that the text may take."""
BYTES_PER_TOKEN = 4
"""On the device, as int32: uint16 cannot index there."""


class BatchSource(Protocol):
    """Training data as a function of the step."""

    holds_documents: bool
    """Windows hold whole documents, which do not belong together."""

    def at(self, step: int, rank: int = 0, world: int = 1) -> BatchArrays: ...


@dataclass(frozen=True)
class Batch:
    """This process's part of a step, on the device."""

    inputs: Tensor
    """(rows, context)"""
    targets: Tensor
    """(rows, predictions), the last positions' next tokens."""
    valid: int
    """Targets that count, in this part."""


class Loader(Protocol):
    def at(self, step: int) -> Batch: ...


def choose_loader(
    batches: BatchSource, predictions: int, device: torch.device, processes: Processes = ALONE
) -> Loader:
    """`predictions`: how many of a window's last positions the network predicts."""
    if device.type != "cuda":
        return HostLoader(batches, predictions, device, processes)
    free, _ = torch.cuda.mem_get_info(device)
    if isinstance(batches, IndexedBatches) and len(batches.tokens) * BYTES_PER_TOKEN < RESIDENT_SHARE * free:
        return ResidentLoader(batches, predictions, device, processes)
    return PrefetchLoader(batches, predictions, device, processes)


class HostLoader:
    """Gathers a batch when it is asked for."""

    def __init__(
        self, batches: BatchSource, predictions: int, device: torch.device, processes: Processes
    ) -> None:
        self._batches = batches
        self._predictions = predictions
        self._device = device
        self._processes = processes

    def at(self, step: int) -> Batch:
        return self._to_device(self._gather(step))

    def _gather(self, step: int) -> Batch:
        inputs, targets = self._batches.at(step, self._processes.rank, self._processes.world)
        targets = np.ascontiguousarray(targets[:, -self._predictions :])
        valid = int(np.count_nonzero(targets != IGNORED))
        return Batch(torch.from_numpy(inputs), torch.from_numpy(targets), valid)

    def _to_device(self, batch: Batch) -> Batch:
        inputs, targets = (ids.to(self._device, non_blocking=True) for ids in (batch.inputs, batch.targets))
        return Batch(inputs, targets, batch.valid)


class PrefetchLoader(HostLoader):
    """Gathers the next batch in a thread while this one is learned."""

    def __init__(
        self, batches: BatchSource, predictions: int, device: torch.device, processes: Processes
    ) -> None:
        super().__init__(batches, predictions, device, processes)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._next: tuple[int, Future[Batch]] | None = None

    def at(self, step: int) -> Batch:
        ahead, future = self._next or (-1, None)
        if future is None or ahead != step:
            future = self._thread.submit(self._pinned, step)
        self._next = (step + 1, self._thread.submit(self._pinned, step + 1))
        return self._to_device(future.result())

    def _pinned(self, step: int) -> Batch:
        batch = self._gather(step)
        if self._device.type != "cuda":
            return batch
        return Batch(batch.inputs.pin_memory(), batch.targets.pin_memory(), batch.valid)


class ResidentLoader:
    """Holds the whole text on the device and gathers windows there."""

    def __init__(
        self, batches: IndexedBatches, predictions: int, device: torch.device, processes: Processes
    ) -> None:
        self._batches = batches
        self._predictions = predictions
        self._device = device
        self._processes = processes
        behind = np.concatenate([[batches.end_of_text], batches.tokens]).astype(np.int32)
        self._tokens = torch.from_numpy(behind).to(device)
        """Behind an end-of-text, so that the input of a target has the target's index."""

    def at(self, step: int) -> Batch:
        array = self._batches.positions(step, self._processes.rank, self._processes.world)
        valid = int(np.count_nonzero(array[:, -self._predictions :] >= 0))
        positions = torch.from_numpy(array)
        if self._device.type == "cuda":
            positions = positions.pin_memory().to(self._device, non_blocking=True)
        inputs = self._tokens[torch.where(positions >= 0, positions, ~positions)].long()
        last = positions[:, -self._predictions :]
        targets = torch.where(last >= 0, self._tokens[last.clamp(min=0) + 1].long(), IGNORED)
        return Batch(inputs, targets, valid)
