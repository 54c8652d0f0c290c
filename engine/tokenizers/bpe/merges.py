"""Byte-pair encoding learned from piece counts (Sennrich et al. 2016; on bytes as in Radford et al. 2019).

The cost of a merge is proportional to the positions it touches: all occurrences of a pair appear at once,
with the merge that makes the newer of its symbols, and can only disappear afterwards. So each pair keeps the
list of its initial positions; counts in the queue can only be too high, and a pair is recounted, over
its own positions, only when it comes up as the most frequent one.

Ties: of equally frequent pairs the one with the lowest left id is merged first, then the lowest right id,
where bytes are 0–255 and merges follow in order. rustbpe uses the same rule and learns the same merges.
Hugging Face's trainer uses the same rule with another numbering of the bytes.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.tokenizers.bpe.piece_symbols import FEWEST_OCCURRENCES, Pair, PieceSymbols
from engine.tokenizers.byte import SINGLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class MergeEvent:
    """One learned merge: the ids `left` and `right` become the id 256 + `index`."""

    index: int
    left: int
    right: int
    new_bytes: bytes
    count: int


def learn_merges(pieces: Mapping[str, int], maximum_token_length: int | None = None) -> Iterator[MergeEvent]:
    """Yield merges learned from pieces and their counts, the most frequent pair first, until no pair repeats.

    Tokens are at most `maximum_token_length` bytes long.
    """
    symbols = PieceSymbols(pieces)
    queue = list(symbols.all_pairs())
    heapq.heapify(queue)
    tokens = list(SINGLE_BYTES)
    spelled = set(tokens)
    while (pair := _take_most_frequent(queue, symbols)) is not None:
        new_bytes = tokens[pair.left] + tokens[pair.right]
        # tiktoken identifies tokens by their bytes, so two tokens with the same bytes would collide.
        if new_bytes in spelled or (maximum_token_length and len(new_bytes) > maximum_token_length):
            continue
        new = len(tokens)
        yield MergeEvent(new - len(SINGLE_BYTES), pair.left, pair.right, new_bytes, -pair.negative_count)
        tokens.append(new_bytes)
        spelled.add(new_bytes)
        for born in symbols.merge(pair, new):
            heapq.heappush(queue, born)


def _take_most_frequent(queue: list[Pair], symbols: PieceSymbols) -> Pair | None:
    """Pop the most frequent pair, with its true count and positions; None when the queue is empty."""
    while queue:
        recounted = symbols.recounted(queue[0])
        if recounted.negative_count == queue[0].negative_count:
            heapq.heappop(queue)
            return recounted
        if -recounted.negative_count >= FEWEST_OCCURRENCES:
            heapq.heapreplace(queue, recounted)
        else:
            heapq.heappop(queue)
    return None
