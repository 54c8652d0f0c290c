"""A BPE trainer for reference: at each merge it counts every pair of every piece anew."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Merge = tuple[int, int, int]
"""Left id, right id, count."""


def slow_merges(
    pieces: Mapping[str, int], most: int, maximum_token_length: int | None = None
) -> tuple[list[Merge], int]:
    """The merges, and how many of them were chosen from several equally frequent pairs."""
    words = [(list(piece.encode()), count) for piece, count in pieces.items()]
    tokens = [bytes([value]) for value in range(256)]
    merges: list[Merge] = []
    ties = 0
    while len(merges) < most:
        counts: Counter[tuple[int, int]] = Counter()
        for word, count in words:
            for pair in pairwise(word):
                counts[pair] += count
        allowed = {
            pair: count
            for pair, count in counts.items()
            if count > 1
            and len(tokens[pair[0]] + tokens[pair[1]]) <= (maximum_token_length or 1000)
            and tokens[pair[0]] + tokens[pair[1]] not in tokens
        }
        if not allowed:
            break
        left, right = min(allowed, key=lambda pair: (-allowed[pair], pair))
        ties += list(allowed.values()).count(allowed[left, right]) > 1
        merges.append((left, right, allowed[left, right]))
        for word, _ in words:
            place = 0
            while place < len(word) - 1:
                if (word[place], word[place + 1]) == (left, right):
                    word[place : place + 2] = [len(tokens)]
                place += 1
        tokens.append(tokens[left] + tokens[right])
    return merges, ties
