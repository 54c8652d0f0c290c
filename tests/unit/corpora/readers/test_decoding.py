"""Bytes to text: encodings, line ends, archives, and what is no text."""

from __future__ import annotations

import bz2
import gzip
import lzma
from typing import TYPE_CHECKING

import pytest

from engine.corpora.readers import decoding
from engine.corpora.readers.decoding import (
    TextEncoding,
    encoding_by_reading,
    encoding_from_start,
    read_blocks,
    read_lines,
    read_text,
)
from engine.errors import LilmError, MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "Grüße, “world”\n" * 50


def zstandard(data: bytes) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as packer:
        packer.write(data)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstandard}
packers = pytest.mark.parametrize(("suffix", "pack"), PACKERS.items())


def text_of(path: Path) -> str:
    return "".join(read_text(path, encoding_from_start(path)))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_recognised_by_its_mark(tmp_path: Path, codec: str) -> None:
    (file := tmp_path / "a.txt").write_bytes(TEXT.encode(codec))
    assert text_of(file) == TEXT
    assert encoding_from_start(file).note is None


@pytest.mark.parametrize(
    ("codec", "text", "name"),
    [("latin-1", "déjà vu", "Latin-1"), ("cp1252", "it’s déjà vu", "Windows-1252")],
)
def test_what_came_before_unicode_is_recognised_and_said(
    tmp_path: Path, codec: str, text: str, name: str
) -> None:
    (file := tmp_path / "a.txt").write_bytes(text.encode(codec))
    assert text_of(file) == text
    assert f"read as {name}" in (encoding_from_start(file).note or "")


def test_a_few_bad_bytes_do_not_make_a_text_latin(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_bytes(TEXT.encode() + b"\xff" + TEXT.encode())
    assert encoding_by_reading(file) == TextEncoding("utf-8", "replace")
    assert text_of(file) == TEXT + "\ufffd" + TEXT


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_characters_and_line_ends_may_lie_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", size)
    (file := tmp_path / "a.txt").write_bytes("\ufeffé\r\n…\r\rx\n\r\n".encode())
    assert "".join(read_text(file, TextEncoding("utf-8"))) == "é\n…\n\nx\n\n"


def test_a_mark_inside_a_text_stays(tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_text("one\ufefftwo")
    assert text_of(file) == "one\ufefftwo"


@packers
def test_archives_are_unpacked(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    (file := tmp_path / f"a.txt{suffix}").write_bytes(pack(TEXT.encode()))
    assert text_of(file) == TEXT


@packers
def test_an_archive_that_ends_early_is_refused(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack("".join(map(str, range(20_000))).encode())
    (file := tmp_path / f"a.txt{suffix}").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(MisuseError, match="ends early"):
        list(read_blocks(file))


@packers
def test_what_is_no_archive_is_refused(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    pack(b"")  # skips where the packer is missing
    (file := tmp_path / f"a.txt{suffix}").write_bytes(b"plainly no archive")
    with pytest.raises(MisuseError, match="is damaged"):
        list(read_blocks(file))


def test_a_zstandard_file_without_its_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file := tmp_path / "a.txt.zst").write_bytes(b"any")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(LilmError, match=r"lilm\[parquet\]"):
        list(read_blocks(file))


@pytest.mark.parametrize("content", [b"text and \0 more", b"\0" * 5000, bytes(range(1, 256)) * 20])
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(MisuseError, match="is a binary file"):
        text_of(file)


def test_nul_bytes_are_found_far_behind_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", 10)
    (file := tmp_path / "a.txt").write_bytes(b"a" * 100 + b"\0")
    with pytest.raises(MisuseError, match="is a binary file"):
        text_of(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="cannot read"):
        text_of(tmp_path / "none.txt")


def test_the_bytes_of_the_disk_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK_BYTES", 100)
    (file := tmp_path / "a.txt").write_text("a" * 1050)
    counts: list[int] = []
    list(read_blocks(file, counts.append))
    assert sum(counts) == 1050


def test_only_line_feeds_end_lines() -> None:
    blocks = ["one\u2028still ", "one\n\nthr", "ee", "\nfour"]
    assert list(read_lines(blocks)) == ["one\u2028still one", "", "three", "four"]


def test_a_line_that_cannot_be_held_is_left_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LONGEST_LINE", 10)
    assert list(read_lines(["123456", "789012", "34\nshort\n", "x" * 20, "\n", "end"])) == [
        None,
        "short",
        None,
        "end",
    ]
