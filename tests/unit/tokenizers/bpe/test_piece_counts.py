"""Pieces counted in blocks, in processes, and in parts are those of the pattern over the whole text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import regex
from hypothesis import given
from hypothesis import strategies as st

from engine.tokenizers.bpe import piece_counts
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.piece_counts import CountingProgress, count_pieces
from tests.unit.tokenizers.texts import any_texts, invented_prose

if TYPE_CHECKING:
    import pytest

patterns = st.sampled_from(sorted(PATTERNS))


@given(text=any_texts, pattern=patterns)
def test_patterns_lose_nothing(text: str, pattern: str) -> None:
    assert "".join(regex.findall(PATTERNS[pattern], text)) == text


def test_counts_are_those_of_each_document_on_its_own() -> None:
    documents = [invented_prose(300, seed=4), "", "the the", "the\n", "\ud800a"]
    expected: Counter[str] = Counter()
    for document in documents[:-1]:
        expected.update(regex.findall(PATTERNS["o200k"], document))
    expected["\ufffda"] = 1
    assert count_pieces(iter(documents), "o200k") == expected


def test_workers_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piece_counts, "BLOCK_CHARACTERS", 10_000)
    monkeypatch.setattr(piece_counts, "BLOCKS_WITHOUT_WORKERS", 2)
    documents = [invented_prose(4000, seed=seed) for seed in range(5)]
    alone, together = (count_pieces(iter(documents), "qwen2", workers=workers) for workers in (1, 2))
    assert together == alone
    assert list(together) == list(alone)


def test_progress_ends_at_the_whole_text() -> None:
    events: list[CountingProgress] = []
    counts = count_pieces(["one two", "two three"], "gpt2", events.append)
    assert events == [CountingProgress(characters=16, distinct_pieces=len(counts))]


def test_a_giant_piece_is_counted_in_parts() -> None:
    counts = count_pieces(["\0" * 1_000_000], "qwen2")
    assert sum(len(piece) * count for piece, count in counts.items()) == 1_000_000
    assert len(counts) <= 2
