"""Tokens on the disk: right, split, made once, and never half."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.corpora import cache, chunking, tokenized
from engine.corpora.cache import cache_bytes, empty_cache, tokens_folder
from engine.corpora.corpus import Corpus, open_corpus
from engine.corpora.readers.plain_text import SEPARATOR
from engine.corpora.tokenized import TokenizedCorpus, tokenize_corpus
from engine.tokenizers.byte import ByteTokenizer
from engine.tokenizers.character import CharacterTokenizer
from engine.tokenizers.word import WordTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.corpora.progress import Progress

BYTES = ByteTokenizer()


def corpus_of(folder: Path, *documents: str) -> Corpus:
    (file := folder / "text.txt").write_text(f"\n{SEPARATOR}\n".join(documents))
    return open_corpus([str(file)])


def stories(folder: Path, count: int = 40) -> Corpus:
    return corpus_of(folder, *(f"Story {number}: once upon a time.\nThe end, é." for number in range(count)))


def test_each_document_is_closed_by_end_of_text(tmp_path: Path) -> None:
    corpus = stories(tmp_path)
    texts = [document.text for document in corpus.documents()]
    tokens = tokenize_corpus(corpus, BYTES, 0.1)
    assert (tokens.train_documents, tokens.validation_documents) == (36, 4)
    assert np.array_equal(tokens.train, BYTES.encode_documents(texts[:36]))
    assert np.array_equal(tokens.validation, BYTES.encode_documents(texts[36:]))
    assert tokens.train_bytes == sum(len(text.encode()) for text in texts[:36])
    assert tokens.validation_bytes == sum(len(text.encode()) for text in texts[36:])


def test_a_single_text_is_split_as_nanogpt_does_and_not_closed(tmp_path: Path) -> None:
    text = "First Citizen:\nBefore we proceed any further, hear me speak.\n" * 7
    corpus = corpus_of(tmp_path, text)
    tokenizer = CharacterTokenizer(corpus.distinct_characters)
    tokens = tokenize_corpus(corpus, tokenizer, 0.1)
    place = int(len(text) * 0.9)
    assert tokens.train.tolist() == tokenizer.encode(text[:place])
    assert tokens.validation.tolist() == tokenizer.encode(text[place:])


def test_a_single_text_of_which_nothing_is_held_out_is_closed(tmp_path: Path) -> None:
    tokens = tokenize_corpus(corpus_of(tmp_path, "one two"), BYTES, 0.0)
    assert tokens.train.tolist() == [*BYTES.encode("one two"), BYTES.end_of_text]
    assert len(tokens.validation) == tokens.validation_bytes == tokens.validation_documents == 0


def test_chunks_and_threads_do_not_change_the_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = stories(tmp_path)
    tokenizer = WordTokenizer.train(corpus.texts())
    whole = tokenize_corpus(corpus, tokenizer, 0.2, workers=1)
    expected = (whole.train.tolist(), whole.validation.tolist(), whole.train_bytes)
    for limit in (17, 100):
        empty_cache()
        monkeypatch.setattr(tokenized, "CHUNK_CHARACTERS", limit)
        monkeypatch.setattr(chunking.cut_pieces, "__defaults__", (limit,))
        again = tokenize_corpus(corpus, tokenizer, 0.2, workers=3)
        assert not again.from_cache
        assert (again.train.tolist(), again.validation.tolist(), again.train_bytes) == expected


def test_tokens_are_mapped_and_as_narrow_as_the_vocabulary_allows(tmp_path: Path) -> None:
    corpus = stories(tmp_path)
    narrow = tokenize_corpus(corpus, BYTES, 0.1)
    assert isinstance(narrow.train, np.memmap)
    assert narrow.train.dtype == np.uint16
    wide = BYTES.with_special_tokens(f"<{number}>" for number in range(1 << 16))
    assert tokenize_corpus(corpus, wide, 0.1).train.dtype == np.uint32


class CountingTokenizer(ByteTokenizer):
    """Says how much it was asked, and can fail at its nth batch."""

    def __init__(self, fails_at: int | None = None) -> None:
        super().__init__()
        self.batches = 0
        self.fails_at = fails_at

    def encode_documents(self, documents: Iterable[str]) -> NDArray[np.int32]:
        self.batches += 1
        if self.batches == self.fails_at:
            raise KeyboardInterrupt
        return super().encode_documents(documents)


def test_the_second_time_nothing_is_encoded(tmp_path: Path) -> None:
    corpus = stories(tmp_path)
    first = tokenize_corpus(corpus, BYTES, 0.1)
    counting = CountingTokenizer()
    again = tokenize_corpus(corpus, counting, 0.1)
    assert counting.batches == 0
    assert (first.from_cache, again.from_cache) == (False, True)
    assert np.array_equal(again.train, first.train)
    assert (again.train_bytes, again.validation_bytes) == (first.train_bytes, first.validation_bytes)


def test_another_text_split_or_tokenizer_is_encoded_anew(tmp_path: Path) -> None:
    corpus = stories(tmp_path)
    made: list[TokenizedCorpus] = [
        tokenize_corpus(corpus, BYTES, 0.1),
        tokenize_corpus(corpus, BYTES, 0.3),
        tokenize_corpus(corpus, BYTES.with_special_tokens(["<more>"]), 0.1),
        tokenize_corpus(stories(tmp_path, 41), BYTES, 0.1),
    ]
    assert len({tokens.folder for tokens in made}) == 4
    assert not any(tokens.from_cache for tokens in made)


def test_an_interrupted_encoding_leaves_no_half_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = stories(tmp_path)
    monkeypatch.setattr(tokenized, "CHUNK_CHARACTERS", 200)
    with pytest.raises(KeyboardInterrupt):
        tokenize_corpus(corpus, CountingTokenizer(fails_at=3), 0.1, workers=1)
    assert [path for path in tokens_folder().rglob("*") if path.is_file()] == []
    tokens = tokenize_corpus(corpus, BYTES, 0.1)
    assert not tokens.from_cache
    assert len(tokens.train) > 0


def test_what_a_killed_process_left_does_not_count_and_is_cleaned_up(tmp_path: Path) -> None:
    corpus = stories(tmp_path)
    folder = tokenize_corpus(corpus, BYTES, 0.1).folder
    expected = (folder / "train.bin").read_bytes()
    (folder / "index.json").unlink()
    (folder / "train.bin").write_bytes(b"half")
    old, young = folder / ".train.bin.1.part", folder / ".train.bin.2.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    tokens = tokenize_corpus(corpus, BYTES, 0.1)
    assert not tokens.from_cache
    assert (folder / "train.bin").read_bytes() == expected
    assert not old.exists()
    assert young.exists(), "another process may be writing it"


def test_progress_counts_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = stories(tmp_path)
    reports: list[Progress] = []
    tokenize_corpus(corpus, BYTES, 0.1, progress=reports.append)
    last = reports[-1]
    assert (last.stage, last.done_bytes, last.total_bytes) == ("tokenizing", corpus.bytes, corpus.bytes)
    assert last.bytes_per_second > 0


def test_the_cache_has_a_size_and_can_be_emptied(tmp_path: Path) -> None:
    assert cache_bytes() == 0
    tokens = tokenize_corpus(stories(tmp_path), BYTES, 0.1)
    size = cache_bytes()
    assert size >= 2 * (len(tokens.train) + len(tokens.validation))
    assert empty_cache() == size
    assert cache_bytes() == 0
    assert not list(cache._folders())
