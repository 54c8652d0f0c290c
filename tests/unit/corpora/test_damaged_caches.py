"""Damage in a cache is detected, and the cache made again with a note; nothing wrong is stored in it."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.corpora import survey_cache
from engine.corpora.cache import surveys_folder
from engine.corpora.corpus import open_corpus
from engine.corpora.readers.plain_text import SEPARATOR
from engine.corpora.tokenized import tokenize_corpus
from engine.errors import MisuseError
from engine.tokenizers.byte import ByteTokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BYTES = ByteTokenizer()


def flip(path: Path, place: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(f"\n{SEPARATOR}\n".join(f"Story {number}: once upon a time." for number in range(40)))
    return path


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize("name", ["index.json", "train.bin", "validation.bin"])
@pytest.mark.parametrize(
    "damage", [flip, cut, os.unlink, replace_by_folder, lambda path: path.write_text("x\n")]
)
def test_damaged_tokens_are_made_again(file: Path, name: str, damage: Callable[[Path], None]) -> None:
    corpus = open_corpus([str(file)])
    whole = tokenize_corpus(corpus, BYTES, 0.1)
    expected = whole.train.tolist(), whole.validation.tolist()
    damage(whole.folder / name)
    again = tokenize_corpus(corpus, BYTES, 0.1)
    assert (again.train.tolist(), again.validation.tolist()) == expected
    assert not again.from_cache
    was_there = damage is not os.unlink or name != "index.json"
    assert [note.startswith("the text is tokenized again") for note in again.notes] == [True] * was_there
    assert tokenize_corpus(corpus, BYTES, 0.1).from_cache


@pytest.mark.fault("unclear")
def test_a_file_in_the_place_of_the_tokens_is_no_obstacle(file: Path) -> None:
    corpus = open_corpus([str(file)])
    folder = tokenize_corpus(corpus, BYTES, 0.1).folder
    shutil.rmtree(folder)
    folder.write_text("x")
    assert not tokenize_corpus(corpus, BYTES, 0.1).from_cache


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize("suffix", [".json", ".documents"])
@pytest.mark.parametrize("damage", [flip, cut, os.unlink])
def test_a_damaged_survey_is_made_again(
    file: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, damage: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(survey_cache, "SMALLEST_KEPT", 0)
    whole = open_corpus([str(file)])
    (kept,) = surveys_folder().glob(f"*{suffix}")
    damage(kept)
    again = open_corpus([str(file)])
    assert again.fingerprint == whole.fingerprint
    assert np.array_equal(again.document_digests, whole.document_digests)
    was_there = damage is not os.unlink or suffix != ".json"
    assert ["is surveyed again" in note for note in again.notes] == [True] * was_there
    assert open_corpus([str(file)]).notes == ()


@pytest.mark.fault("wrong silently")
def test_a_text_of_the_same_size_and_time_is_surveyed_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_cache, "SMALLEST_KEPT", 0)
    before, facts = open_corpus([str(file)]), file.stat()
    time.sleep(0.02)
    flip(file)
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert open_corpus([str(file)]).fingerprint != before.fingerprint


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize(
    "change", [flip, cut, os.unlink, os.utime, lambda path: path.write_bytes(b"\xff" * 99)]
)
def test_a_text_that_changes_while_it_is_tokenized_is_refused_and_kept_nowhere(
    file: Path, change: Callable[[Path], None]
) -> None:
    corpus = open_corpus([str(file)])
    content = file.read_bytes()

    class Changing(ByteTokenizer):
        def encode_documents(self, documents: Iterator[str]) -> np.ndarray:
            time.sleep(0.02)
            if file.exists():
                change(file)
            return super().encode_documents(documents)

    with pytest.raises(
        MisuseError, match=r"text\.txt.*(was changed while it was being read; start again|No such)"
    ):
        tokenize_corpus(corpus, Changing(), 0.1)
    file.write_bytes(content)
    true = tokenize_corpus(open_corpus([str(file)]), BYTES, 0.1)
    assert not true.from_cache


@pytest.mark.fault("wrong silently")
def test_a_text_that_changes_while_it_is_surveyed_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.corpora import survey

    read_pieces = survey.read_pieces

    def change_and_read(*arguments: object) -> Iterator[object]:
        yield from read_pieces(*arguments)  # type: ignore[arg-type]
        time.sleep(0.02)
        flip(file)

    monkeypatch.setattr(survey, "read_pieces", change_and_read)
    with pytest.raises(MisuseError, match="was changed while it was being read"):
        open_corpus([str(file)])
