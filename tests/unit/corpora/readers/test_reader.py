"""Records to documents, and what is told of broken ones."""

from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING

import pytest

from engine.corpora.documents import Message, join_pieces
from engine.corpora.readers.file_kinds import CorpusFile, family_of, has_text_suffix
from engine.corpora.readers.problems import Problems
from engine.corpora.readers.reader import likely_encoding, read_pieces
from engine.errors import LilmError, MisuseError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.corpora.documents import Document

TALK = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi\r\nthere"}]


def read(path: Path, column: str | None = None, problems: Problems | None = None) -> list[Document]:
    file = CorpusFile(path, path.name, column)
    return list(join_pieces(read_pieces(file, likely_encoding(file), problems or Problems())))


def texts(path: Path, column: str | None = None, problems: Problems | None = None) -> list[str]:
    return [document.text for document in read(path, column, problems)]


def test_families_are_told_by_suffix_through_the_archives(tmp_path: Path) -> None:
    names = {"a.txt": "plain", "a.py": "plain", "a.JSONL.gz": "json lines", "a.csv.xz": "csv", "a": "plain"}
    assert {name: family_of(tmp_path / name) for name in names} == names
    assert has_text_suffix(tmp_path / "a.md.bz2")
    assert not has_text_suffix(tmp_path / "a.png")


def test_json_lines_hold_texts_and_conversations(tmp_path: Path) -> None:
    lines = [{"text": "one\r\ntwo", "n": 1}, {"messages": TALK}]
    (file := tmp_path / "a.jsonl").write_text("\n\n".join(map(json.dumps, lines)))
    text, talk = read(file)
    assert (text.text, text.messages) == ("one\ntwo", None)
    assert talk.messages == (Message("user", "Hello"), Message("assistant", "Hi\nthere"))
    assert talk.text == "user: Hello\nassistant: Hi\nthere"


def test_json_lines_in_an_archive_with_a_byte_order_mark(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl.gz").write_bytes(gzip.compress('\ufeff{"text": "é"}'.encode()))
    assert texts(file) == ["é"]


def test_a_field_can_be_chosen(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_text('{"text": "no", "body": "yes"}\n{"text": "no"}')
    problems = Problems()
    assert texts(file, "body", problems) == ["yes"]
    assert problems.note() == "has a broken record, which was skipped: line 2 has no 'body'"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text": "cut', "is not JSON"),
        ("[1, 2]", "is not a JSON object"),
        ('{"title": "x"}', "has neither 'text' nor 'messages'"),
        ('{"text": 7}', "has no text in 'text'"),
        ('{"text": " "}', "has an empty 'text'"),
        ('{"messages": [{"role": "user"}]}', "not messages with a role and a content"),
        ('{"messages": []}', "has no text in 'messages'"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_broken_lines_are_skipped_counted_and_said(tmp_path: Path, line: str, why: str) -> None:
    (file := tmp_path / "a.jsonl").write_text(f'{{"text": "good"}}\n{line}\n{{"text": "fine"}}\n{line}\n')
    problems = Problems()
    assert texts(file, problems=problems) == ["good", "fine"]
    assert problems.skipped == 2
    assert "line 2 " in (problems.note() or "")
    assert why in (problems.note() or "")


def test_half_a_surrogate_pair_becomes_the_replacement_sign(tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_text(r'{"text": "a\ud800b\ud83d\ude00"}')
    assert texts(file) == ["a\ufffdb😀"]


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.csv", ","), ("b.csv", ";"), ("a.tsv", "\t"), ("c.csv.gz", ",")]
)
def test_tables_give_a_column(tmp_path: Path, name: str, delimiter: str) -> None:
    table = '\ufeffid,text\n1,one\n2,"two, ""quoted""\r\nlines"\n\n3,\n4\n'.replace(",", delimiter).encode()
    (file := tmp_path / name).write_bytes(gzip.compress(table) if name.endswith(".gz") else table)
    problems = Problems()
    assert texts(file, problems=problems) == ["one", f'two{delimiter} "quoted"\nlines']
    assert problems.skipped == 2
    assert "line 6 has an empty 'text'" in (problems.note() or "")
    assert texts(file, "id") == ["1", "2", "3", "4"]


@pytest.mark.parametrize("content", ["id,body\n1,x\n", ""])
def test_a_table_without_the_column_names_those_it_has(tmp_path: Path, content: str) -> None:
    (file := tmp_path / "a.csv").write_text(content)
    with pytest.raises(MisuseError, match="has no column 'text'"):
        texts(file)


def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.corpora.readers.tables.LONGEST_LINE", 100)
    (file := tmp_path / "a.csv").write_text('text\n"' + "x" * 200)
    with pytest.raises(MisuseError, match="after line 1: a row of more than 100"):
        texts(file)


def write_parquet(path: Path, columns: dict[str, list[object]]) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), path)
    return path


def test_parquet_gives_texts_and_conversations(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "a.parquet", {"id": [1, 2, 3], "text": ["one\r\n", None, "é"]})
    problems = Problems()
    assert texts(file, problems=problems) == ["one\n", "é"]
    assert problems.note() == "has a broken record, which was skipped: row 2 has no text in 'text'"
    (talk,) = read(write_parquet(tmp_path / "b.parquet", {"messages": [TALK]}))
    assert talk.messages == (Message("user", "Hello"), Message("assistant", "Hi\nthere"))


def test_parquet_without_the_column_is_refused(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "a.parquet", {"id": [1], "body": ["x"]})
    with pytest.raises(MisuseError, match="has no column 'text'; choose one of its columns: id, body"):
        texts(file)
    assert texts(file, "body") == ["x"]


def test_damaged_and_packed_parquet_is_refused(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "a.parquet", {"text": ["x"] * 1000})
    (cut := tmp_path / "cut.parquet").write_bytes(file.read_bytes()[:-20])
    with pytest.raises(MisuseError, match="is damaged or not a Parquet file"):
        texts(cut)
    (packed := tmp_path / "a.parquet.gz").write_bytes(gzip.compress(file.read_bytes()))
    with pytest.raises(MisuseError, match="unpack it first"):
        texts(packed)


def test_parquet_without_its_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file := tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(LilmError, match=r"pip install 'lilm\[parquet\]'"):
        texts(file)


def test_source_code_is_kept_exactly(tmp_path: Path) -> None:
    code = "def f():\n\treturn '\\r\\n'\n"
    (file := tmp_path / "a.py").write_text(code)
    assert texts(file) == [code]
