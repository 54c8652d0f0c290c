"""The process of a queued run: it waits until other runs have ended, then starts the trainer.

    python -m engine.training.process.queued RUN OPTIONS

It holds the run as its starter all the time, and imports no torch, so that many runs can wait. OPTIONS are JSON.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import LilmError
from engine.files.reading import decode_json
from engine.files.storage import OTHERS, runs_folder
from engine.runs.folder import Run
from engine.runs.journals.records import Notice, Preparing, Stopped
from engine.runs.process import control
from engine.runs.process.launch import QueueOptions, start_trainer
from engine.runs.process.lock import Purpose
from engine.runs.process.status import ALIVE, hold_run, run_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOOK_SECONDS = 0.5
"""Seconds between two looks at the other runs, and for commands."""


def main() -> int:
    run, options = (
        Run(Path(sys.argv[1])),
        decode_json(sys.argv[2].encode(), QueueOptions, source="the options"),
    )
    os.umask(OTHERS)
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: received.append(number))
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with hold_run(run, Purpose.START) as lock:
            if wait(run, options.after, lambda: bool(received)):
                start_trainer(run, held=lock, **options.launch)
    except LilmError as error:
        print(error, file=sys.stderr, flush=True)
        return error.exit_code
    return 0


def wait(run: Run, names: Sequence[str], is_stop_requested: Callable[[], bool]) -> bool:
    """Wait until none of these runs is alive; return False when this one was stopped before.

    A run that was removed or renamed counts as ended.
    """
    announced: list[str] = []
    while alive := [name for name in names if is_alive(Run(runs_folder() / name))]:
        if alive != announced:
            announced = alive
            stage = f"waiting for {' and '.join(alive)}"
            run.record_event(Preparing(time=time.time(), stage=stage, queued=True))
        if _takes_stop(run) or is_stop_requested():
            run.record_event(Stopped(time=time.time(), run=run.name, step=0))
            return False
        time.sleep(LOOK_SECONDS)
    run.record_event(Preparing(time=time.time(), stage="starting the trainer"))
    return True


def is_alive(run: Run) -> bool:
    """Return True for a run that waits, prepares or trains; also for one that is paused or hangs."""
    return run.settings_path.exists() and run_state(run) in ALIVE


def _takes_stop(run: Run) -> bool:
    """Return True when a command ends the run. Others have no effect before the trainer is there."""
    commands = control.receive(run)
    if any(not isinstance(command, control.Stop) for command in commands):
        message = "a queued run only takes the command to stop; others are for runs that train"
        run.record_event(Notice(time=time.time(), message=message))
    return any(isinstance(command, control.Stop) for command in commands)


if __name__ == "__main__":
    sys.exit(main())
