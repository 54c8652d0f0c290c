"""Room on the disk: folders that can be written, free space, inodes, quotas, and the cache's size."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

import psutil

from engine.files.reading import shown_text
from engine.formatting import count, size
from engine.health.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LITTLE_BYTES = 1_000_000_000
"""A checkpoint of a small model takes some MB, one of a large model some GB."""
LEAST_BYTES = 20_000_000
"""With less not even a small run can be trained."""
LITTLE_INODES = 1_000
LARGE_CACHE_BYTES = 5_000_000_000
TRIAL_BYTES = 1 << 16
TEMPORARY = "temporary files"
"""Name of the folder for what libraries write; LiLM itself does without."""
QUOTA_SECONDS = 5.0


def check_writing(folders: Mapping[str, Path]) -> list[Finding]:
    """Write a file without a name in each folder, or in the one that it would be made in; nothing is left."""
    found = []
    for name, folder in folders.items():
        if reason := _why_not_writable(folder):
            advice = "set LILM_HOME to a folder that can be"
            found.append(
                Finding(
                    "disk", f"the {name} folder {folder} cannot be written ({reason}); {advice}", "problem"
                )
            )
    return found


def check_space(folders: Mapping[str, Path]) -> list[Finding]:
    """Free bytes and inodes of each file system that LiLM writes to."""
    found = []
    for names, folder in _by_file_system(folders):
        free = shutil.disk_usage(folder).free
        what = f"{size(free)} are free in {folder} ({', '.join(names)})"
        if free < LITTLE_BYTES:
            advice = "delete runs with lilm runs remove, or empty the cache with lilm corpora cache --empty"
            cannot_work = free < LEAST_BYTES and names != [TEMPORARY]
            severity: Severity = "problem" if cannot_work else "warning"
            found.append(Finding("disk", f"only {what}; {advice}", severity))
        if (
            hasattr(os, "statvfs")
            and (facts := os.statvfs(folder)).f_files
            and facts.f_favail < LITTLE_INODES
        ):
            left = f"only {count(facts.f_favail)} more files can be made in {folder} ({', '.join(names)})"
            found.append(Finding("disk", f"{left}; delete files that are not needed"))
    return found


def check_quota(folders: Mapping[str, Path]) -> list[Finding]:
    """The user's quotas on these file systems, where the system's `quota` command shows any."""
    tool = shutil.which("quota")
    if tool is None:
        return []
    devices = {_device_of(folder): names for names, folder in _by_file_system(folders)}
    found = []
    for device, used, limit in read_quotas(_output_of([tool, "-w", "-p"])):
        if device in devices and limit - used < LITTLE_BYTES:
            left = size(max(0, limit - used))
            what = f"your quota on {device} ({', '.join(devices[device])}) leaves {left} of {size(limit)}"
            found.append(
                Finding("quota", f"{what}; delete files there, or set LILM_HOME to another file system")
            )
    return found


def read_quotas(output: str) -> list[tuple[str, int, int]]:
    """Device, used and allowed bytes of each line of quota(1) that has a limit; it counts in KiB."""
    lines = re.findall(r"^\s*(\S+)\s+(\d+)\*?\s+(\d+)\s+(\d+)\s", output, re.MULTILINE)
    limits = [(device, int(used), int(hard) or int(soft)) for device, used, soft, hard in lines]
    return [(device, used * 1024, limit * 1024) for device, used, limit in limits if limit]


def check_cache(cache: Path, cached_bytes: Callable[[], int]) -> list[Finding]:
    """A cache that has grown large."""
    if not cache.is_dir() or (taken := cached_bytes()) < LARGE_CACHE_BYTES:
        return []
    what = f"the cache in {cache} takes {size(taken)}; all of it can be made again"
    return [Finding("cache", f"{what}: lilm corpora cache --empty frees it", "note")]


def _why_not_writable(folder: Path) -> str:
    there = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(TRIAL_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _by_file_system(folders: Mapping[str, Path]) -> list[tuple[list[str], Path]]:
    """Names of the folders that share a file system, and the first of them that exists."""
    found: dict[int, tuple[list[str], Path]] = {}
    for name, folder in folders.items():
        there = _existing(folder)
        found.setdefault(there.stat().st_dev, ([], there))[0].append(name)
    return list(found.values())


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _device_of(folder: Path) -> str:
    mounts = [mount for mount in psutil.disk_partitions(all=True) if folder.is_relative_to(mount.mountpoint)]
    return max(mounts, key=lambda mount: len(mount.mountpoint)).device if mounts else ""


def _output_of(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=QUOTA_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return shown_text(done.stdout)
