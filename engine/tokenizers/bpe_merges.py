"""Byte-pair encoding learned from piece counts (Sennrich et al. 2016; on bytes as in Radford et al. 2019).

All distinct pieces lie end to end in flat arrays, as linked lists of symbols, and each pair of symbols knows
the positions where it was seen. Two facts keep the work small:

- All occurrences of a pair come into being at once, with the merge that makes the newer of its symbols;
  afterwards they only vanish. So the counts in the queue can only be too high, and a pair is recounted, over
  its own positions, only when it comes up as the most frequent one.
- A merge touches only the positions of its pair, with as many array operations for one as for thousands.

Ties: of equally frequent pairs the one with the lowest left id is merged first, then the lowest right id,
where bytes are 0–255 and merges follow in order. rustbpe has the same rule, and so the same merges; so has
Hugging Face's trainer, but it numbers the bytes in another order.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

FEWEST_OCCURRENCES = 2
"""A pair that occurs once is no pattern."""

_BETWEEN_PIECES, _MERGED_AWAY = -1, -2
_LEFT_SHIFT = 32


@dataclass(frozen=True)
class MergeEvent:
    """A merge as it is learned: the ids `left` and `right` become the id 256 + `index`."""

    index: int
    left: int
    right: int
    new_bytes: bytes
    count: int


def learn_merges(pieces: Mapping[str, int], maximum_token_length: int | None = None) -> Iterator[MergeEvent]:
    """The merges that pieces and their counts ask for, the most frequent pair first, until no pair repeats.

    Tokens of more than `maximum_token_length` bytes are never made.
    """
    symbols = _Symbols(pieces)
    queue: list[_Pair] = []
    _add_pairs(queue, symbols, np.arange(len(symbols.symbol) - 1, dtype=np.int32))
    tokens = [bytes([value]) for value in range(256)]
    spelled = set(tokens)
    while pair := _most_frequent(queue, symbols):
        new_bytes = tokens[pair.left] + tokens[pair.right]
        # tiktoken goes by bytes: two tokens of the same bytes would be one to it.
        if new_bytes in spelled or (maximum_token_length and len(new_bytes) > maximum_token_length):
            continue
        new = len(tokens)
        yield MergeEvent(new - 256, pair.left, pair.right, new_bytes, -pair.negative_count)
        tokens.append(new_bytes)
        spelled.add(new_bytes)
        _add_pairs(queue, symbols, symbols.merge(pair, new))


class _Pair(NamedTuple):
    """A pair in the queue. Tuples compare by count, then by ids: the least one is the next to be merged."""

    negative_count: int
    left: int
    right: int
    positions: NDArray[np.int32]
    """Where its left symbol stands, ascending; some may have been merged into something else since."""


class _Symbols:
    """The pieces as doubly linked lists of symbols, all in flat arrays of shape (bytes + gaps,).

    A merge puts the new symbol in the left one's place and takes the right one's place out of the list.
    """

    def __init__(self, pieces: Mapping[str, int]) -> None:
        spelled = [piece.encode() for piece in pieces]
        # 0xFF is in no UTF-8 text, so it can mark the gap before each piece and the end.
        data = np.frombuffer(b"\xff" + b"".join(piece + b"\xff" for piece in spelled), dtype=np.uint8)
        places = np.arange(len(data), dtype=np.int32)
        self.symbol = np.where(data == 0xFF, np.int32(_BETWEEN_PIECES), data.astype(np.int32))
        self.next = places + 1
        self.previous = places - 1
        lengths = np.fromiter((len(piece) + 1 for piece in spelled), dtype=np.int64, count=len(spelled))
        counts = np.fromiter(pieces.values(), dtype=np.int64, count=len(spelled))
        self.weight = np.concatenate((np.zeros(1, dtype=np.int64), np.repeat(counts, lengths)))

    def occurrences(self, left: int, right: int, positions: NDArray[np.int32]) -> NDArray[np.int32]:
        """Those of the positions where the pair still stands."""
        rights = self.next.take(positions)
        return positions.compress((self.symbol.take(positions) == left) & (self.symbol.take(rights) == right))

    def merge(self, pair: _Pair, new: int) -> NDArray[np.int32]:
        """Replaces all occurrences of a pair, at its true positions; gives where pairs with `new` start."""
        lefts = pair.positions
        if pair.left == pair.right:
            lefts = self._without_overlaps(lefts)
        rights = self.next.take(lefts)
        after = self.next.take(rights)
        self.symbol[lefts] = new
        self.symbol[rights] = _MERGED_AWAY
        self.next[lefts] = after
        self.previous[after] = lefts
        before = self.previous.take(lefts)
        return np.concatenate((before[self.symbol.take(before) != new], lefts))

    def _without_overlaps(self, positions: NDArray[np.int32]) -> NDArray[np.int32]:
        """In a run of one symbol every second pair, from the left: x x x x x is (x x)(x x) x."""
        index = np.arange(len(positions))
        starts_run = np.ones(len(positions), dtype=np.bool_)
        starts_run[1:] = positions[1:] != self.next.take(positions[:-1])
        run_start = np.maximum.accumulate(np.where(starts_run, index, 0))
        return positions.compress((index - run_start) % 2 == 0)


def _add_pairs(queue: list[_Pair], symbols: _Symbols, starts: NDArray[np.int32]) -> None:
    """Queues the pairs that start at these positions, each with its count, unless it is too rare."""
    lefts, rights = symbols.symbol.take(starts), symbols.symbol.take(symbols.next.take(starts))
    inside = (lefts >= 0) & (rights >= 0)
    keys = lefts[inside].astype(np.int64) << _LEFT_SHIFT | rights[inside]
    if not len(keys):
        return
    order = keys.argsort(kind="stable")
    keys, positions = keys[order], starts[inside][order]
    borders = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    firsts = np.concatenate((np.zeros(1, dtype=np.int64), borders))
    counts = np.add.reduceat(symbols.weight.take(positions), firsts)
    ends = np.append(borders, len(keys))
    frequent = np.flatnonzero(counts >= FEWEST_OCCURRENCES)
    for count, key, first, end in zip(
        counts[frequent].tolist(),
        keys[firsts[frequent]].tolist(),
        firsts[frequent].tolist(),
        ends[frequent].tolist(),
        strict=True,
    ):
        pair = _Pair(-count, key >> _LEFT_SHIFT, key & (1 << _LEFT_SHIFT) - 1, positions[first:end])
        heapq.heappush(queue, pair)


def _most_frequent(queue: list[_Pair], symbols: _Symbols) -> _Pair | None:
    """Takes the most frequent pair out of the queue, with its true count and positions; None at the end."""
    while queue:
        pair = queue[0]
        positions = symbols.occurrences(pair.left, pair.right, pair.positions)
        count = int(symbols.weight.take(positions).sum())
        if count == -pair.negative_count:
            heapq.heappop(queue)
            return pair._replace(positions=positions)
        if count >= FEWEST_OCCURRENCES:
            heapq.heapreplace(queue, pair._replace(negative_count=-count, positions=positions))
        else:
            heapq.heappop(queue)
    return None
