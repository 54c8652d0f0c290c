"""Counts of the pre-tokens of a corpus: the input of BPE training.

Memory is bounded by the distinct pieces and one batch of blocks, independent of the corpus's size.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]

from engine.files.reading import well_formed
from engine.machine.capacity import available_cores
from engine.machine.pools import map_ahead
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.cuts import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOCK_CHARACTERS = 1 << 20
"""Characters split into pieces at once: long enough for speed, short enough for a small list of pieces."""

BLOCKS_WITHOUT_WORKERS = 4
"""Up to this many blocks are counted in this process: starting workers takes longer than they save."""

LONGEST_PIECE = 4096
"""Characters. Longer pieces, such as a file of zeros, are counted in parts, most of which are equal."""


@dataclass(frozen=True)
class CountingProgress:
    """Progress of counting pieces."""

    characters: int
    distinct_pieces: int


def count_pieces(
    documents: Iterable[str],
    pattern: str,
    progress: Callable[[CountingProgress], None] | None = None,
    workers: int | None = None,
) -> Counter[str]:
    """Split documents by the pre-token pattern of this name and count the pieces.

    Large inputs are counted by `workers` processes, by default one per core.
    """
    counts: Counter[str] = Counter()
    characters = 0
    for length, counted in _counted_blocks(documents, pattern, workers or available_cores()):
        characters += length
        counts.update(counted)
        if progress:
            progress(CountingProgress(characters, len(counts)))
    return counts


def _counted_blocks(
    documents: Iterable[str], pattern: str, workers: int
) -> Iterator[tuple[int, Counter[str]]]:
    """Yield the length of each batch of blocks, and its counts."""
    batches = _batches(documents)
    first = list(islice(batches, BLOCKS_WITHOUT_WORKERS if workers > 1 else None))
    if workers == 1 or len(first) < BLOCKS_WITHOUT_WORKERS:
        for batch in chain(first, batches):
            yield _count_batch(batch, pattern)
        return
    # Forked workers start at once and run no main script again; they touch strings only, no lock or device.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        count = partial(_count_batch, pattern=pattern)
        yield from map_ahead(pool, count, chain(first, batches), 2 * workers)


def _batches(documents: Iterable[str]) -> Iterator[list[str]]:
    """Yield batches of blocks of the documents, together about BLOCK_CHARACTERS long."""
    batch: list[str] = []
    length = 0
    for document in documents:
        for block in blocks(well_formed(document), BLOCK_CHARACTERS):
            batch.append(block)
            length += len(block)
            if length >= BLOCK_CHARACTERS:
                yield batch
                batch, length = [], 0
    if batch:
        yield batch


def _count_batch(batch: list[str], pattern: str) -> tuple[int, Counter[str]]:
    find_pieces = regex.compile(PATTERNS[pattern]).findall
    counts: Counter[str] = Counter()
    for block in batch:
        counts.update(find_pieces(block))
    for piece in [piece for piece in counts if len(piece) > LONGEST_PIECE]:
        occurrences = counts.pop(piece)
        for start in range(0, len(piece), LONGEST_PIECE):
            counts[piece[start : start + LONGEST_PIECE]] += occurrences
    return sum(map(len, batch)), counts
