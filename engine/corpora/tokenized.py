"""A corpus as token ids in memory-mapped files, cached by text and tokenizer."""

from __future__ import annotations

import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.corpora.cache import remove_stale_parts, tokens_folder
from engine.corpora.chunking import CHUNK_CHARACTERS, cut_pieces
from engine.corpora.progress import ProgressReporter
from engine.corpora.split import divide, split_documents
from engine.errors import UnreadableError
from engine.files.checksums import Checksum, checksum_of, has_checksum, read_checked, write_checked
from engine.files.storage import atomic_file, make_folder, refuse_if_read_only
from engine.machine.capacity import available_cores
from engine.machine.pools import map_ahead
from engine.tokenizers.saving import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.corpora.corpus import Corpus
    from engine.corpora.documents import Piece
    from engine.corpora.progress import ProgressListener
    from engine.corpora.split import Part
    from engine.tokenizers.interface import Tokenizer

FORMAT_VERSION = 2
_INDEX_FILE = "index.json"

Tokens = np.ndarray[tuple[int], np.dtype[np.unsignedinteger]]
"""Ids, shape (tokens,): uint16 where the vocabulary allows it, else uint32."""


class _Shard(msgspec.Struct, frozen=True):
    """Size of a shard in tokens, and of its text in UTF-8 bytes."""

    tokens: int
    bytes: int
    file: Checksum


class _Index(msgspec.Struct, frozen=True):
    """Index of the shards, written last: without it the shards are incomplete."""

    train: _Shard
    validation: _Shard
    corpora: tuple[str, ...]

    @property
    def shards(self) -> dict[Part, _Shard]:
        return {"train": self.train, "validation": self.validation}


@dataclass(frozen=True)
class TokenizedCorpus:
    """Memory-mapped ids of a corpus, training and held-out part."""

    train: Tokens
    validation: Tokens
    train_bytes: int
    """UTF-8 bytes of the text of `train`."""
    validation_bytes: int
    """UTF-8 bytes of the text of `validation`, the denominator of bits per byte."""
    train_documents: int
    validation_documents: int
    folder: Path
    from_cache: bool
    """True when the ids came from the cache."""
    notes: tuple[str, ...] = ()
    """Notes for the user: a damaged cache."""


def tokenize_corpus(
    corpus: Corpus,
    tokenizer: Tokenizer,
    validation_fraction: float,
    *,
    progress: ProgressListener | None = None,
    workers: int | None = None,
) -> TokenizedCorpus:
    """Tokenize all documents, each closed by end-of-text, into a training and a held-out part.

    Memory is bounded for any size of text. `workers` threads encode (None: one per core); they help where the
    tokenizer releases the interpreter's lock, as tiktoken does.
    Raises MisuseError unless 0 <= validation_fraction < 1, when the text changes meanwhile, and when the disk is
    full.
    """
    split = split_documents(corpus.document_characters, corpus.document_bytes, validation_fraction)
    dtype = np.dtype("<u2" if tokenizer.vocabulary_size <= 1 << 16 else "<u4")
    key = hashlib.sha256(
        repr((FORMAT_VERSION, corpus.fingerprint, split, fingerprint(tokenizer))).encode()
    ).hexdigest()
    folder = tokens_folder() / key[:32]
    notes: tuple[str, ...] = ()
    try:
        index = _read_index(folder)
    except UnreadableError as error:
        refuse_if_read_only(folder)
        index, notes = None, (f"the text is tokenized again: {error}",)
        _discard(folder)
    from_cache = index is not None
    if index is None:
        refuse_if_read_only(folder)
        remove_stale_parts()
        make_folder(folder)
        reporter = ProgressReporter(progress, "tokenizing", corpus.bytes)
        made = {
            part: _encode_to(
                folder / f"{part}.bin", map(itemgetter(1), group), tokenizer, dtype, reporter, workers
            )
            for part, group in groupby(divide(corpus.pieces(), split), key=itemgetter(0))
        }
        reporter.finish()
        corpus.check_unchanged()
        empty = _Shard(0, 0, checksum_of(b""))
        index = _Index(made.get("train", empty), made.get("validation", empty), corpus.names)
        write_checked(folder / _INDEX_FILE, index)
    return TokenizedCorpus(
        train=_map(folder / "train.bin", dtype, index.train.tokens),
        validation=_map(folder / "validation.bin", dtype, index.validation.tokens),
        train_bytes=index.train.bytes,
        validation_bytes=index.validation.bytes,
        train_documents=split.train_documents,
        validation_documents=split.validation_documents,
        folder=folder,
        from_cache=from_cache,
        notes=notes,
    )


def _read_index(folder: Path) -> _Index | None:
    """Return the index, or None when there is none. Raises UnreadableError when it or a shard is damaged."""
    path = folder / _INDEX_FILE
    if not os.path.lexists(path) and (folder.is_dir() or not os.path.lexists(folder)):
        return None
    index = read_checked(path, _Index)
    for part, shard in index.shards.items():
        if shard.tokens and not has_checksum(shard_path := folder / f"{part}.bin", shard.file):
            raise UnreadableError(f"cannot read {shard_path}: it is damaged, its checksum differs")
    return index


def _discard(folder: Path) -> None:
    """Delete index and shards, but not the files that another process is writing."""
    names = (_INDEX_FILE, "train.bin", "validation.bin")
    for path in [folder / name for name in names] if folder.is_dir() else [folder]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


@dataclass(frozen=True)
class _Batch:
    """Texts that are encoded together; a text that continues in the next batch is not closed."""

    texts: list[str]
    closed: bool


def _encode_to(
    path: Path,
    pieces: Iterable[Piece],
    tokenizer: Tokenizer,
    dtype: np.dtype[np.unsignedinteger],
    reporter: ProgressReporter,
    workers: int | None,
) -> _Shard:
    """Write the ids of pieces in order, while the next ones are being encoded."""
    workers = workers or available_cores()
    tokens = size = 0
    digest = hashlib.sha256()

    def encode(batch: _Batch) -> tuple[NDArray[np.unsignedinteger], int]:
        ids = tokenizer.encode_documents(batch.texts)
        ids = ids if batch.closed else ids[:-1]
        return ids.astype(dtype), sum(len(text.encode()) for text in batch.texts)

    with atomic_file(path) as file, ThreadPoolExecutor(workers) as executor:
        for ids, encoded_bytes in map_ahead(executor, encode, _batches(cut_pieces(pieces)), workers):
            file.write(ids.data)
            digest.update(ids.data)
            tokens += len(ids)
            size += encoded_bytes
            reporter.advance(encoded_bytes)
    return _Shard(tokens, size, Checksum(tokens * dtype.itemsize, digest.hexdigest()))


def _batches(pieces: Iterable[Piece]) -> Iterator[_Batch]:
    texts: list[str] = []
    characters = 0
    for piece in pieces:
        texts.append(piece.text)
        characters += len(piece.text)
        if not piece.ends_document or characters >= CHUNK_CHARACTERS:
            yield _Batch(texts, closed=piece.ends_document)
            texts, characters = [], 0
    if texts:
        yield _Batch(texts, closed=True)


def _map(path: Path, dtype: np.dtype[np.unsignedinteger], count: int) -> Tokens:
    if not count:  # an empty file cannot be mapped
        return np.empty(0, dtype)
    return np.memmap(path, dtype, mode="r", shape=(count,))
