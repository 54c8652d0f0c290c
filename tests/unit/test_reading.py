"""Whatever bytes stand in a file, a reader gets a value or an UnreadableError."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnreadableError
from engine.reading import decode_json, decode_toml, read_bytes, read_json, read_text, read_toml


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
