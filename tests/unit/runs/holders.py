"""Processes that hold a run's lock, as trainers and starters do, until they are told to end or are killed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.runs.folder import Run
    from engine.runs.process.lock import Purpose

_HOLD = """
import sys
from pathlib import Path
from engine.runs.folder import Run
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run

lock = hold_run(Run(Path(sys.argv[1])), Purpose[sys.argv[2]])
if sys.argv[2] == "TRAIN":
    lock.beat()
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held(run: Run, purpose: Purpose) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the run within the block."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(run.folder), purpose.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()
