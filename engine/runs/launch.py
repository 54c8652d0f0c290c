"""Starting a trainer that outlives whoever starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from shutil import disk_usage
from typing import TYPE_CHECKING

from engine.children import child_environment, python_command
from engine.errors import LilmError, MisuseError
from engine.machine import WAITING
from engine.runs import control
from engine.runs.folder import remove_run
from engine.runs.lock import Purpose, look
from engine.runs.records import Failed, Started
from engine.runs.status import ENDING_SECONDS, hold_run
from engine.storage import open_to_append

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run
    from engine.runs.journal import JournalReader
    from engine.runs.records import AnyEvent

TRAINER_MODULE = "engine.training.worker"
POLL_SECONDS = 0.1
LEAST_FREE_BYTES = 1 << 20

ENVIRONMENT = {
    # Read when a process starts; whoever has set them already keeps their own.
    # glibc gives large blocks back to the system at every free and takes them again at the next step. Keep them.
    "MALLOC_TRIM_THRESHOLD_": "4294967296",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    **WAITING,
}


def start_trainer(
    run: Run,
    *,
    processes: int = 1,
    resume: bool = False,
    scale_rate: float | None = None,
    from_step: int | None = None,
    on_event: Callable[[AnyEvent], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts the trainer and returns when it is about to make its first step.

    It runs in a session of its own, with no terminal, its output in the run's log: as several processes, where
    asked for, one for each GPU. From here on `scale_rate` multiplies the scheduled learning rates; a resumed run
    goes on from its newest checkpoint, or from `from_step`.

    Meanwhile it holds the run, so that nobody else starts a trainer in it, renames or removes it. Commands that the
    process before did not obey are forgotten.

    Raises BusyError when another process holds the run; MisuseError when the settings or the text are wrong, after
    removing the folder of a run that never trained; LilmError when the trainer died. Interrupted by Ctrl-C, it
    leaves nothing behind.
    """
    stale = control.waiting(run) if resume else []
    never_trained = False
    try:
        with hold_run(run, Purpose.START):
            control.forget(stale)
            reader = run.events()
            reader.skip_to_end()
            had_trained = resume or run.metrics_path.exists()
            trainer = _spawn(run, processes, _options(resume, scale_rate, from_step))
            try:
                _wait_for_first_step(run, trainer, reader, on_event)
            except (MisuseError, KeyboardInterrupt):
                _end(run, trainer)
                never_trained = not had_trained
                raise
    finally:
        if never_trained:
            remove_run(run)
    return trainer


def _wait_for_first_step(
    run: Run,
    trainer: subprocess.Popen[bytes],
    reader: JournalReader[AnyEvent],
    on_event: Callable[[AnyEvent], None] | None,
) -> None:
    while True:
        ended = trainer.poll() is not None
        for event in reader.read_all():
            if on_event:
                on_event(event)
            if isinstance(event, Started):
                return
            if isinstance(event, Failed):
                trainer.wait()
                raise (MisuseError if event.misuse else LilmError)(event.reason)
        if ended and not run.folder.exists():
            raise LilmError(f"the folder of {run.name} was removed or moved while its trainer started")
        if ended and disk_usage(run.folder).free < LEAST_FREE_BYTES:
            # A full disk took the trainer's last words as well.
            raise MisuseError(f"there is no space left to write {run.folder}; free some and start again")
        if ended:
            last = " / ".join(run.log_tail(3)) or "it said nothing"
            raise LilmError(f"the trainer died before its first step; its log {run.log_path} ends: {last}")
        time.sleep(POLL_SECONDS)


def _end(run: Run, trainer: subprocess.Popen[bytes]) -> None:
    """Kill the trainer, all its processes, and see its lock released."""
    with suppress(ProcessLookupError):
        os.killpg(trainer.pid, signal.SIGKILL)
    trainer.wait()
    deadline = time.monotonic() + ENDING_SECONDS
    while (seen := look(run)) is not None and seen.trainer is not None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _options(resume: bool, scale_rate: float | None, from_step: int | None) -> list[str]:
    return [
        *(["--resume"] if resume else []),
        *(["--scale-rate", str(scale_rate)] if scale_rate is not None else []),
        *(["--from-step", str(from_step)] if from_step is not None else []),
    ]


def _spawn(run: Run, processes: int, options: list[str]) -> subprocess.Popen[bytes]:
    trainer = python_command(TRAINER_MODULE, str(run.folder), *options)
    if processes > 1:
        torchrun = ["--standalone", f"--nproc-per-node={processes}", "-m", *trainer[3:]]
        trainer = python_command("torch.distributed.run", *torchrun)
    with os.fdopen(open_to_append(run.log_path), "ab") as log:
        return subprocess.Popen(
            trainer,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=child_environment(ENVIRONMENT),
        )
