"""A sample of a corpus, spread evenly over it, for training that need not read all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tokenizers.cuts import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOCK_CHARACTERS = 1 << 14


def sample_evenly(documents: Callable[[], Iterable[str]], sample_bytes: int) -> Callable[[], Iterator[str]]:
    """Return the documents, or evenly spread blocks of about `sample_bytes` in total when they are larger.

    Reads the documents once for their size. Deterministic; none of the text is held.
    """
    fraction = min(1.0, sample_bytes / max(1, sum(map(_utf8_bytes, documents()))))

    def sampled() -> Iterator[str]:
        owed = 0.0
        for document in documents():
            for block in blocks(document, BLOCK_CHARACTERS):
                size = _utf8_bytes(block)
                owed += fraction * size
                if owed >= size / 2:
                    owed -= size
                    yield block

    return sampled


def _utf8_bytes(text: str) -> int:
    return len(text.encode(errors="replace"))
