"""Environment of a run: versions, device, command line and limits, written to env.json."""

from __future__ import annotations

import os
import platform
import sys

from engine.machine.versions import installed_version
from engine.runs.process.exits import boot_id, describe_memory_now

PACKAGES = ("lilm", "torch", "numpy", "tiktoken", "safetensors")


def describe_environment(processes: int) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "packages": {package: installed_version(package) for package in PACKAGES},
        "platform": platform.platform(),
        "host": platform.node(),
        "command_line": [sys.executable, *sys.argv],
        "processes": processes,
        "memory": describe_memory_now(),
        "boot": boot_id(),
        "threads_in_environment": os.environ.get("OMP_NUM_THREADS"),
    }
