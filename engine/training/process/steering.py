"""Commands and signals to a run, which all its processes receive between the same two steps."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from engine.errors import DiskFullError
from engine.files.reading import decode_json
from engine.runs.journals.records import Notice
from engine.runs.process import control

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run
    from engine.training.distributed.processes import Processes

LOOK_SECONDS = 0.1
"""Between two looks for commands."""


@dataclass(frozen=True)
class Orders:
    seconds: float
    """The first process's clock."""
    stop: bool
    """A signal asked for the end."""
    commands: list[control.Command]


class Steering:
    """The first process looks into the run directory and at its clock; the others receive both."""

    def __init__(self, run: Run, processes: Processes, stop_requested: Callable[[], bool]) -> None:
        self._run = run
        self._processes = processes
        self._stop_requested = stop_requested
        self._next_look = 0.0
        self._ahead: list[control.Command] = []
        """Heard by the first process, and not sent to the others yet."""

    def listen(self, seconds: float) -> Orders:
        """`seconds`: what the clock of this process shows."""
        commands = self.look_ahead() if self._processes.is_first else []
        self._ahead = []
        seconds, stop, waiting = self._processes.numbers_of_first(
            [seconds, self.is_stop_requested, len(commands)]
        )
        if waiting and self._processes.are_several:
            sent = self._processes.bytes_of_first(msgspec.json.encode(commands))
            commands = decode_json(sent, list[control.Command])
        return Orders(seconds, bool(stop), commands)

    @property
    def is_stop_requested(self) -> bool:
        """True after SIGTERM or SIGINT."""
        return self._stop_requested()

    def look_ahead(self) -> list[control.Command]:
        """Commands that the first process has received and `listen` will broadcast."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_SECONDS
            self._ahead += control.receive(self._run, self._note)
        return self._ahead

    def _note(self, message: str) -> None:
        with suppress(DiskFullError):
            self._run.record_event(Notice(time=time.time(), message=message))
