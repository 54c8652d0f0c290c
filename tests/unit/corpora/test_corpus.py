"""Files to a corpus: what is found, counted, left out and said."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest

from engine.corpora import survey_cache
from engine.corpora.corpus import open_corpus
from engine.corpora.preview import first_documents, preview
from engine.corpora.readers import decoding
from engine.corpora.readers.plain_text import SEPARATOR
from engine.errors import LilmError, MisuseError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.corpora.progress import Progress


def documents_of(path: Path) -> list[str]:
    return [document.text for document in open_corpus([str(path)]).documents()]


def test_a_corpus_counts_its_text(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_bytes("\ufeffdéjà\r\nvu\r\n".encode())
    corpus = open_corpus([str(file)])
    assert (corpus.characters, corpus.bytes, corpus.lines) == (8, 10, 2)
    assert (corpus.documents_count, corpus.duplicates) == (1, 0)
    assert corpus.distinct_characters == "\ndjuvàé"
    summary = corpus.summary()
    assert summary["files"] == [
        {
            "name": str(file),
            "path": str(file),
            "column": None,
            "bytes": 15,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
    ]
    json.dumps(summary)


@pytest.mark.parametrize("block_bytes", [1, 7, 1000])
@pytest.mark.parametrize("text", ["é", "é\n", "a\n\nb", "\na\n\n" + "\n" * 100, f"a\n\n{SEPARATOR}\nb\nc\n"])
def test_counts_do_not_depend_on_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, block_bytes: int
) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", block_bytes)
    (file := tmp_path / "a.txt").write_text(text)
    corpus = open_corpus([str(file)])
    documents = [document.text for document in corpus.documents()]
    assert corpus.document_characters.tolist() == [len(one) for one in documents]
    assert corpus.document_bytes.tolist() == [len(one.encode()) for one in documents]
    assert corpus.lines == sum(len(one.splitlines()) for one in documents)
    assert corpus.distinct_characters == "".join(sorted(set("".join(documents))))


def test_documents_can_be_read_again_and_again(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_text(f"one\n{SEPARATOR}\ntwo")
    corpus = open_corpus([str(file)])
    for _ in range(2):
        assert [document.text for document in corpus.documents()] == ["one", "two"]
        assert list(corpus.texts()) == ["one", "two"]
    assert corpus.lines == 2


@pytest.mark.parametrize("now", ["one", f"one\n{SEPARATOR}\ntwo\n{SEPARATOR}\nthree"])
def test_a_file_that_changes_meanwhile_is_noticed(tmp_path: Path, now: str) -> None:
    (file := tmp_path / "a.txt").write_text(f"one\n{SEPARATOR}\ntwo")
    corpus = open_corpus([str(file)])
    file.write_text(now)
    with pytest.raises(LilmError, match="was changed while it was being read"):
        list(corpus.documents())


def test_several_files_are_one_corpus_without_duplicates(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"one\n{SEPARATOR}\ntwo\n{SEPARATOR}\none\n{SEPARATOR}\n")
    (tmp_path / "b.jsonl").write_text('{"text": "two"}\n{"text": "three"}\n')
    corpus = open_corpus([str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl")])
    assert [document.text for document in corpus.documents()] == ["one", "two", "three"]
    assert corpus.duplicates == 2
    assert corpus.notes == ("2 of 5 documents were left out as duplicates of earlier ones",)
    assert corpus.characters == 11


def test_an_encoding_that_shows_only_late_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", 10)
    (file := tmp_path / "a.txt").write_bytes(b"a plain beginning, and then d\xe9j\xe0 vu")
    assert documents_of(file) == ["a plain beginning, and then déjà vu"]
    assert open_corpus([str(file)]).notes == (f"{file} is not UTF-8; it was read as Latin-1",)


def test_broken_records_are_told(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_text('{"text": "good"}\n{"text": "cut\n')
    (told,) = open_corpus([str(file)]).notes
    assert "line 2 is not JSON" in told


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \n\n \r\n", f"{SEPARATOR}\n".encode()])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(MisuseError, match="holds no text"):
        open_corpus([str(file)])


def test_a_file_of_broken_records_is_refused_with_the_first_of_them(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_text("no\nno\n")
    with pytest.raises(MisuseError, match=r"holds no text; it has 2 broken records.*line 1 is not JSON"):
        open_corpus([str(file)])


def test_a_nul_filled_file_is_refused(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_bytes(bytes(100_000))
    with pytest.raises(MisuseError, match="is a binary file"):
        open_corpus([str(file)])


def test_in_a_folder_files_without_text_are_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("good")
    (tmp_path / "b.txt").write_bytes(b"\0")
    (tmp_path / "c.txt").write_text("")
    corpus = open_corpus([str(tmp_path)])
    assert [document.text for document in corpus.documents()] == ["good"]
    assert len(corpus.files) == 1
    assert ["b.txt" in note or "c.txt" in note for note in corpus.notes] == [True, True]
    (tmp_path / "a.txt").unlink()
    with pytest.raises(MisuseError, match="none of the 2 files"):
        open_corpus([str(tmp_path)])


def test_a_long_single_line_is_read_in_bounded_pieces(tmp_path: Path) -> None:
    line = "word and " * 700_000
    (file := tmp_path / "a.txt").write_text(line)
    corpus = open_corpus([str(file)])
    longest = max(len(piece.text) for piece in corpus.pieces())
    assert longest <= 2 * decoding.BLOCK_BYTES
    assert (corpus.lines, corpus.characters) == (1, len(line))
    assert "".join(corpus.texts()) == line
    (jsonl := tmp_path / "a.jsonl").write_text(json.dumps({"text": line}))
    assert documents_of(jsonl) == [line]


def test_reading_reports_its_progress(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_text("a" * 5000)
    reports: list[Progress] = []
    open_corpus([str(file)], progress=reports.append)
    last = reports[-1]
    assert (last.stage, last.done_bytes, last.total_bytes) == ("reading", 5000, 5000)
    assert last.seconds_left == 0


def test_a_large_file_is_looked_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_cache, "SMALLEST_KEPT", 1)
    (file := tmp_path / "a.txt").write_text(f"one\n{SEPARATOR}\ntwo")
    before = open_corpus([str(file)])
    read: list[str] = []
    monkeypatch.setattr(survey_cache, "survey_file", lambda file, count: read.append(file.name))
    again = open_corpus([str(file)])
    assert not read
    assert again.summary() == before.summary()
    assert again.fingerprint == before.fingerprint
    assert list(again.texts()) == ["one", "two"]


def test_a_changed_file_is_looked_through_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_cache, "SMALLEST_KEPT", 1)
    (file := tmp_path / "a.txt").write_text("one")
    before = open_corpus([str(file)])
    file.write_text("two")
    os.utime(file, ns=(1, 1))
    after = open_corpus([str(file)])
    assert after.distinct_characters == "otw"
    assert after.fingerprint != before.fingerprint


def test_the_fingerprint_knows_how_a_file_is_read(tmp_path: Path) -> None:
    content = '{"text": "one", "body": "two"}\n'
    (plain := tmp_path / "a.txt").write_text(content)
    (lines := tmp_path / "a.jsonl").write_text(content)
    prints = {
        open_corpus([str(plain)]).fingerprint,
        open_corpus([str(lines)]).fingerprint,
        open_corpus([str(lines)], column="body").fingerprint,
    }
    assert len(prints) == 3


def test_a_preview_reads_only_the_start(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_bytes(
        f"one\n{SEPARATOR}\ntwo".encode() + b" " * decoding.BLOCK_BYTES + b"\0"
    )
    assert preview(str(file), 8) == "one\n\ntwo"
    assert first_documents(str(file), 5) == ["one", "tw"]


def test_a_preview_of_a_short_text_is_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\n")
    (tmp_path / "b.jsonl").write_text('{"messages": [{"role": "user", "content": "Hello"}]}')
    assert preview(str(tmp_path), 1000) == "one\n\nuser: Hello"
    (tmp_path / "c.txt").write_bytes(b"cut \xe2\x80")
    assert preview(str(tmp_path / "c.txt"), 1000).startswith("cut ")
