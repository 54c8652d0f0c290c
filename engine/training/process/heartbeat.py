"""Signs of life: one in the lock, for this machine; worker.json and its modification time, for people and others."""

from __future__ import annotations

import os
import platform
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import psutil

from engine.files.storage import write_atomically
from engine.runs.journals.records import Worker
from engine.runs.process.lock import RunGoneError

if TYPE_CHECKING:
    from engine.runs.folder import Run
    from engine.runs.process.lock import RunLock


class Heartbeat:
    """Beats in a thread while the block runs, and ends the process when its run was taken away.

    A run folder that is removed or moved has no use for what its trainer still does, maybe for minutes within one
    step, and nobody could stop it any more.
    """

    def __init__(self, run: Run, lock: RunLock) -> None:
        self._run = run
        self._lock = lock
        self._worker = Worker(
            pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node()
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_stopped, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._lock.beat()
        write_atomically(self._run.worker_path, msgspec.json.encode(self._worker), parents=False)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat_until_stopped(self) -> None:
        while not self._stop.wait(self._worker.heartbeat_seconds):
            try:
                self._beat()
            except RunGoneError as error:
                print(error, file=sys.stderr, flush=True)
                os._exit(error.exit_code)

    def _beat(self) -> None:
        self._lock.beat()
        other = self._run.worker()
        if other is not None and (other.pid, other.host) != (self._worker.pid, self._worker.host):
            # Only where there are no locks: two trainers have started within the same instant.
            raise RunGoneError(f"process {other.pid} of {other.host} trains {self._run.name} as well")
        with suppress(OSError):
            os.utime(self._run.worker_path)
