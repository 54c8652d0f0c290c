"""Packing takes every sequence once and overfills nothing; epochs deal the same lengths anew."""

from __future__ import annotations

import time
from bisect import bisect_left, insort

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.models.windows import ranges
from engine.training.data.packing import PackedEpochs, pack

CAPACITY = 50
lengths_of_sequences = st.lists(st.integers(1, CAPACITY), max_size=80).map(lambda it: np.array(it, np.int64))


def room_left(lengths: list[int]) -> list[int]:
    """Of each window, by best-fit decreasing, one sequence at a time."""
    rooms: list[int] = []
    for length in sorted(lengths, reverse=True):
        place = bisect_left(rooms, length)
        insort(rooms, (rooms.pop(place) if place < len(rooms) else CAPACITY) - length)
    return rooms


@given(lengths_of_sequences)
def test_every_sequence_has_one_window_and_none_is_overfull(lengths: np.ndarray) -> None:
    packing = pack(lengths, CAPACITY)
    windows = [packing[window] for window in range(packing.windows)]
    assert sorted(int(item) for window in windows for item in window) == list(range(len(lengths)))
    sums = [int(lengths[window].sum()) for window in windows]
    assert all(0 < taken <= CAPACITY for taken in sums)
    assert sorted(CAPACITY - taken for taken in sums) == room_left(lengths.tolist())


def test_a_million_documents_are_packed_in_seconds() -> None:
    lengths = np.random.default_rng(0).geometric(1 / 200, 1_000_000).clip(1, 1024)
    began = time.process_time()
    packing = pack(lengths, 1024)
    assert time.process_time() - began < 5
    assert lengths.sum() > 0.99 * 1024 * packing.windows


def test_lengths_that_are_all_different_are_packed_in_seconds() -> None:
    began = time.process_time()
    assert pack(np.arange(1, 50_001), 50_000).windows == 25_001
    assert time.process_time() - began < 5


@given(lengths_of_sequences.filter(len), st.integers(0, 2**62), st.data())
def test_an_epoch_shows_every_sequence_once_whatever_was_asked_before(
    lengths: np.ndarray, seed: int, data: st.DataObject
) -> None:
    epochs = PackedEpochs(lengths, CAPACITY, seed)
    count = epochs.windows_per_epoch
    first, size = data.draw(st.integers(0, 5 * count)), data.draw(st.integers(1, 3 * count))
    items, sizes = epochs.at(first, size)
    assert len(sizes) == size
    assert sizes.sum() == len(items)
    windows = np.split(items, np.cumsum(sizes)[:-1])
    assert all(lengths[window].sum() <= CAPACITY for window in windows)
    for number in range(first, first + size):  # alone, by one who never saw another
        alone = PackedEpochs(lengths, CAPACITY, seed).at(number, 1)[0]
        assert np.array_equal(alone, windows[number - first])
    for epoch in range(2):
        assert sorted(epochs.at(epoch * count, count)[0]) == list(range(len(lengths)))


def test_equal_lengths_change_windows_neighbors_and_order() -> None:
    epochs = PackedEpochs(np.array([20, 30] * 100), CAPACITY, seed=1)
    firsts = [epochs.at(epoch * 100, 100)[0].reshape(100, 2) for epoch in range(2)]
    pairs = [{frozenset(pair.tolist()) for pair in epoch} for epoch in firsts]
    assert len(pairs[0] & pairs[1]) < 10
    longer_first = sum(int(pair[0] % 2) for pair in firsts[0])
    assert 25 < longer_first < 75


def test_ranges_stand_one_behind_the_other() -> None:
    assert ranges(np.array([5, 0, 7]), np.array([2, 0, 3])).tolist() == [5, 6, 7, 8, 9]
    assert ranges(np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []
