"""Three ways to the device, one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.training.data.batches import IGNORED
from engine.training.data.documents import text_batches
from engine.training.data.loading import HostLoader, PrefetchLoader, ResidentLoader, choose_loader
from engine.training.distributed.processes import ALONE, Processes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.training.data.batches import IndexedBatches
    from engine.training.data.documents import Windows

CPU = torch.device("cpu")
END = 7
TEXT = np.random.default_rng(0).integers(0, 60_000, 700).astype(np.uint16)
TEXT[::6] = END


def batches_of(windows: Windows) -> IndexedBatches:
    return text_batches(TEXT, windows, context_length=9, batch_size=6, seed=3, end_of_text=END)


@pytest.mark.parametrize("windows", ["documents", "epochs", "random"])
@pytest.mark.parametrize("predictions", [1, 9])
@pytest.mark.parametrize("rank", [0, 1])
def test_all_loaders_give_the_same(windows: Windows, predictions: int, rank: int) -> None:
    batches = batches_of(windows)
    processes = Processes(rank=rank, world=2)
    kinds = (HostLoader, PrefetchLoader, ResidentLoader)
    loaders = [kind(batches, predictions, CPU, processes) for kind in kinds]
    for step in (0, 1, 2, 30, 31, 2, 13, 200):  # in order, and not
        inputs, targets = batches.at(step, rank, 2)
        for loader in loaders:
            batch = loader.at(step)
            assert np.array_equal(batch.inputs.numpy(), inputs)
            assert np.array_equal(batch.targets.numpy(), targets[:, -predictions:])
            assert batch.targets.dtype == torch.int64
            assert batch.valid == int((targets[:, -predictions:] != IGNORED).sum())


class Masked:
    def at(self, step: int, rank: int = 0, world: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        targets = np.full((2, 4), IGNORED, dtype=np.int64)
        targets[0, :step] = 1
        return np.zeros((2, 4), dtype=np.int64), targets


def test_targets_that_do_not_count_are_not_counted() -> None:
    loader = choose_loader(Masked(), 4, CPU, ALONE)
    assert [loader.at(step).valid for step in range(4)] == [0, 1, 2, 3]


@pytest.mark.gpu
def test_a_short_text_lies_on_the_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs CUDA")
    device = torch.device("cuda:0")
    batches = batches_of("documents")
    loader = choose_loader(batches, 9, device)
    assert isinstance(loader, ResidentLoader)
    batch = loader.at(5)
    assert batch.inputs.device == device
    assert np.array_equal(batch.inputs.cpu().numpy(), batches.at(5)[0])
