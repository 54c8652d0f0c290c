"""All n-grams of a text in a few sorted arrays: a tree in which an n-gram's parent is its first n - 1 tokens.

An n-gram's number is its index in the array of its order, so that its properties are stored in parallel arrays.
Order 1 needs no array: its numbers are the token ids. The n-grams that continue the
(n - 1)-gram c are numbered from begin[c] up to begin[c + 1] and sorted by their last token:

    order 1    a        b        c            numbers 0 1 2
    order 2    a b      b a  b c              tokens  1 | 0 2 |       begin 0 1 3 3
    order 3    a b c    b a b                 tokens  2 | 1 | |       begin 0 1 2 2
"""

from __future__ import annotations

from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.machine.capacity import available_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Integers = np.ndarray[tuple[int, ...], np.dtype[np.signedinteger[Any]]]

QUERIES_AT_ONCE = 1 << 17
"""Queries per thread; numpy releases the interpreter's lock during a search."""


class Trie:
    """The set of n-grams of orders 1, …, n. Arrays are never changed."""

    def __init__(
        self,
        vocabulary_size: int,
        tokens: Sequence[NDArray[np.int32]] = (),
        begin: Sequence[Integers] = (),
    ) -> None:
        """`tokens` and `begin` of orders 2, 3, …, of shapes (n-grams,) and (n-grams one order below + 1,)."""
        self.vocabulary_size = vocabulary_size
        self.tokens = list(tokens)
        self.begin = list(begin)
        # Reading one element takes 100 ns from numpy and 30 from a memoryview; a single step reads a few dozen.
        self.token_views = [array.data for array in self.tokens]
        self._begin_views = [array.data for array in self.begin]

    @property
    def order(self) -> int:
        return len(self.tokens) + 1

    def size(self, order: int) -> int:
        """Number of n-grams of an order; of order 1 all tokens, seen or not."""
        return self.vocabulary_size if order == 1 else len(self.tokens[order - 2])

    @property
    def memory_bytes(self) -> int:
        return sum(array.nbytes for array in (*self.tokens, *self.begin))

    def parents(self, order: int) -> Integers:
        """Return the number of each n-gram's first n - 1 tokens, one order below. Shape (n-grams,)."""
        return np.repeat(smallest(np.arange(self.size(order - 1))), np.diff(self.begin[order - 2]))

    def continuations(self, order: int, context: int) -> slice:
        """Return the numbers of the n-grams of an order that begin with a context of one token less."""
        begin = self._begin_views[order - 2]
        return slice(begin[context], begin[context + 1])

    def child(self, order: int, context: int, token: int) -> int:
        """Return the number of the n-gram of a context and one more token, -1 where there is none."""
        begin, tokens = self._begin_views[order - 2], self.token_views[order - 2]
        end = begin[context + 1]
        index = bisect_left(tokens, token, begin[context], end)
        return index if index < end and tokens[index] == token else -1

    def children(
        self, order: int, contexts: NDArray[np.integer], tokens: NDArray[np.integer]
    ) -> NDArray[np.int64]:
        """`child` in bulk; a context of -1 has no children. Shapes (queries,) to (queries,)."""
        found = np.full(len(contexts), -1, dtype=np.int64)

        def search(start: int) -> None:
            here = slice(start, start + QUERIES_AT_ONCE)
            known = np.flatnonzero(contexts[here] >= 0)
            if len(known):
                found[start + known] = self._search(order, contexts[here][known], tokens[here][known])

        starts = range(0, len(contexts), QUERIES_AT_ONCE)
        if len(starts) < 2:
            for start in starts:
                search(start)
        else:
            with ThreadPoolExecutor(available_cores()) as pool:
                list(pool.map(search, starts))
        return found

    def _search(
        self, order: int, contexts: NDArray[np.integer], tokens: NDArray[np.integer]
    ) -> NDArray[np.int64]:
        """Binary search in many ranges at once: all are halved until each has one element left."""
        listed, begin = self.tokens[order - 2], self.begin[order - 2]
        if len(listed) == 0:
            return np.full(len(contexts), -1, dtype=np.int64)
        low = begin[contexts].astype(np.int64)
        length = begin[contexts + 1] - low
        barren = length == 0
        low[barren] = 0
        longer = np.flatnonzero(length > 1)
        while len(longer):
            # Most contexts have few continuations: those done are left behind when they are the majority.
            start, left, wanted = low[longer], length[longer], tokens[longer]
            while 2 * np.count_nonzero(left > 1) > len(longer):
                half = left >> 1
                middle = start + half
                start = np.where(listed[middle] <= wanted, middle, start)
                left -= half
            low[longer], length[longer] = start, left
            longer = longer[left > 1]
        return np.where((listed[low] == tokens) & ~barren, low, -1)

    def paths(self, order: int, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the tokens of some n-grams of an order. Shapes (n-grams,) to (n-grams, order)."""
        columns = []
        for n in range(order, 1, -1):
            columns.append(self.tokens[n - 2][numbers].astype(np.int64))
            numbers = np.searchsorted(self.begin[n - 2], numbers, side="right") - 1
        return np.stack([numbers, *reversed(columns)], axis=1)

    def suffixes(self) -> list[Integers]:
        """Return the number of each n-gram without its first token, one order below, for orders 2, 3, …."""
        found: list[Integers] = []
        for order, tokens in enumerate(self.tokens, 2):
            if order == 2:
                found.append(tokens)
            else:
                found.append(smallest(self.children(order - 1, found[-1][self.parents(order)], tokens)))
        return found

    def kept(self, masks: Sequence[NDArray[np.bool_]]) -> Trie:
        """Return a trie of the n-grams in the masks of orders 1, 2, …; all of order 1 stay.

        The parent of a kept n-gram must be kept.
        """
        tokens, begin = [], []
        for order in range(2, self.order + 1):
            before = np.concatenate([[0], np.cumsum(masks[order - 1])])
            ends = before[self.begin[order - 2]]
            above = masks[order - 2] if order > 2 else np.ones(self.vocabulary_size, dtype=np.bool_)
            begin.append(smallest(np.concatenate([ends[:-1][above], ends[-1:]])))
            tokens.append(self.tokens[order - 2][masks[order - 1]])
        return Trie(self.vocabulary_size, tokens, begin)


def smallest(array: NDArray[np.int64]) -> Integers:
    """Return the same numbers in 32 bits, where they fit."""
    fits = len(array) == 0 or int(array.max()) <= np.iinfo(np.int32).max
    return array.astype(np.int32) if fits else array
