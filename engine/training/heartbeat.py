"""A sign of life: worker.json says which process trains, and its modification time when it last lived."""

from __future__ import annotations

import os
import platform
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import psutil

from engine.runs.records import Worker
from engine.storage import write_atomically

if TYPE_CHECKING:
    from engine.runs.folder import Run


class Heartbeat:
    """Beats in a thread while the block runs."""

    def __init__(self, run: Run) -> None:
        self._path = run.worker_path
        self._worker = Worker(
            pid=os.getpid(), process_start=psutil.Process().create_time(), host=platform.node()
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        write_atomically(self._path, msgspec.json.encode(self._worker))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(self._worker.heartbeat_seconds):
            with suppress(OSError):
                os.utime(self._path)
