"""Batches on the way to the device, so that it never waits for them and nobody waits for it.

Where a GPU has room for the whole text, it lies there and only the places of the windows travel. Otherwise the
next batch is cut from the memory-mapped text in a thread and copied from pinned memory while a step computes.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from torch import Tensor

from engine.corpora.batches import Batches
from engine.training.loss import IGNORED
from engine.training.parallel import ALONE, Processes

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESIDENT_SHARE = 0.1
"""Of the GPU's free memory that the text may take."""
BYTES_PER_TOKEN = 4
"""On the device, as int32: uint16 cannot index there."""


class BatchSource(Protocol):
    """Training data as a function of the step."""

    def at(self, step: int, rank: int = 0, world: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...


@dataclass(frozen=True)
class Batch:
    """This process's share of a step, on the device."""

    inputs: Tensor
    """(rows, context)"""
    targets: Tensor
    """(rows, predictions), the last positions' next tokens."""
    valid: int
    """Targets that count, in this share."""


class Feed(Protocol):
    def at(self, step: int) -> Batch: ...


def choose_feed(
    batches: BatchSource, predictions: int, device: torch.device, processes: Processes = ALONE
) -> Feed:
    """`predictions`: how many of a window's last positions the network predicts."""
    if device.type != "cuda":
        return HostFeed(batches, predictions, device, processes)
    free, _ = torch.cuda.mem_get_info(device)
    if isinstance(batches, Batches) and len(batches.tokens) * BYTES_PER_TOKEN < RESIDENT_SHARE * free:
        return ResidentFeed(batches, predictions, device, processes)
    return PrefetchFeed(batches, predictions, device, processes)


class HostFeed:
    """Cuts a batch when it is asked for."""

    def __init__(
        self, batches: BatchSource, predictions: int, device: torch.device, processes: Processes
    ) -> None:
        self._batches = batches
        self._predictions = predictions
        self._device = device
        self._processes = processes

    def at(self, step: int) -> Batch:
        return self._to_device(self._cut(step))

    def _cut(self, step: int) -> Batch:
        inputs, targets = self._batches.at(step, self._processes.rank, self._processes.world)
        targets = np.ascontiguousarray(targets[:, -self._predictions :])
        valid = int(np.count_nonzero(targets != IGNORED))
        return Batch(torch.from_numpy(inputs), torch.from_numpy(targets), valid)

    def _to_device(self, batch: Batch) -> Batch:
        inputs, targets = (ids.to(self._device, non_blocking=True) for ids in (batch.inputs, batch.targets))
        return Batch(inputs, targets, batch.valid)


class PrefetchFeed(HostFeed):
    """Cuts the next batch in a thread while this one is learnt."""

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
        batch = self._cut(step)
        if self._device.type != "cuda":
            return batch
        return Batch(batch.inputs.pin_memory(), batch.targets.pin_memory(), batch.valid)


class ResidentFeed:
    """Holds the whole text on the device and gathers windows there."""

    def __init__(
        self, batches: Batches, predictions: int, device: torch.device, processes: Processes
    ) -> None:
        self._batches = batches
        self._predictions = predictions
        self._device = device
        self._processes = processes
        self._tokens = torch.from_numpy(batches.tokens.astype(np.int32)).to(device)
        self._offsets = torch.arange(batches.context_length + 1, device=device)

    def at(self, step: int) -> Batch:
        starts = torch.from_numpy(self._batches.starts(step, self._processes.rank, self._processes.world))
        if self._device.type == "cuda":
            starts = starts.pin_memory().to(self._device, non_blocking=True)
        windows = self._tokens[starts.unsqueeze(1) + self._offsets].long()  # (rows, context + 1)
        targets = windows[:, 1:][:, -self._predictions :].contiguous()
        return Batch(windows[:, :-1].contiguous(), targets, targets.numel())
