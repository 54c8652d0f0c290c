"""Counting n-grams: keys of whole n-grams, sorted in batches, and the sorted batches merged.

Documents are separate. The end-of-text token closes one and opens the next, so it may be the last token of
an n-gram or the first, never one in between: no n-gram spans two documents.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import MisuseError
from engine.machine.capacity import available_cores
from engine.models.ngram.trie import Trie, smallest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from engine.models.ngram.trie import Integers

TOKENS_AT_ONCE = 1 << 21
"""Tokens counted at once; they take up to 80 bytes of working memory each."""

WORTH_A_THREAD = 1 << 16
"""Keys per thread. numpy sorts without the interpreter's lock."""

LARGEST_KEY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class NgramCounts:
    """Counts of all n-grams of orders 1, …, n.

    `counts[n - 1]` and `first_seen[n - 1]` are parallel to the trie's n-grams of order n. `first_seen` holds the
    position in the text where an n-gram first ended; it is empty unless requested.
    """

    trie: Trie
    end_of_text: int
    counts: list[Integers]
    first_seen: list[Integers]


def count_ngrams(
    ids: NDArray[np.integer],
    order: int,
    vocabulary_size: int,
    end_of_text: int,
    *,
    keep_first_seen: bool = False,
    progress: Callable[[float], None] | None = None,
) -> NgramCounts:
    """Count the n-grams of order 1 … `order` of a text; the first token follows an end of text.

    `ids` is read in batches and may be memory-mapped. While vocabulary_size^n fits in 63 bits, an n-gram's
    key is the number with its tokens as digits in that base, and memory is that of the result and of one batch.
    Beyond, the key is the number of its first n - 1 tokens in the trie, times vocabulary_size, plus its last
    token; then 8 more bytes for each token of the text hold its number in the trie.

    `progress` receives the fraction of the work done. Raises MisuseError for ids outside the vocabulary
    and for an empty text.
    """
    check_ids(ids, vocabulary_size)
    if len(ids) == 0:
        raise MisuseError("there is no text to count: the corpus has no tokens")
    text = _Text(ids, end_of_text)
    trie, contexts = Trie(vocabulary_size), np.arange(vocabulary_size)
    where: Integers | None = None
    counts, first_seen = [], []
    with ThreadPoolExecutor(available_cores()) as pool:
        for n in range(1, order + 1):
            if vocabulary_size**n > LARGEST_KEY:
                where = _follow(trie, text, where)
                contexts = np.arange(trie.size(n - 1))
            tally = _Tally(keep_first_seen)
            for batch in text.batches(n):
                keys = (
                    _whole_keys(batch, vocabulary_size)
                    if where is None
                    else _chained_keys(batch, where, trie)
                )
                inside = _within_documents(batch, end_of_text)
                tally.add(keys[inside], batch.positions[inside], pool)
                if progress:
                    progress((n - 1 + batch.positions[-1] / len(text)) / order)
            keys, seen, first = tally.result()
            if n == 1:
                seen = _of_all_tokens(vocabulary_size, keys, seen, unseen=0)
                first = _of_all_tokens(vocabulary_size, keys, first, unseen=len(text))
            else:
                trie = _one_order_more(trie, keys, contexts)
                contexts = keys
            counts.append(smallest(seen))
            first_seen.append(smallest(first))
    return NgramCounts(trie, end_of_text, counts, first_seen if keep_first_seen else [])


def check_ids(ids: NDArray[np.integer], vocabulary_size: int) -> None:
    """Raise MisuseError for ids outside the vocabulary."""
    if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < vocabulary_size:
        raise MisuseError(
            f"the text has ids {ids.min()} to {ids.max()}, the vocabulary 0 to {vocabulary_size - 1}; "
            "encode it with the model's own tokenizer"
        )


@dataclass(frozen=True)
class _Batch:
    tokens: NDArray[np.integer]
    positions: NDArray[np.int64]
    """Positions where the batch's n-grams end. The tokens begin n - 1 positions before the first of them."""

    @property
    def order(self) -> int:
        return len(self.tokens) - len(self.positions) + 1


class _Text:
    """Ids of a text, preceded by the end of text that opens the first document."""

    def __init__(self, ids: NDArray[np.integer], end_of_text: int) -> None:
        self._ids = ids
        self._opening = np.array([end_of_text], ids.dtype)

    def __len__(self) -> int:
        return len(self._opening) + len(self._ids)

    def tokens(self, start: int, stop: int) -> NDArray[np.integer]:
        shift = len(self._opening)
        if start >= shift:
            return self._ids[start - shift : stop - shift]
        return np.concatenate([self._opening, self._ids[: stop - shift]])

    def batches(self, order: int) -> Iterator[_Batch]:
        """Yield every n-gram of an order, without the opening end of text alone, which is not predicted."""
        for start in range(max(1, order - 1), len(self), TOKENS_AT_ONCE):
            stop = min(start + TOKENS_AT_ONCE, len(self))
            yield _Batch(self.tokens(start - order + 1, stop), np.arange(start, stop))


class _Run(NamedTuple):
    """Distinct keys in ascending order, their counts, and their first positions if requested."""

    keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    positions: NDArray[np.int64]


class _Tally:
    """Counter of batches that merges runs of similar size in pairs, so that a key is moved log(batches) times."""

    def __init__(self, keep_first_seen: bool) -> None:
        self._keep_first_seen = keep_first_seen
        self._runs: list[_Run] = []

    def add(self, keys: NDArray[np.int64], positions: NDArray[np.int64], pool: Executor) -> None:
        """Count a batch; each thread counts a range of keys, so that their results can be concatenated."""

        def count(low: int, high: int) -> _Run:
            here = (low <= keys) & (keys < high)
            return _count(keys[here], positions[here], self._keep_first_seen)

        if len(keys) == 0:
            return
        borders = _even_borders(keys, min(available_cores(), len(keys) // WORTH_A_THREAD))
        runs = pool.map(count, [-1, *borders], [*borders, np.iinfo(np.int64).max])
        self._runs.append(_Run(*map(np.concatenate, zip(*runs, strict=True))))
        while len(self._runs) > 1 and len(self._runs[-2].keys) < 2 * len(self._runs[-1].keys):
            self._merge_last_two()

    def result(self) -> _Run:
        while len(self._runs) > 1:
            self._merge_last_two()
        nothing = np.empty(0, dtype=np.int64)
        return self._runs[0] if self._runs else _Run(nothing, nothing, nothing)

    def _merge_last_two(self) -> None:
        later, earlier = self._runs.pop(), self._runs.pop()
        at = np.searchsorted(earlier.keys, later.keys)
        again = np.zeros(len(at), dtype=np.bool_)
        inside = at < len(earlier.keys)
        again[inside] = earlier.keys[at[inside]] == later.keys[inside]
        earlier.counts[at[again]] += later.counts[again]
        self._runs.append(
            _Run(*(np.insert(old, at[~again], new[~again]) for old, new in zip(earlier, later, strict=True)))
        )


def _even_borders(keys: NDArray[np.int64], parts: int) -> list[int]:
    """Starts of ranges of keys of about equal size, the first left out."""
    sample = np.sort(keys[:: max(1, len(keys) // 1000)])
    return [int(sample[part * len(sample) // parts]) for part in range(1, parts)]


def _count(keys: NDArray[np.int64], positions: NDArray[np.int64], keep_first_seen: bool) -> _Run:
    if keep_first_seen:
        order = np.argsort(keys, kind="stable")
        keys, positions = keys[order], positions[order]
    else:
        keys = np.sort(keys)  # twice as fast
    starts = _starts_of_runs(keys)
    return _Run(keys[starts], np.diff(starts, append=len(keys)), positions[starts])


def _starts_of_runs(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index of the first occurrence of each distinct value in a sorted array."""
    is_new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return np.flatnonzero(is_new)


def _whole_keys(batch: _Batch, vocabulary_size: int) -> NDArray[np.int64]:
    """Return the tokens of every n-gram as one number."""
    size = len(batch.positions)
    keys = batch.tokens[:size].astype(np.int64)
    for offset in range(1, batch.order):
        keys *= vocabulary_size
        keys += batch.tokens[offset : offset + size]
    return keys


def _chained_keys(batch: _Batch, where: Integers, trie: Trie) -> NDArray[np.int64]:
    """Return the number of each n-gram's first n - 1 tokens and its last token as one number."""
    contexts = where[batch.positions[0] - 1 : batch.positions[-1]].astype(np.int64)
    return contexts * trie.vocabulary_size + batch.tokens[batch.order - 1 :]


def _within_documents(batch: _Batch, end_of_text: int) -> NDArray[np.bool_] | slice:
    """Mask of n-grams that have no end of text between their first and last token."""
    size = len(batch.positions)
    closed = batch.tokens == end_of_text
    crossing = np.zeros(size, dtype=np.bool_)
    for offset in range(1, batch.order - 1):
        crossing |= closed[offset : offset + size]
    return ~crossing if crossing.any() else slice(None)


def _of_all_tokens(
    vocabulary_size: int, tokens: NDArray[np.int64], values: NDArray[np.int64], *, unseen: int
) -> NDArray[np.int64]:
    dense = np.full(vocabulary_size, unseen)
    dense[tokens] = values
    return dense


def _one_order_more(trie: Trie, keys: NDArray[np.int64], contexts: NDArray[np.int64]) -> Trie:
    """`keys` are sorted, `contexts` the keys of all n-grams one order below."""
    above = keys // trie.vocabulary_size
    begin = np.append(np.searchsorted(above, contexts), len(keys))
    last = (keys - above * trie.vocabulary_size).astype(np.int32)
    return Trie(trie.vocabulary_size, [*trie.tokens, last], [*trie.begin, smallest(begin)])


def _follow(trie: Trie, text: _Text, shorter: Integers | None) -> Integers:
    """Return the number of the longest n-gram that ends at each position, given those of n-grams one shorter.

    -1 where it would span two documents. Shape (text,).
    """
    order = trie.order
    if shorter is None and order > 1:
        shorter = _follow(Trie(trie.vocabulary_size, trie.tokens[:-1], trie.begin[:-1]), text, None)
    numbers: Integers = np.empty(
        len(text), dtype=np.int32 if trie.size(order) <= np.iinfo(np.int32).max else np.int64
    )
    before = -1
    for start in range(0, len(text), TOKENS_AT_ONCE):
        here = slice(start, min(start + TOKENS_AT_ONCE, len(text)))
        tokens = text.tokens(here.start, here.stop)
        if shorter is None:
            numbers[here] = tokens
        else:
            contexts = np.concatenate([[before], shorter[here][:-1]])
            before = int(shorter[here][-1])
            numbers[here] = trie.children(order, contexts, tokens)
    return numbers
