"""Whatever bytes stand in a file, a reader gets a value or an UnreadableError."""

from __future__ import annotations

import contextlib
import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnreadableError
from engine.files.reading import (
    MOST_TOML_PARTS,
    decode_json,
    decode_lenient_json,
    decode_toml,
    read_bytes,
    read_end,
    read_json,
    read_lines,
    read_text,
    read_toml,
    stat_of,
    user_path,
)
from tests.privileges import permissions_that_hold


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_value_or_unreadable(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        decode_json(data, Any)


@given(st.text(max_size=200))
def test_arbitrary_text_is_toml_or_unreadable(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        decode_toml(text)


@pytest.mark.fault("app ends")
@pytest.mark.parametrize(
    "data",
    [b'{"a":"caf\xc3"}', b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000 + b"e", b"", b"\x00", b"\xff\xfe"],
)
def test_bad_json_leaves_as_one_exception(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        decode_json(data, dict[str, Any])


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("text", ["model=" + "[" * 100_000, "a=" + "9" * 5000, "a=", "a.b=1\na=2"])
def test_bad_toml_leaves_as_one_exception(text: str) -> None:
    with pytest.raises(UnreadableError):
        decode_toml(text)


@pytest.mark.fault("hang")
def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    began = time.monotonic()
    for path in (
        fifo,
        tmp_path,
        Path("/dev/zero"),
        tmp_path / "absent",
        tmp_path / ("a" * 300),
        Path("a\0b"),
    ):
        with pytest.raises(UnreadableError):
            read_bytes(path)
    assert time.monotonic() - began < 5


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 11)
    assert read_bytes(path, limit=11) == b"x" * 11
    with pytest.raises(UnreadableError, match="larger than 10 bytes"):
        read_bytes(path, limit=10)


def test_files_decode_by_one_rule(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b'a = "b"')
    assert read_toml(path) == {"a": "b"}
    path.write_bytes(b'{"a": 1}')
    assert read_json(path, dict[str, int]) == {"a": 1}
    path.write_bytes(b"caf\xc3")
    with pytest.raises(UnreadableError, match="byte 3 is not UTF-8"):
        read_text(path)


@pytest.mark.fault("hang")
@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 500_000) + "=1",
        '"a" . ' * 150_000 + "a=1",
        "[" + ".".join(["a"] * 500_000) + "]",
        'x="' + "\\" * 500_000,
        '"""' * 300_000,
    ],
)
def test_bad_toml_is_refused_in_time_that_grows_with_its_length(text: str) -> None:
    start = time.process_time()
    with pytest.raises(UnreadableError):
        decode_toml(text)
    assert time.process_time() - start < 5


def test_dots_in_strings_and_comments_make_no_long_key() -> None:
    dots = "a." * (2 * MOST_TOML_PARTS)
    text = f"x = \"{dots}\" # {dots}\ny = '''\n{dots}\n'''\nz = [1.5, 2.5]"
    assert decode_toml(text) == {"x": dots, "y": f"{dots}\n", "z": [1.5, 2.5]}


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.booleans())
def test_lines_come_whole_or_not_at_all(lines: list[bytes], ends: bool) -> None:
    data = b"\n".join(lines) + (b"\n" if ends else b"")
    expected = [line if len(line) <= 8 else None for line in data.split(b"\n")]
    if not data or data.endswith(b"\n"):
        del expected[-1]
    assert list(read_lines(io.BytesIO(data), longest=8)) == expected


def test_a_line_without_an_end_costs_no_memory() -> None:
    class Endless(io.RawIOBase):
        left = 64 << 20

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            count = min(len(buffer), self.left)
            buffer[:count] = b"x" * count
            self.left -= count
            return count

    assert list(read_lines(io.BufferedReader(Endless()), longest=1000)) == [None]


def test_half_a_surrogate_pair_is_text_where_other_programs_write_json() -> None:
    assert decode_lenient_json('{"a": "\\ud83d"}') == {"a": "\ud83d"}
    for bad in ('{"a"', "[" * 100_000, "9" * 5000):
        with pytest.raises(UnreadableError):
            decode_lenient_json(bad)


@pytest.mark.fault("app ends")
def test_a_path_is_there_or_not_or_unreadable(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    (tmp_path / "closed").mkdir(mode=0)
    assert stat_of(tmp_path / "there") is not None
    assert stat_of(tmp_path / "absent") is None
    assert stat_of(tmp_path / "there" / "below") is None
    with permissions_that_hold():
        for bad in ("x" * 300, "nul\0", "closed/x"):
            with pytest.raises(UnreadableError):
                stat_of(tmp_path / bad)
    with pytest.raises(UnreadableError, match="there is no user ~nobody-of-that-name"):
        user_path("~nobody-of-that-name/x")


def test_the_end_of_a_file_is_read_without_the_rest(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"0123456789")
    assert read_end(tmp_path / "log", 4) == b"6789"
    assert read_end(tmp_path / "log", 40) == b"0123456789"
