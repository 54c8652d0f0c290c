"""Small texts of ids for these tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies

END = 0
VOCABULARY = 6

texts = strategies.lists(strategies.integers(0, VOCABULARY - 1), min_size=1, max_size=60)
"""Ids among which END closes documents, some of them empty."""

orders = strategies.integers(1, 5)


def array(ids: list[int]) -> np.ndarray:
    return np.array(ids, dtype=np.int32)


def documents(ids: list[int]) -> list[list[int]]:
    """Each with the END that opens it and, if the text goes so far, the one that closes it."""
    found, current = [], [END]
    for token in ids:
        current.append(token)
        if token == END:
            found.append(current)
            current = [END]
    return [*found, current]


def ngrams(ids: list[int], order: int) -> list[tuple[int, ...]]:
    """All n-grams in the order of the text, the slow way. The END that opens a text was not predicted."""
    return [
        tuple(document[place - order + 1 : place + 1])
        for document in documents(ids)
        for place in range(max(1, order - 1), len(document))
    ]
