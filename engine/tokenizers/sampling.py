"""A sample of a corpus, spread evenly over it, for what need not read all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tokenizers.cuts import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOCK_CHARACTERS = 1 << 14


def sample_evenly(documents: Callable[[], Iterable[str]], sample_bytes: int) -> Callable[[], Iterator[str]]:
    """The documents, or blocks spread over them of about `sample_bytes` together when they have more.

    Reads the documents once to know their size. Always the same blocks; none of the text is held.
    """
    share = min(1.0, sample_bytes / max(1, sum(map(_utf8_bytes, documents()))))

    def sampled() -> Iterator[str]:
        owed = 0.0
        for document in documents():
            for block in blocks(document, BLOCK_CHARACTERS):
                size = _utf8_bytes(block)
                owed += share * size
                if owed >= size / 2:
                    owed -= size
                    yield block

    return sampled


def _utf8_bytes(text: str) -> int:
    return len(text.encode(errors="replace"))
