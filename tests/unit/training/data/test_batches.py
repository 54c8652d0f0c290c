"""Batches of a running text: a function of seed and step, every window once an epoch, ranks that tile a batch."""

from __future__ import annotations

import hashlib
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.training.data.batches import StreamBatches

Sampling = Literal["epochs", "random"]
samplings = st.sampled_from(["epochs", "random"])


def batches(
    tokens: int, context: int, batch: int, seed: int = 1, sampling: Sampling = "epochs"
) -> StreamBatches:
    """Over tokens that are their own places, so that a window tells where it stands."""
    return StreamBatches(np.arange(tokens, dtype=np.uint16), context, batch, seed, sampling)


@given(
    st.integers(2, 300), st.integers(1, 40), st.integers(1, 9), st.integers(0, 2**62), samplings, st.data()
)
def test_shapes_targets_and_range(
    tokens: int, context: int, batch: int, seed: int, sampling: Sampling, data: st.DataObject
) -> None:
    if tokens <= context:
        with pytest.raises(MisuseError, match=f"at least {context + 1}"):
            batches(tokens, context, batch, seed, sampling)
        return
    step = data.draw(st.integers(0, 1000))
    inputs, targets = batches(tokens, context, batch, seed, sampling).at(step)
    assert inputs.dtype == targets.dtype == np.int64
    assert inputs.shape == targets.shape == (batch, context)
    assert np.array_equal(targets, inputs + 1)
    assert np.all(np.diff(inputs, axis=1) == 1)
    assert inputs.min() >= 0
    assert targets.max() < tokens


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), samplings)
def test_a_step_is_the_same_whatever_was_asked_before(steps: list[int], sampling: Sampling) -> None:
    asked = batches(100, 7, 5, sampling=sampling)
    for step in steps:
        fresh = batches(100, 7, 5, sampling=sampling)
        assert np.array_equal(asked.at(step), fresh.at(step))


@given(st.integers(20, 300), st.integers(1, 20), st.integers(0, 2**62))
def test_an_epoch_shows_every_window_once(tokens: int, context: int, seed: int) -> None:
    if tokens <= context:
        return
    singles = batches(tokens, context, 1, seed)
    count = singles.windows_per_epoch
    assert count >= max(1, tokens // context - 2)
    for epoch in range(3):
        starts = sorted(int(singles.at(epoch * count + step)[0][0, 0]) for step in range(count))
        assert starts == list(range(starts[0], starts[0] + count * context, context))


def test_epochs_differ_in_order_and_offset() -> None:
    singles = batches(5000, 10, 499)
    assert singles.windows_per_epoch == 499
    firsts = [singles.at(epoch)[0][:, 0] for epoch in range(20)]
    assert len({tuple(first) for first in firsts}) == 20
    assert len({int(first.min()) for first in firsts}) > 5


@given(st.sampled_from([(12, 1), (12, 2), (12, 3), (12, 12)]), st.integers(0, 50), samplings)
def test_ranks_tile_the_global_batch(sizes: tuple[int, int], step: int, sampling: Sampling) -> None:
    batch, world = sizes
    whole = batches(200, 9, batch, sampling=sampling)
    parts = [batches(200, 9, batch, sampling=sampling).at(step, rank, world) for rank in range(world)]
    assert np.array_equal(whole.at(step), np.concatenate(parts, axis=1))


def test_a_batch_that_ranks_cannot_share_is_refused() -> None:
    with pytest.raises(MisuseError, match="cannot be shared evenly"):
        batches(100, 5, 10).at(0, 0, 3)


def test_a_text_smaller_than_a_batch_wraps_over_epochs() -> None:
    inputs, _ = batches(25, 10, 16).at(3)
    assert inputs.shape == (16, 10)


def test_random_windows_reach_both_ends() -> None:
    starts = batches(14, 10, 400, sampling="random").at(0)[0][:, 0]
    assert set(starts) == {0, 1, 2, 3}


def test_the_order_is_pinned() -> None:
    """A run that is resumed by a later version must see the same batches."""
    assert batches(40, 4, 8, seed=1337).at(1)[0][:, 0].tolist() == [1, 30, 10, 26, 34, 2, 22, 18]
    assert batches(40, 4, 8, seed=1337, sampling="random").at(1)[0][:, 0].tolist() == [
        26,
        9,
        26,
        12,
        28,
        2,
        28,
        20,
    ]


@pytest.mark.parametrize(
    ("sampling", "digest"), [("epochs", "d03300eb2626c45b"), ("random", "f3231db3bc0bdf42")]
)
def test_inputs_and_targets_are_pinned(sampling: Sampling, digest: str) -> None:
    """As every version since the first has had them."""
    tokens = (np.arange(5000) * 7919 % 251).astype(np.uint16)
    found = StreamBatches(tokens, 32, 8, 1337, sampling)
    seen = hashlib.sha256()
    for step in range(60):
        for ids in found.at(step):
            seen.update(ids.tobytes())
    assert seen.hexdigest()[:16] == digest
