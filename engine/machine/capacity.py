"""Cores and memory that this process may use, as containers limit them. No torch."""

from __future__ import annotations

import math
import os
import sys

import psutil

from engine.machine.limits import cpu_limit, memory_left, memory_limit


def available_cores() -> int:
    """Cores that this process may run on: its affinity (cpusets included), cut by a container's CPU quota.

    A quota is rounded down: with one thread more than it feeds, all are stopped in every period.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_limit()
    return max(1, min(cores, math.floor(quota.amount))) if quota else cores


def memory_bytes() -> int:
    """Memory this process may take: the machine's, cut by its limits."""
    total, limit = machine_memory_bytes(), memory_limit()
    return min(total, int(limit.amount)) if limit else total


def describe_memory_limit() -> str:
    """The origin of `memory_bytes`, for people."""
    total, limit = machine_memory_bytes(), memory_limit()
    return f"the limit ({limit.source})" if limit and limit.amount < total else "the machine's memory"


def machine_memory_bytes() -> int:
    """Memory of the machine, whoever may take it."""
    return int(psutil.virtual_memory().total)


def available_memory_bytes() -> int:
    """Memory that is free now, within the limits."""
    free, left = int(psutil.virtual_memory().available), memory_left()
    return free if left is None else min(free, left)


def resident_bytes() -> int:
    """Resident memory of this process, in bytes."""
    return int(psutil.Process().memory_info().rss)


def peak_resident_bytes() -> int:
    """The most that this process ever held in memory."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
