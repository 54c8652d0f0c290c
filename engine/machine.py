"""What this process may use of the machine: cores and memory, as containers limit them. No torch."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil

WAITING = {
    # How OpenMP's threads wait for each other: they spin for some microseconds, then sleep. Spinning on is ruinous
    # as soon as something else uses a core, as the talking model does beside the trainer; sleeping at once takes
    # half as long again (tests/benchmarks/waiting.py). The second is for GNU's OpenMP, the first for others.
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "2000",
}

_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60
"""Bytes; cgroup v1 writes a number near 2^63 where nothing is limited."""


def available_cores() -> int:
    """Cores that this process may run on: its affinity, cut by a container's CPU quota."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _cpu_quota()
    return max(1, min(cores, round(quota))) if quota else cores


def wait_politely() -> None:
    """Sets WAITING for this process, before torch is loaded; whoever has set it already keeps their own."""
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)


def memory_bytes() -> int:
    """Memory this process may take: the machine's, cut by a container's limit."""
    total = int(psutil.virtual_memory().total)
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        limit = _read(name)
        if limit.isdigit() and int(limit) < _UNLIMITED:
            return min(total, int(limit))
    return total


def available_memory_bytes() -> int:
    """What is free now, within the limit."""
    return min(int(psutil.virtual_memory().available), memory_bytes())


def resident_bytes() -> int:
    """What this process holds in memory."""
    return int(psutil.Process().memory_info().rss)


def peak_resident_bytes() -> int:
    """The most that this process ever held in memory."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _cpu_quota() -> float | None:
    """Cores' worth of time a container may use; None when it is not limited. cgroup v2, then v1."""
    quota, _, period = _read("cpu.max").partition(" ")
    if not quota:
        quota, period = _read("cpu/cpu.cfs_quota_us"), _read("cpu/cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(period):
        return int(quota) / int(period)
    return None


def _read(name: str) -> str:
    try:
        return (_CGROUP / name).read_text().strip()
    except OSError:
        return ""
