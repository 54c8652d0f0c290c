"""Spans of a text that stand verbatim in a run's training text: memorizing as against learning.

The training tokens are read once, in blocks: where three tokens of the text occur, the match is extended as far as it
goes. That takes no index, and about a second for a hundred megabytes of text. Matches never reach across documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.studies.results.origin import NgramsSeen, OriginStudy, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.tokenizers.interface import Tokenizer

KEY = 3
"""Tokens that a match begins with."""
BLOCK = 1 << 22
"""Training tokens read at once."""
LONGEST_TEXT = 1 << 14
"""Tokens of a text."""
LONGEST_NGRAM = 8
CONTEXT = 12
"""Tokens shown before and behind a span in the training text."""


def study_origin(
    ids: NDArray[np.integer],
    tokenizer: Tokenizer,
    text: str,
    *,
    shortest: int = 8,
    progress: Callable[[float], None] = lambda fraction: None,
) -> OriginStudy:
    """Search the training tokens, whose documents are closed by end-of-text, for the spans of a text.

    `shortest`: fewest tokens of a span that counts as copied, at least KEY. Raises MisuseError for an empty text and
    for one of more than LONGEST_TEXT tokens.
    """
    wanted = np.asarray(tokenizer.encode(text), dtype=np.int64)
    if not len(wanted):
        raise MisuseError("the text has no tokens; give one to search for")
    if len(wanted) > LONGEST_TEXT:
        raise MisuseError(f"the text has {len(wanted):,} tokens; search for at most {LONGEST_TEXT:,} at once")
    lengths = np.zeros(len(wanted), dtype=np.int64)
    first, times = np.full(len(wanted), -1), np.zeros(len(wanted), dtype=np.int64)
    unigrams = np.zeros(len(wanted), dtype=np.bool_)
    bigrams = np.zeros(max(0, len(wanted) - 1), dtype=np.bool_)
    for start in range(0, len(ids), BLOCK):
        # The block's matches may reach into the next one.
        block = np.asarray(ids[start : start + BLOCK + len(wanted)], dtype=np.int64)
        owned = min(BLOCK, len(ids) - start)
        unigrams |= np.isin(wanted, block[:owned])
        pairs = block[: owned + 1]
        base = tokenizer.vocabulary_size
        bigrams |= np.isin(wanted[:-1] * base + wanted[1:], pairs[:-1] * base + pairs[1:])
        _search(block, owned, start, wanted, tokenizer, lengths, first, times)
        progress(min(1.0, (start + BLOCK) / len(ids)))
    spans = _maximal(lengths, max(shortest, KEY))
    covered = np.zeros(len(wanted), dtype=np.bool_)
    for at in spans:
        covered[at : at + lengths[at]] = True
    return OriginStudy(
        tokens=len(wanted),
        copied=float(covered.mean()),
        shortest=max(shortest, KEY),
        spans=tuple(
            _describe(at, int(lengths[at]), int(times[at]), int(first[at]), ids, wanted, tokenizer)
            for at in spans
        ),
        ngrams=tuple(
            NgramsSeen(order=order, seen=int(seen), of=len(wanted) - order + 1)
            for order in range(1, min(LONGEST_NGRAM, len(wanted)) + 1)
            for seen in (
                unigrams.sum() if order == 1 else bigrams.sum() if order == 2 else (lengths >= order).sum(),
            )
        ),
    )


def _search(
    block: NDArray[np.int64],
    owned: int,
    offset: int,
    wanted: NDArray[np.int64],
    tokenizer: Tokenizer,
    lengths: NDArray[np.int64],
    first: NDArray[np.int64],
    times: NDArray[np.int64],
) -> None:
    """Update for each token of the text the longest match that begins there, its first position and their number."""
    if len(wanted) < KEY or len(block) < KEY:
        return
    base = tokenizer.vocabulary_size
    keys = _keys(wanted, base)
    order = np.argsort(keys, kind="stable")
    in_block = _keys(block, base)[:owned]
    left = np.searchsorted(keys[order], in_block, side="left")
    right = np.searchsorted(keys[order], in_block, side="right")
    hits = np.flatnonzero(right > left)
    counts = (right - left)[hits]
    positions = np.repeat(hits, counts)  # in the block
    within = np.arange(len(positions)) - np.repeat(np.cumsum(counts) - counts, counts)
    queries = order[np.repeat(left[hits], counts) + within]  # in the text
    is_whole = np.all(block[positions[:, None] + np.arange(KEY)] != tokenizer.end_of_text, axis=1)
    positions, queries = positions[is_whole], queries[is_whole]
    length = KEY
    while len(positions):
        longer = lengths[queries] < length
        if longer.any():
            # Occurrences of a longer match replace those of a shorter one.
            begins = np.unique(queries[longer])
            lengths[begins], times[begins], first[begins] = length, 0, -1
        equal = lengths[queries] == length
        np.add.at(times, queries[equal], 1)
        unplaced = equal & (first[queries] < 0)
        # Of several positions in one block the first is kept: assignment in reverse order leaves it last.
        first[queries[unplaced][::-1]] = positions[unplaced][::-1] + offset
        inside = (queries + length < len(wanted)) & (positions + length < len(block))
        positions, queries = positions[inside], queries[inside]
        following = block[positions + length]
        matches = (following == wanted[queries + length]) & (following != tokenizer.end_of_text)
        positions, queries = positions[matches], queries[matches]
        length += 1


def _keys(ids: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    """Return each KEY consecutive ids as one number. A vocabulary of two million would fit."""
    keys: NDArray[np.int64] = (ids[:-2] * base + ids[1:-1]) * base + ids[2:]
    return keys


def _maximal(lengths: NDArray[np.int64], shortest: int) -> list[int]:
    """Return the starts of matches of at least `shortest` tokens that lie within no earlier one."""
    found, end = [], 0
    for at, length in enumerate(lengths.tolist()):
        if length >= shortest and at + length > end:
            found.append(at)
            end = at + length
    return found


def _describe(
    at: int,
    length: int,
    times: int,
    position: int,
    ids: NDArray[np.integer],
    wanted: NDArray[np.int64],
    tokenizer: Tokenizer,
) -> Span:
    end = tokenizer.end_of_text
    before = np.asarray(ids[max(0, position - CONTEXT) : position]).tolist()
    behind = np.asarray(ids[position + length : position + length + CONTEXT]).tolist()
    if end in before:
        before = before[len(before) - before[::-1].index(end) :]
    if end in behind:
        behind = behind[: behind.index(end)]
    return Span(
        start=at,
        tokens=length,
        text=tokenizer.decode(wanted[at : at + length].tolist()),
        occurrences=times,
        document=1 + int(np.count_nonzero(np.asarray(ids[:position]) == end)),
        before=tokenizer.decode(before),
        behind=tokenizer.decode(behind),
    )
