"""Files are hashed once for each version of them, and a checked file holds what was written or is refused."""

from __future__ import annotations

import os
import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from engine.errors import UnreadableError
from engine.files import checksums
from engine.files.checksums import checksum_of, checksum_of_file, has_checksum, read_checked, write_checked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_content_and_file_have_one_checksum(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert checksum_of_file(path) == checksum_of(b"abc")
    assert has_checksum(path, checksum_of(b"abc"))
    assert not has_checksum(path, checksum_of(b"abd"))
    assert not has_checksum(tmp_path / "absent", checksum_of(b""))
    assert not has_checksum(tmp_path, checksum_of(b""))


def test_a_version_is_hashed_once_and_a_changed_one_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    hashed = []
    file_digest = checksums.hashlib.file_digest
    monkeypatch.setattr(
        checksums.hashlib, "file_digest", lambda file, name: hashed.append(1) or file_digest(file, name)
    )
    checksum_of_file(path)
    checksum_of_file(path)
    assert len(hashed) == 2, "what changed a moment ago may change again within one tick of the clock"
    monkeypatch.setattr(checksums, "SETTLED_NANOSECONDS", -1)
    for _ in range(3):
        assert checksum_of_file(path) == checksum_of(b"abc")
    assert len(hashed) == 3
    before = path.stat()
    time.sleep(0.02)
    path.write_bytes(b"abd")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert checksum_of_file(path) == checksum_of(b"abd")


@pytest.mark.fault("wrong silently")
def test_a_checked_file_is_as_it_was_written_or_unreadable(
    tmp_path: Path, injected: Callable[[int], None]
) -> None:
    path, value = tmp_path / "file.json", {"tokens": [1, 2, 3], "name": "é"}
    write_checked(path, value)
    whole = path.read_bytes()
    dice = random.Random(0)
    injected(len(whole))
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        with suppress(UnreadableError):
            assert read_checked(path, dict) == value
    for content in (b"", whole[:-3], b"{}", b"[]"):
        path.write_bytes(content)
        with pytest.raises(UnreadableError):
            read_checked(path, dict)
