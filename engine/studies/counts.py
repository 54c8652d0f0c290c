"""Counts of n-grams in a training text, and the loop that always taking the most frequent next token leads into.

This is the table behind a raw n-gram model: P(w | context) = count(context w) / count(context). Of equally frequent
tokens the one seen first in the text is taken, as greedy decoding of a counted model does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.models.ngram.counting import count_ngrams
from engine.sanitize import quoted
from engine.studies.loops import find_loop
from engine.studies.results.counts import CountedNgram, CountStudy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.tokenizers.interface import Tokenizer

MOST_WALKED = 256
"""Tokens followed from the context; a longer loop is not found."""


@dataclass(frozen=True)
class _Counted:
    """All n-grams of one order, as arrays."""

    ids: NDArray[np.int64]
    """Shape (n-grams, order)."""
    counts: NDArray[np.int64]
    first_seen: NDArray[np.int64]

    @cached_property
    def by_rank(self) -> NDArray[np.int64]:
        """Indices by falling count, of equal ones the first seen first."""
        return np.lexsort((self.first_seen, -self.counts))

    def beginning(self, context: Sequence[int]) -> NDArray[np.bool_]:
        """Mask of the n-grams that begin with these tokens. Shape (n-grams,)."""
        begins: NDArray[np.bool_] = (self.ids[:, : len(context)] == np.asarray(context)).all(axis=1)
        return begins


def study_counts(
    ids: NDArray[np.integer],
    tokenizer: Tokenizer,
    *,
    order: int = 2,
    context: str = "",
    top: int = 20,
) -> CountStudy:
    """Count the n-grams of `order` tokens in a text, whose documents are closed by end-of-text.

    `context` keeps those that begin with the last tokens of a text, at most order - 1 of them. Raises MisuseError
    when the text has no n-gram of this order, or none that begins so.
    """
    counted = _count(ids, order, tokenizer)
    wanted = tuple(tokenizer.encode(context))[-(order - 1) :] if order > 1 else ()
    shown = counted.by_rank
    if wanted:
        shown = shown[counted.beginning(wanted)[shown]]
        if not len(shown):
            raise MisuseError(
                f"{quoted(context)} is followed by nothing in the text; try a --context that occurs in it"
            )
    start = [*wanted, *counted.ids[shown[0]].tolist()[len(wanted) : order - 1]]
    walk, loop = _walk(counted, start, order, tokenizer.end_of_text)
    stations = {tuple(loop[(at + n) % len(loop)] for n in range(order)) for at in range(len(loop))}
    totals = _context_totals(counted)
    ngrams = tuple(
        CountedNgram(
            tokens=tuple(tokenizer.token_text(token) for token in row),
            ids=tuple(row),
            count=int(counted.counts[index]),
            probability=float(counted.counts[index] / totals[index]),
            in_loop=tuple(row) in stations,
        )
        for index in shown[:top]
        for row in (counted.ids[index].tolist(),)
    )
    return CountStudy(
        order=order,
        tokens=len(ids),
        distinct=len(counted.counts),
        context=tuple(tokenizer.token_text(token) for token in wanted),
        ngrams=ngrams,
        walk=tuple(tokenizer.token_text(token) for token in walk),
        loop=tuple(tokenizer.token_text(token) for token in loop),
    )


def _count(ids: NDArray[np.integer], order: int, tokenizer: Tokenizer) -> _Counted:
    end = tokenizer.end_of_text
    found = count_ngrams(ids, order, tokenizer.vocabulary_size, end, keep_first_seen=True)
    rows = np.arange(found.trie.size(order)) if order > 1 else np.flatnonzero(found.counts[0])
    if not len(rows):
        raise MisuseError(f"the text has no document of {order} tokens; choose a smaller --order")
    columns, at = [], rows
    for n in range(order, 1, -1):
        columns.append(found.trie.tokens[n - 2][at].astype(np.int64))
        at = np.searchsorted(found.trie.begin[n - 2], at, side="right") - 1
    columns.append(at.astype(np.int64))
    return _Counted(
        np.stack(columns[::-1], 1),
        np.asarray(found.counts[order - 1])[rows].astype(np.int64),
        np.asarray(found.first_seen[order - 1])[rows].astype(np.int64),
    )


def _context_totals(counted: _Counted) -> NDArray[np.int64]:
    """Return for each n-gram the sum of the counts of all that differ in the last token only."""
    if counted.ids.shape[1] == 1:
        return np.full(len(counted.counts), counted.counts.sum())
    _, context = np.unique(counted.ids[:, :-1], axis=0, return_inverse=True)
    context = context.reshape(-1)
    return np.bincount(context, weights=counted.counts).astype(np.int64)[context]


def _walk(counted: _Counted, start: list[int], order: int, end_of_text: int) -> tuple[list[int], list[int]]:
    """Follow the most frequent n-grams. Returns the tokens up to a loop's end, and the loop, empty without one."""
    best: dict[tuple[int, ...], int] = {}
    for index in counted.by_rank.tolist():
        *before, last = counted.ids[index].tolist()
        best.setdefault(tuple(before), last)
    walk = list(start)
    while len(walk) < MOST_WALKED:
        following = best.get(tuple(walk[len(walk) - order + 1 :]) if order > 1 else ())
        if following is None:
            return walk, []
        walk.append(following)
        if following == end_of_text:
            return walk, []
    loop = find_loop(walk, order - 1)
    if loop is None:
        return walk, []
    end = loop.start + loop.period
    return walk[:end], walk[loop.start : end]
