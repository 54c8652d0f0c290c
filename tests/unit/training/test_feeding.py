"""Three ways to the device, one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.corpora.batches import Batches
from engine.training.feeding import HostFeed, PrefetchFeed, ResidentFeed, choose_feed
from engine.training.loss import IGNORED
from engine.training.parallel import ALONE, Processes

if TYPE_CHECKING:
    from numpy.typing import NDArray

CPU = torch.device("cpu")
TEXT = np.random.default_rng(0).integers(0, 60_000, 700).astype(np.uint16)


@pytest.mark.parametrize("sampling", ["epochs", "random"])
@pytest.mark.parametrize("predictions", [1, 9])
@pytest.mark.parametrize("rank", [0, 1])
def test_all_feeds_give_the_same(sampling: str, predictions: int, rank: int) -> None:
    batches = Batches(TEXT, 9, 6, seed=3, sampling=sampling)  # type: ignore[arg-type]
    processes = Processes(rank=rank, world=2)
    feeds = [feed(batches, predictions, CPU, processes) for feed in (HostFeed, PrefetchFeed, ResidentFeed)]
    for step in (0, 1, 2, 30, 31, 2):  # in order, and not
        inputs, targets = batches.at(step, rank, 2)
        for feed in feeds:
            batch = feed.at(step)
            assert np.array_equal(batch.inputs.numpy(), inputs)
            assert np.array_equal(batch.targets.numpy(), targets[:, -predictions:])
            assert batch.targets.dtype == torch.int64
            assert batch.valid == 3 * predictions


class Masked:
    def at(self, step: int, rank: int = 0, world: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        targets = np.full((2, 4), IGNORED, dtype=np.int64)
        targets[0, :step] = 1
        return np.zeros((2, 4), dtype=np.int64), targets


def test_targets_that_do_not_count_are_not_counted() -> None:
    feed = choose_feed(Masked(), 4, CPU, ALONE)
    assert [feed.at(step).valid for step in range(4)] == [0, 1, 2, 3]


@pytest.mark.gpu
def test_a_short_text_lies_on_the_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs CUDA")
    device = torch.device("cuda:0")
    batches = Batches(TEXT, 9, 6, seed=3)
    feed = choose_feed(batches, 9, device)
    assert isinstance(feed, ResidentFeed)
    batch = feed.at(5)
    assert batch.inputs.device == device
    assert np.array_equal(batch.inputs.cpu().numpy(), batches.at(5)[0])
