"""Run directories that stand still: what a trainer would have left behind, without a trainer and without torch."""

from __future__ import annotations

import os
import platform
import time
from typing import TYPE_CHECKING

import msgspec
import psutil

from engine.config.loading import merge, settings_from
from engine.config.presets import default_table
from engine.files.storage import write_atomically
from engine.runs.creation import create_run
from engine.runs.journals import journal
from engine.runs.journals.records import Failed, Paused, Sample, Stopped, Worker
from tests.app.fake_trainer import evaluate_and_save, finished, started, step_record

if TYPE_CHECKING:
    from typing import Any

    from engine.runs.folder import Run
    from engine.runs.journals.records import State

STEPS = 200
GONE = Worker(pid=2**22 + 1, process_start=0.0, host=platform.node())
"""No process has this pid."""
ELSEWHERE = Worker(pid=1, process_start=0.0, host="gpu-box")


def make_run(name: str, state: State, *, step: int = 120, settings: dict[str, Any] | None = None) -> Run:
    """A run of STEPS steps that got as far as `step` and is in this state."""
    table = merge(default_table(), {"training": {"budget": f"{STEPS}steps"}}, settings or {})
    run = create_run(settings_from(table), name)
    _write_worker(run, state)
    run.record_event(started(0))
    for number in range(1, step + 1):
        journal.append(run.metrics_path, step_record(number, STEPS))
        if number % 40 == 0 or number == STEPS:
            evaluate_and_save(run, number)
            text = "there was a little fox who wanted a red hat."
            journal.append(run.samples_path, Sample(time=0.0, step=number, prompt="\n", completion=text))
    if state == "finished":
        run.record_event(finished(name, step))
    elif state == "stopped":
        run.record_event(Stopped(time=0.0, run=name, step=step))
    elif state == "paused":
        run.record_event(Paused(time=0.0, step=step))
    elif state == "failed":
        run.record_event(
            Failed(time=0.0, reason="there is no space left on the disk; free some space, then resume")
        )
    elif state in ("died", "silent"):
        run.log_path.write_text("step 119\nstep 120\nOut of memory: cannot allocate 4.0 GiB\n")
    return run


def _write_worker(run: Run, state: State) -> None:
    me = psutil.Process()
    here = Worker(pid=me.pid, process_start=me.create_time(), host=platform.node())
    worker = {"died": GONE, "silent": ELSEWHERE}.get(state, here)
    write_atomically(run.worker_path, msgspec.json.encode(worker))
    if state == "silent":
        long_ago = time.time() - 3600
        os.utime(run.worker_path, (long_ago, long_ago))
