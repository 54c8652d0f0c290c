"""The pieces of a corpus as lists of symbols in which BPE training replaces pairs.

All distinct pieces are stored end to end in flat arrays, as doubly linked lists. Pairs with many
occurrences are merged by array operations on all of them at once, those with few one by one: each method is
several times faster than the other where it is used, and most merges of a large vocabulary have few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

FEWEST_OCCURRENCES = 2
"""Least count of a pair that is merged."""

FEW = 64
"""Up to this many positions are merged one by one."""

_BETWEEN_PIECES, _MERGED_AWAY = -1, -2
_LEFT_SHIFT = 32


class Pair(NamedTuple):
    """Two adjacent symbols. Tuples compare by negated count, then by ids: the least one is merged next."""

    negative_count: int
    left: int
    right: int
    positions: NDArray[np.int32] | list[int]
    """Positions of its left symbol, ascending; a list when there are few."""


class PieceSymbols:
    """Symbols and their neighbors, in arrays of shape (bytes + gaps,).

    A merge stores the new symbol at the left one's position and unlinks the right one's position from the list.
    """

    def __init__(self, pieces: Mapping[str, int]) -> None:
        """`pieces` with their counts; the first symbols are their UTF-8 bytes."""
        spelled = [piece.encode() for piece in pieces]
        # 0xFF is in no UTF-8 text, so it can mark the gap before each piece and the end.
        data = np.frombuffer(b"\xff" + b"".join(piece + b"\xff" for piece in spelled), dtype=np.uint8)
        positions = np.arange(len(data), dtype=np.int32)
        self._symbol = np.where(data == 0xFF, np.int32(_BETWEEN_PIECES), data.astype(np.int32))
        self._next = positions + 1
        self._previous = positions - 1
        lengths = np.fromiter((len(piece) + 1 for piece in spelled), dtype=np.int64, count=len(spelled))
        counts = np.fromiter(pieces.values(), dtype=np.int64, count=len(spelled))
        self._count = np.concatenate((np.zeros(1, dtype=np.int64), np.repeat(counts, lengths)))
        # The same memory: single elements are read faster through a view.
        self._symbol_at, self._next_at = self._symbol.data, self._next.data
        self._previous_at, self._count_at = self._previous.data, self._count.data

    def all_pairs(self) -> Iterator[Pair]:
        """Yield the pairs that exist before any merge."""
        return self._pairs_at_many(np.arange(len(self._symbol) - 1, dtype=np.int32))

    def recounted(self, pair: Pair) -> Pair:
        """Return the pair with only the positions where it still occurs, and their count."""
        left, right, positions = pair.left, pair.right, pair.positions
        if isinstance(positions, list):
            symbol, following = self._symbol_at, self._next_at
            kept = [
                position
                for position in positions
                if symbol[position] == left and symbol[following[position]] == right
            ]
            return Pair(-sum(map(self._count_at.__getitem__, kept)), left, right, kept)
        rights = self._next.take(positions)
        stands = (self._symbol.take(positions) == left) & (self._symbol.take(rights) == right)
        positions = positions.compress(stands)
        return Pair(-int(self._count.take(positions).sum()), left, right, _handy(positions))

    def merge(self, pair: Pair, new: int) -> Iterator[Pair]:
        """Replace a recounted pair by the symbol `new` and yield the pairs that contain it now."""
        if isinstance(pair.positions, list):
            return self._merge_few(pair.positions, pair.left, new)
        return self._merge_many(pair.positions, pair.left == pair.right, new)

    def _merge_few(self, positions: list[int], left: int, new: int) -> Iterator[Pair]:
        symbol, following, previous = self._symbol_at, self._next_at, self._previous_at
        merged = []
        for position in positions:
            if symbol[position] != left:  # in a run of one symbol, the pair before this one took it
                continue
            right = following[position]
            after = following[right]
            symbol[position], symbol[right] = new, _MERGED_AWAY
            following[position], previous[after] = after, position
            merged.append(position)
        starts: dict[tuple[int, int], list[int]] = {}
        for position in merged:
            before = previous[position]
            if new != symbol[before] >= 0:
                starts.setdefault((symbol[before], new), []).append(before)
            after = following[position]
            if symbol[after] >= 0:
                starts.setdefault((new, symbol[after]), []).append(position)
        for (first, second), found in starts.items():
            count = sum(map(self._count_at.__getitem__, found))
            if count >= FEWEST_OCCURRENCES:
                yield Pair(-count, first, second, found)

    def _merge_many(self, lefts: NDArray[np.int32], overlapping: bool, new: int) -> Iterator[Pair]:
        if overlapping:
            lefts = self._without_overlaps(lefts)
        rights = self._next.take(lefts)
        after = self._next.take(rights)
        self._symbol[lefts] = new
        self._symbol[rights] = _MERGED_AWAY
        self._next[lefts] = after
        self._previous[after] = lefts
        before = self._previous.take(lefts)
        return self._pairs_at_many(np.concatenate((before[self._symbol.take(before) != new], lefts)))

    def _without_overlaps(self, positions: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return every second pair of a run of one symbol, from the left: x x x x x is (x x)(x x) x."""
        index = np.arange(len(positions))
        starts_run = np.ones(len(positions), dtype=np.bool_)
        starts_run[1:] = positions[1:] != self._next.take(positions[:-1])
        run_start = np.maximum.accumulate(np.where(starts_run, index, 0))
        return positions.compress((index - run_start) % 2 == 0)

    def _pairs_at_many(self, starts: NDArray[np.int32]) -> Iterator[Pair]:
        """Yield the pairs that start at these positions, grouped by symbols, except rare ones."""
        lefts, rights = self._symbol.take(starts), self._symbol.take(self._next.take(starts))
        inside = (lefts >= 0) & (rights >= 0)
        keys = lefts[inside].astype(np.int64) << _LEFT_SHIFT | rights[inside]
        if not len(keys):
            return
        order = keys.argsort(kind="stable")
        keys, positions = keys[order], starts[inside][order]
        borders = np.flatnonzero(keys[1:] != keys[:-1]) + 1
        firsts = np.concatenate((np.zeros(1, dtype=np.int64), borders))
        ends = np.append(borders, len(keys))
        counts = np.add.reduceat(self._count.take(positions), firsts)
        frequent = np.flatnonzero(counts >= FEWEST_OCCURRENCES)
        for count, key, first, end in zip(
            counts[frequent].tolist(),
            keys[firsts[frequent]].tolist(),
            firsts[frequent].tolist(),
            ends[frequent].tolist(),
            strict=True,
        ):
            left, right = key >> _LEFT_SHIFT, key & (1 << _LEFT_SHIFT) - 1
            yield Pair(-count, left, right, _handy(positions[first:end]))


def _handy(positions: NDArray[np.int32]) -> NDArray[np.int32] | list[int]:
    return positions.tolist() if len(positions) <= FEW else positions
