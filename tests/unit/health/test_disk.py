"""Room on the disk, on real small file systems where we may mount one."""

from __future__ import annotations

import os
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from engine.health import disk
from engine.health.disk import check_cache, check_quota, check_space, check_writing, read_quotas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUOTAS = """\
Disk quotas for user bob (uid 1000):
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
      /dev/sda1 999000*  900000 1000000   6days    1000       0       0
      server:/home/bob  100 500 0 0 1 0 0 0
      /dev/sdb1 5 0 0 0 1 0 0 0
"""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], check=False)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.fault("unclear")
def test_a_small_and_then_a_full_disk(small: Path) -> None:
    folders = {"data": small / "home", "cache": small / "home" / "cache"}
    assert check_writing(folders) == []
    assert list(small.iterdir()) == []
    (found,) = check_space(folders)
    assert found.severity == "problem"
    assert "only 524 kB are free" in found.message
    assert "(data, cache)" in found.message
    assert "lilm corpora cache --empty" in found.message
    (warning,) = check_space({disk.TEMPORARY: small})
    assert warning.severity == "warning"
    (small / "large").write_bytes(bytes(500_000))
    full = check_writing(folders)
    assert [finding.severity for finding in full] == ["problem", "problem"]
    assert "cannot be written (No space left on device); set LILM_HOME" in full[0].message


@pytest.mark.fault("unclear")
def test_a_read_only_disk(small: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    (found,) = check_writing({"data": small / "home"})
    assert "(Read-only file system)" in found.message


def test_enough_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=disk.LITTLE_BYTES))
    assert check_space({"data": tmp_path}) == []


@pytest.mark.fault("unclear")
def test_no_more_files_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=disk.LITTLE_BYTES))
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_files=100_000, f_favail=7))
    (found,) = check_space({"data": tmp_path})
    assert "only 7 more files can be made" in found.message
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_files=0, f_favail=0))  # btrfs counts none
    assert check_space({"data": tmp_path}) == []


def test_quotas_are_read_in_kib() -> None:
    assert read_quotas(QUOTAS) == [
        ("/dev/sda1", 999_000 * 1024, 1_000_000 * 1024),
        ("server:/home/bob", 100 * 1024, 500 * 1024),
    ]
    assert read_quotas("quota: no such user\n") == []


@pytest.mark.fault("unclear")
def test_a_quota_that_is_nearly_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check_quota({"data": tmp_path}) == []
    tool = tmp_path / "quota"
    tool.write_text(f"#!/bin/sh\nwhile read -r line; do echo \"$line\"; done <<'END'\n{QUOTAS}END\n")
    tool.chmod(0o700)
    mount = SimpleNamespace(mountpoint="/", device="/dev/sda1")
    monkeypatch.setattr(disk.psutil, "disk_partitions", lambda **_: [mount])
    (found,) = check_quota({"data": tmp_path})
    assert "your quota on /dev/sda1 (data) leaves 1.02 MB of 1.02 GB; delete files there" in found.message
    mount.device = "/dev/sdc1"
    assert check_quota({"data": tmp_path}) == []


def test_a_large_cache(tmp_path: Path) -> None:
    assert check_cache(tmp_path / "none", lambda: 10**12) == []
    assert check_cache(tmp_path, lambda: 10**9) == []
    (found,) = check_cache(tmp_path, lambda: 7 * 10**9)
    assert "takes 7 GB" in found.message
    assert "lilm corpora cache --empty frees it" in found.message
