"""Files that unfold into more than anybody has, or never end, are refused in bounded time and memory."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import resource
from typing import TYPE_CHECKING

import pytest

from engine.corpora.corpus import open_corpus
from engine.corpora.documents import join_pieces
from engine.corpora.readers import allowance
from engine.corpora.readers.allowance import Allowance
from engine.corpora.readers.file_kinds import CorpusFile
from engine.corpora.readers.problems import Problems
from engine.corpora.readers.reader import likely_encoding, read_pieces
from engine.corpora.sources.catalogue import resolve
from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def texts(path: Path, problems: Problems | None = None) -> list[str]:
    file = CorpusFile(path, path.name)
    pieces = read_pieces(file, likely_encoding(file), problems or Problems())
    return [document.text for document in join_pieces(pieces)]


def bomb(path: Path, megabytes: int) -> Path:
    """An archive of so many million blanks."""
    block = b" " * 999_999 + b"\n"
    match path.suffix:
        case ".gz":
            with gzip.open(path, "wb") as file:
                file.writelines([block] * megabytes)
        case ".bz2":
            with bz2.open(path, "wb") as file:
                file.writelines([block] * megabytes)
        case ".xz":
            with lzma.open(path, "wb", preset=0) as file:
                file.writelines([block] * megabytes)
        case ".zst":
            pyarrow = pytest.importorskip("pyarrow")
            with pyarrow.output_stream(path, compression="zstd") as file:
                for _ in range(megabytes):
                    file.write(block)
    return path


@pytest.mark.fault("hang")
@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_an_archive_may_unpack_to_a_hundred_times_its_size(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "SMALLEST_LIMIT", 1 << 18)
    path = bomb(tmp_path / f"bomb.txt{suffix}", 5)
    with pytest.raises(MisuseError, match="set LILM_LARGEST_TEXT"):
        open_corpus([str(path)])
    monkeypatch.setenv("LILM_LARGEST_TEXT", "4M")
    with pytest.raises(MisuseError, match="more than 4 MB"):
        open_corpus([str(path)])
    monkeypatch.setenv("LILM_LARGEST_TEXT", "5MB")
    assert open_corpus([str(path)]).bytes == 5_000_000


def test_a_size_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("many", "-1", "0", "1e9", "nan", "9" * 20):
        monkeypatch.setenv("LILM_LARGEST_TEXT", text)
        with pytest.raises(MisuseError, match="write bytes, or a size such as"):
            Allowance(tmp_path, 1, packed=False)


@pytest.mark.fault("hang")
@pytest.mark.parametrize("kind", ["repeated rows", "repeated values", "grown prefixes", "claims"])
def test_a_small_parquet_file_does_not_become_a_large_one(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "bomb.parquet"
    match kind:
        case "repeated rows":
            once = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 6_000_000, "int32"), ["x" * 200])
            parquet.write_table(pyarrow.table({"text": once}), path)
        case "repeated values":
            monkeypatch.setattr(allowance, "SMALLEST_LIMIT", 1 << 20)
            once = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 3000, "int32"), ["x" * 100_000])
            parquet.write_table(pyarrow.table({"text": once}), path, compression="zstd")
        case "grown prefixes":
            monkeypatch.setattr(allowance, "SMALLEST_LIMIT", 1 << 20)
            table = pyarrow.table({"text": ["x" * 100_000] * 1000})
            parquet.write_table(
                table, path, use_dictionary=False, column_encoding="DELTA_BYTE_ARRAY", compression="zstd"
            )
        case "claims":
            monkeypatch.setattr(allowance, "SMALLEST_LIMIT", 1 << 20)
            table = pyarrow.table({"text": ["x" * 5_000_000]})
            parquet.write_table(table, path, compression="zstd", use_dictionary=False)
    assert path.stat().st_size < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MisuseError, match="set LILM_LARGEST_TEXT"):
        texts(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10  # KiB


@pytest.mark.fault("hang")
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.parquet", "a.txt.gz"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    make(tmp_path / name)
    with pytest.raises(MisuseError, match="not a regular file"):
        open_corpus([str(tmp_path / name)])
    with pytest.raises(MisuseError, match="holds no text files"):
        resolve(str(tmp_path))
    with pytest.raises(MisuseError, match="no file matches"):
        resolve(str(tmp_path / "*"))


@pytest.mark.fault("hang")
def test_a_glob_follows_links_once(tmp_path: Path) -> None:
    (tmp_path / "d" / "inner").mkdir(parents=True)
    (tmp_path / "d" / "inner" / "a.txt").write_text("text")
    for name in ("one", "two", "three"):
        (tmp_path / "d" / name).symlink_to(".")
        (tmp_path / "d" / "inner" / name).symlink_to("..")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.txt").write_text("text")
    (tmp_path / "d" / "link").symlink_to(tmp_path / "elsewhere")
    found = resolve(str(tmp_path / "d" / "**" / "*.txt"))
    assert sorted(file.path.name for file in found) == ["a.txt", "b.txt"]


@pytest.mark.fault("hang")
def test_a_record_that_is_too_long_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.corpora.readers.decoding.LONGEST_LINE", 8 << 20)
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        file.write('{"text": "one"}\n{"text": "' + "x" * (9 << 20) + '"}\n')
        file.write('{"text": "two", "other": [' + "{}," * 1_000_000 + "{}]}\n")
        file.write('{"text": [' + "{}," * 2_000_000 + "{}]}\n")
    problems = Problems()
    assert texts(path, problems) == ["one", "two"]
    assert problems.skipped == 2
    assert "line 2 is longer than" in (problems.note() or "")


def test_half_a_surrogate_pair_is_read_in_any_field(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a\\ud83d"}\n{"text": "b", "other": "\\ud83d"}\n' + json.dumps({"text": "c"}))
    assert texts(path) == ["a\ufffd", "b", "c"]
