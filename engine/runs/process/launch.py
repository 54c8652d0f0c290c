"""Start of a trainer that outlives its parent process."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import nullcontext, suppress
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from engine.children import WAITING, child_environment, python_command
from engine.errors import DiskFullError, LilmError, MisuseError
from engine.files.storage import open_to_append
from engine.machine.capacity import available_cores
from engine.runs.folder import remove_run
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Failed, Preparing, Started
from engine.runs.process import control
from engine.runs.process.exits import describe_end
from engine.runs.process.group import Group
from engine.runs.process.lock import Purpose, look
from engine.runs.process.status import ENDING_SECONDS, hold_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.runs.folder import Run
    from engine.runs.journals.journal import JournalReader
    from engine.runs.journals.records import AnyEvent
    from engine.runs.process.lock import RunLock

TRAINER_MODULE = "engine.training.process.worker"
QUEUE_MODULE = "engine.training.process.queued"
SUPERVISOR_MODULE = "engine.training.distributed.supervisor"
POLL_SECONDS = 0.1
LEAST_FREE_BYTES = 1 << 20
REAPING_SECONDS = 0.5
ALONE = Group()

_started: dict[Path, subprocess.Popen[bytes]] = {}
"""Trainers that this process started, by the run's folder."""

ENVIRONMENT = {
    # Read when a process starts; values that the user has set are kept.
    # glibc returns large blocks to the system at every free and allocates them again at the next step. Keep them.
    "MALLOC_TRIM_THRESHOLD_": "4294967296",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    **WAITING,
}
THREAD_COUNTS = ("OPENBLAS_NUM_THREADS", "TORCHINDUCTOR_COMPILE_THREADS")
"""Numbers of threads and processes that libraries take from the machine's cores, whatever a quota leaves of them."""


def start_trainer(
    run: Run,
    *,
    group: Group = ALONE,
    resume: bool = False,
    scale_rate: float | None = None,
    from_step: int | None = None,
    more_budget: str | None = None,
    held: RunLock | None = None,
    on_event: Callable[[AnyEvent], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start the trainer and return before its first step.

    It runs in its own session, without a terminal, with its output in the run's log, as the number of processes in
    `group`. `scale_rate` multiplies the scheduled learning rates from here on; a resumed run
    continues from its newest checkpoint, or from `from_step`, and `more_budget` is added to its budget.

    During the start it holds the run, so that no other process starts a trainer in it, renames or removes it;
    `held` is the lock of a caller that does so already, who keeps a run that never trained.
    Pending commands to the previous process are removed. Of several machines, machine 0 does both.

    Raises BusyError when another process holds the run; MisuseError when the settings or the text are invalid, after
    removing the folder of a run that never trained; LilmError when the trainer exited. Ctrl-C ends the trainer.
    """
    is_first = group.node_rank == 0
    stale = control.waiting(run) if resume and is_first else []
    never_trained = False
    try:
        with hold_run(run, Purpose.START) if is_first and held is None else nullcontext():
            control.forget(stale)
            reader = run.events()
            reader.skip_to_end()
            had_trained = resume or run.metrics_path.exists()
            trainer = _spawn(run, group, _options(resume, scale_rate, from_step, more_budget))
            try:
                _wait_for_first_step(run, trainer, reader, on_event)
            except (MisuseError, DiskFullError, KeyboardInterrupt):
                _end(run, trainer)
                never_trained = not had_trained and is_first and held is None
                raise
    finally:
        if never_trained:
            remove_run(run)
    return trainer


class QueueOptions(Struct, frozen=True):
    """Argument of a queued run's process."""

    after: tuple[str, ...]
    """Runs that have to end first."""
    launch: dict[str, Any] = {}
    """Arguments of `start_trainer`."""


def queue_trainer(run: Run, after: Sequence[str], **launch: object) -> None:
    """Start a process that starts the trainer when the runs `after` have ended, and return when it waits.

    `launch`: arguments of `start_trainer`, which the process calls. It needs neither this process nor a terminal.
    Raises LilmError when the process ended instead of waiting.
    """
    reader = run.events()
    reader.skip_to_end()
    options = str(msgspec.json.encode(QueueOptions(tuple(after), launch)), "utf-8")
    process = _detach(run, python_command(QUEUE_MODULE, str(run.folder), options))
    while True:
        ended = process.poll() is not None
        if any(isinstance(event, Preparing) for event in reader.read_all()):
            return
        if ended:
            raise LilmError(f"{run.name} cannot wait for its turn{_end_of_log(run)}")
        time.sleep(POLL_SECONDS)


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
            # On a full disk the trainer could not record its error.
            raise DiskFullError(f"there is no space left to write {run.folder}", "free some and start again")
        if ended:
            how = describe_end(run, RunHistory(run).read_all(), trainer.returncode)
            raise LilmError(f"before its first step the trainer {how}{_end_of_log(run)}")
        time.sleep(POLL_SECONDS)


def _end(run: Run, trainer: subprocess.Popen[bytes]) -> None:
    """Kill all processes of the trainer, and wait until its lock is released."""
    with suppress(ProcessLookupError):
        os.killpg(trainer.pid, signal.SIGKILL)
    trainer.wait()
    deadline = time.monotonic() + ENDING_SECONDS
    while (seen := look(run)) is not None and seen.trainer is not None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _end_of_log(run: Run) -> str:
    last = " / ".join(line for line in run.log_tail(3) if line.strip())
    return f"; its log {run.log_path} ends: {last}" if last else ""


def _options(
    resume: bool, scale_rate: float | None, from_step: int | None, more_budget: str | None
) -> list[str]:
    return [
        *(["--resume"] if resume else []),
        *(["--scale-rate", str(scale_rate)] if scale_rate is not None else []),
        *(["--from-step", str(from_step)] if from_step is not None else []),
        *(["--more-budget", more_budget] if more_budget is not None else []),
    ]


def _spawn(run: Run, group: Group, options: list[str]) -> subprocess.Popen[bytes]:
    command = python_command(TRAINER_MODULE, str(run.folder), *options)
    if group.world > 1:
        numbers = ["--processes", group.processes, "--nodes", group.nodes, "--node-rank", group.node_rank]
        meeting = ["--rendezvous", group.rendezvous] if group.rendezvous else []
        members = [*map(str, numbers), *meeting, "--", *options]
        command = python_command(SUPERVISOR_MODULE, str(run.folder), *members)
    trainer = _detach(run, command)
    _started[run.folder] = trainer
    return trainer


def _detach(run: Run, command: list[str]) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, without a terminal, with its output in the run's log."""
    with os.fdopen(open_to_append(run.log_path), "ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=child_environment({**ENVIRONMENT, **dict.fromkeys(THREAD_COUNTS, str(available_cores()))}),
        )


def exit_code(run: Run) -> int | None:
    """Return the exit code of the run's trainer, negative for a signal; None unless this process started it."""
    trainer, worker = _started.get(run.folder), run.worker()
    if trainer is None or (worker is not None and worker.pid != trainer.pid):
        return None  # another trainer's, or a supervisor's, which records how its processes end
    deadline = time.monotonic() + REAPING_SECONDS
    while (code := trainer.poll()) is None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS / 10)  # another thread may be about to reap it
    return code
