"""Writes into a run's folder that wait for room: a full disk pauses the run, which then continues by itself."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from engine.errors import DiskFullError, LilmError
from engine.files.storage import write_atomically
from engine.runs.journals.records import Continued, Paused
from engine.runs.process import control

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.runs.folder import Run
    from engine.runs.journals.records import AnyEvent
    from engine.training.clock import TrainingClock
    from engine.training.process.steering import Steering
    from engine.training.state import TrainingState

RETRY_SECONDS = 3.0
RESERVE_BYTES = 1 << 16
"""Room for the event that says why the run waits, and for commands to its trainer."""
LONGEST_SHARE = 0.2
"""Of the time may go into trying again, where that takes long, as with a large checkpoint."""


class PatientWriter:
    """Writes of a run's first process. What does not fit is tried again until there is room, or somebody stops it."""

    def __init__(self, run: Run, state: TrainingState, clock: TrainingClock, steering: Steering) -> None:
        self._run = run
        self._state = state
        self._clock = clock
        self._steering = steering
        self._reserve = Reserve(run)
        self.has_given_up = False
        """True after a stop on a full disk: then only events are still tried, once."""

    def __enter__(self) -> PatientWriter:
        with suppress(LilmError):  # the first line that cannot be written waits, or says why
            self._reserve.make()
        return self

    def __exit__(self, *_: object) -> None:
        self._reserve.remove()

    def write(self, action: Callable[[], object]) -> bool:
        """Perform the action. Returns False when a stop came first.

        The action leaves nothing behind when it raises DiskFullError.
        """
        if self.has_given_up:
            return False
        try:
            action()
        except DiskFullError as error:
            return self._wait(action, error)
        return True

    def record(self, event: AnyEvent) -> None:
        if not self.write(lambda: self._run.record_event(event)):
            self._record_once(event)

    def _wait(self, action: Callable[[], object], error: DiskFullError) -> bool:
        was_running = self._clock.is_running
        self._clock.pause()
        self._reserve.release()
        paused = Paused(time=time.time(), step=self._state.step, reason=error.what)
        is_told, pause = self._record_once(paused), RETRY_SECONDS
        while not self._is_stopped_within(pause):
            began = time.monotonic()
            try:
                self._reserve.make()
                action()
            except DiskFullError:
                self._reserve.release()
                is_told = is_told or self._record_once(paused)
                pause = max(RETRY_SECONDS, (time.monotonic() - began) / LONGEST_SHARE)
                continue
            if was_running:
                self._clock.go_on()
            self._record_once(Continued(time=time.time(), step=self._state.step))
            return True
        self.has_given_up = True
        return False

    def _is_stopped_within(self, seconds: float) -> bool:
        """Wait so long for a stop; a command to continue has it tried at once."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            commands = self._steering.look_ahead()
            if self._steering.is_stop_requested or any(isinstance(one, control.Stop) for one in commands):
                return True
            if any(isinstance(one, control.Continue) for one in commands):
                return False
            time.sleep(min(0.1, seconds))
        return False

    def _record_once(self, event: AnyEvent) -> bool:
        try:
            self._run.record_event(event)
        except DiskFullError:
            return False
        return True


@contextmanager
def system_errors() -> Iterator[None]:
    """Raise safetensors' errors of the system, such as of a full disk, as OSError with their number."""
    try:
        yield
    except SafetensorError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        known = (int(number[1]), os.strerror(int(number[1]))) if number else (str(error),)
        raise OSError(*known) from error


class Reserve:
    """A file of random bytes, which no file system stores in less, that is only there to be cut.

    Empty, it is evidence that its trainer waits for room, where not even an event fits any more.
    """

    def __init__(self, run: Run) -> None:
        self._path = run.reserve_path

    def make(self) -> None:
        """Raises DiskFullError."""
        try:
            if self._path.stat().st_size:
                return
        except FileNotFoundError:
            pass
        write_atomically(self._path, os.urandom(RESERVE_BYTES), parents=False)

    def release(self) -> None:
        with suppress(OSError):
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))

    def remove(self) -> None:
        with suppress(OSError):
            self._path.unlink()
