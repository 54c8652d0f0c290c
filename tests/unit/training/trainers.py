"""Trainers in processes of their own that can be killed. They are forked from a server that has torch loaded."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING, Any

from engine.runs.checkpoints import choose_checkpoint
from engine.runs.journals.history import RunHistory

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from engine.runs.folder import Run
    from engine.runs.journals.records import AnyEvent

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(
    [
        "engine.training.process.worker",
        "engine.training.gradient_trainer",
        "engine.training.autotune.tuning",
        "engine.models.gpt.model",
        "engine.models.mlp.model",
    ]
)

FILE_EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")


def train_here(run: Run, *options: str) -> int:
    """Trains in this process. Gives the exit code."""
    from engine.training.process.worker import main

    return main([str(run.folder), *options])


def start(
    run: Run,
    *options: str,
    die_at: int | None = None,
    file_bytes: int | None = None,
    hold_at: str = "",
    no_room_while: str = "",
) -> ForkServerProcess:
    """A trainer that dies of SIGKILL at its `die_at`th touch of a file in the run's folder.

    It can write no file of more than `file_bytes`, and stops itself (SIGSTOP) when it begins the stage `hold_at`.
    While there is a file `no_room_while`, nothing can be written.
    """
    process = _server.Process(
        target=_train,
        args=(str(run.folder), options, dict(os.environ), die_at, file_bytes, hold_at, no_room_while),
    )
    process.start()
    return process


def finish(run: Run, *options: str, die_at: int | None = None, file_bytes: int | None = None) -> int:
    """Gives the exit code, negative for a signal."""
    process = start(run, *options, die_at=die_at, file_bytes=file_bytes)
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _train(
    folder: str,
    options: tuple[str, ...],
    environment: dict[str, str],
    die_at: int | None,
    file_bytes: int | None,
    hold_at: str,
    no_room_while: str,
) -> None:
    os.environ.update(environment)
    from engine.training.autotune import probing
    from engine.training.process import full_disk
    from engine.training.process.worker import main

    probing.PROBE_SECONDS = probing.SCORING_SECONDS = 0.0
    full_disk.RETRY_SECONDS = 0.2
    if file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    if hold_at:
        _hold_at(hold_at)
    if no_room_while:
        _refuse_writes(no_room_while)
    if die_at is not None:
        sys.addaudithook(_killer(folder, die_at))
    sys.exit(main([folder, *options]))


def _hold_at(stage: str) -> None:
    from engine.runs.folder import Run

    record = Run.record_event

    def record_and_hold(run: Run, event: AnyEvent) -> None:
        record(run, event)
        if getattr(event, "stage", "") == stage:
            Run.record_event = record  # type: ignore[method-assign]
            os.kill(os.getpid(), signal.SIGSTOP)

    Run.record_event = record_and_hold  # type: ignore[method-assign]


def _refuse_writes(trigger: str) -> None:
    from engine.files import storage
    from engine.runs.journals import journal

    def refusing(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if os.path.exists(trigger):
                raise OSError(errno.EDQUOT, "Disk quota exceeded")
            return function(*arguments, **options)

        return call

    journal._write_whole = refusing(journal._write_whole)
    storage.tempfile.mkstemp = refusing(storage.tempfile.mkstemp)  # type: ignore[attr-defined]
    os.pwrite = refusing(os.pwrite)


class _killer:  # noqa: N801  used as a function
    def __init__(self, folder: str, touches: int) -> None:
        self._folder = folder
        self._left = touches

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in FILE_EVENTS and str(arguments[0]).startswith(self._folder):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def losses(run: Run) -> dict[int, float | None]:
    """By step, without those that a resumed run made again."""
    return {step.step: step.train_loss for step in RunHistory(run).read_all().steps}


def evaluations(run: Run) -> dict[int, float | None]:
    """The held-out loss by step."""
    return {found.step: found.val_loss for found in RunHistory(run).read_all().evaluations}


def last_state(run: Run) -> tuple[int, bytes, bytes]:
    """The last checkpoint: its step, its weights and its optimizer's state, byte by byte."""
    step, folder = choose_checkpoint(run)
    return step, _bytes(folder / "model.safetensors"), _bytes(folder / "optimizer.safetensors")


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
