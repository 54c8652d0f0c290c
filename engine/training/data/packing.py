"""Sequences of known lengths packed into windows, and dealt to them anew in each epoch."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.models.windows import ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Packing:
    """Sequences by window."""

    items: NDArray[np.int64]
    """The numbers of the sequences, window by window. Shape (sequences,)."""
    starts: NDArray[np.int64]
    """Start index of each window in `items`, and the end of the last. Shape (windows + 1,)."""

    @property
    def windows(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, window: int) -> NDArray[np.int64]:
        return self.items[self.starts[window] : self.starts[window + 1]]


def pack(lengths: NDArray[np.integer], capacity: int) -> Packing:
    """Best-fit decreasing (Johnson 1973): the longest first, each into the fullest window that has room for it.

    No length may be above `capacity` or below 1. All sequences of a length are placed at once: a window that has
    the least room for one of them stays the fullest that has, until it is too full. So the time does not depend
    on how many sequences there are, but on how many different lengths.
    """
    decreasing = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    in_window = np.empty(len(decreasing), dtype=np.int64)
    free = _FreeRooms()
    windows = placed = 0
    distinct, counts = np.unique(lengths, return_counts=True)
    for length, count in zip(distinct[::-1].tolist(), counts[::-1].tolist(), strict=True):
        unplaced = in_window[placed : placed + count]
        placed += count
        while len(unplaced):
            if not (found := free.take(length)):
                new = -(-len(unplaced) // (capacity // length))
                found = capacity, np.arange(windows, windows + new)
                windows += new
            unplaced = _fill(unplaced, length, *found, free)
    order = np.argsort(in_window, kind="stable")
    sizes = np.bincount(in_window, minlength=windows)
    return Packing(decreasing[order], np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


class _FreeRooms:
    """Windows that are not full, by the room that they have."""

    def __init__(self) -> None:
        self._windows: dict[int, list[NDArray[np.int64]]] = {}
        self._rooms: list[int] = []
        """Ascending."""

    def take(self, length: int) -> tuple[int, NDArray[np.int64]] | None:
        """The fullest windows that have room for a length, all of them, and their room."""
        index = bisect_left(self._rooms, length)
        if index == len(self._rooms):
            return None
        room = self._rooms.pop(index)
        parts = self._windows.pop(room)
        return room, parts[0] if len(parts) == 1 else np.concatenate(parts)

    def give(self, room: int, windows: NDArray[np.int64]) -> None:
        if not room or not len(windows):
            return
        if room not in self._windows:
            self._windows[room] = []
            insort(self._rooms, room)
        self._windows[room].append(windows)


def _fill(
    in_window: NDArray[np.int64], length: int, room: int, windows: NDArray[np.int64], free: _FreeRooms
) -> NDArray[np.int64]:
    """Fills windows, one after the other, with sequences of one length, and writes their windows to `in_window`.

    Returns what is left of it.
    """
    most = room // length
    count = min(len(in_window), most * len(windows))
    full, last = divmod(count, most)
    in_window[:count] = np.repeat(windows[: full + 1], most)[:count]
    free.give(room - most * length, windows[:full])
    free.give(room - last * length, windows[full : full + 1])
    free.give(room, windows[full + 1 :])
    return in_window[count:]


class PackedEpochs:
    """The endless row of windows that show every sequence once in each epoch.

    Which lengths share a window is settled once. Each epoch deals the sequences anew to the slots of their
    length, orders those in a window anew, and shows the windows in an order of its own: all by Philox's raw bits
    (Salmon et al. 2011), keyed by seed and epoch.
    """

    def __init__(self, lengths: NDArray[np.integer], capacity: int, seed: int) -> None:
        packing = pack(lengths, capacity)
        by_length = np.argsort(lengths, kind="stable")
        rank = np.empty_like(by_length)
        rank[by_length] = np.arange(len(by_length))
        self.windows_per_epoch = packing.windows
        self._lengths = lengths
        self._seed = seed
        self._starts = packing.starts
        self._ranks = rank[packing.items]
        """For each slot, window by window, its rank among all sequences by length."""
        self._epoch = -1
        self._dealt = self._order = np.empty(0, dtype=np.int64)
        self._keys = np.empty(0, dtype=np.uint64)

    def at(self, first: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The sequences in windows number first, first + 1, …, and how many of them each window holds."""
        items, sizes = [], []
        while count:
            epoch, index = divmod(first, self.windows_per_epoch)
            part = min(count, self.windows_per_epoch - index)
            some_items, some_sizes = self._of_epoch(epoch, index, part)
            items.append(some_items)
            sizes.append(some_sizes)
            first, count = first + part, count - part
        return np.concatenate(items), np.concatenate(sizes)

    def _of_epoch(self, epoch: int, index: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if epoch != self._epoch:
            self._deal(epoch)
        windows = self._order[index : index + count]
        sizes = self._starts[windows + 1] - self._starts[windows]
        slots = ranges(self._starts[windows], sizes)
        slots = slots[np.lexsort((self._keys[slots], np.repeat(np.arange(count), sizes)))]
        return self._dealt[self._ranks[slots]], sizes

    def _deal(self, epoch: int) -> None:
        sequences = len(self._lengths)
        random = np.random.Philox(key=[self._seed % 2**64, epoch])
        self._dealt = np.lexsort((random.random_raw(sequences), self._lengths))
        self._order = np.argsort(random.random_raw(self.windows_per_epoch), kind="stable")
        self._keys = random.random_raw(sequences)
        self._epoch = epoch
