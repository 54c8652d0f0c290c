"""The trainer's process, started as
`python -m engine.training.process.worker RUN [--resume [--scale-rate SCALE] [--from-step K]
[--more-budget MORE]]`.

Everything it has to say goes into the run directory; what it prints lands in the run's log. It may be one of
several (`distributed/supervisor.py`), of which the first writes.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.errors import LilmError, MisuseError
from engine.files.storage import OTHERS, close_to_others
from engine.machine.shortage import describe_shortage
from engine.runs.checkpoints import complete_steps
from engine.runs.folder import Run
from engine.runs.journals.records import (
    Failed,
    Stopped,
)
from engine.runs.process.lock import BusyError, Purpose, RunGoneError
from engine.runs.process.status import hold_run
from engine.training.clock import TrainingClock
from engine.training.distributed.processes import (
    ALONE,
    LOST_CONNECTION,
    Processes,
    is_lost_connection,
    join_processes,
    leave_processes,
)
from engine.training.loop import StopRequestedError
from engine.training.optim.rate_changes import RateChanges
from engine.training.process.full_disk import PatientWriter
from engine.training.process.heartbeat import Heartbeat
from engine.training.process.setup import RunSetup, Start
from engine.training.process.steering import Steering
from engine.training.state import TrainingState
from engine.training.trainer import NotFiniteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from engine.runs.journals.records import AnyEvent

T = TypeVar("T")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.training.process.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--scale-rate", type=float, metavar="SCALE")
    parser.add_argument("--from-step", type=int, metavar="K")
    parser.add_argument("--more-budget", metavar="MORE")
    parser.add_argument(
        "--ranks",
        nargs=4,
        type=int,
        default=(0, 1, 0, 1),
        metavar=("RANK", "WORLD", "LOCAL_RANK", "LOCAL_WORLD"),
    )
    parser.add_argument("--rendezvous", default="", metavar="ADDRESS")
    arguments = parser.parse_args(argv)
    os.umask(OTHERS)
    close_to_others()
    trainer = TrainingProcess(
        Run(arguments.folder),
        resume=arguments.resume,
        scale_rate=arguments.scale_rate,
        from_step=arguments.from_step,
        more_budget=arguments.more_budget,
        ranks=Processes(*arguments.ranks),
        rendezvous=arguments.rendezvous,
    )
    return trainer.run_to_the_end()


class StopSignal:
    """SIGTERM and SIGINT end the run between two steps; SIGHUP (the ssh session's end) does nothing."""

    def __init__(self) -> None:
        self.received = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._receive)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _receive(self, *_: object) -> None:
        self.received = True


class TrainingProcess:
    """A process that trains a run: it holds the run's lock, and records how the run ends."""

    def __init__(
        self,
        run: Run,
        *,
        resume: bool = False,
        scale_rate: float | None = None,
        from_step: int | None = None,
        more_budget: str | None = None,
        ranks: Processes = ALONE,
        rendezvous: str = "",
    ) -> None:
        """`ranks`: which of the run's processes this is; they meet at the `rendezvous`."""
        self._run = run
        self._ranks = ranks
        self._rendezvous = rendezvous
        self._start = Start(resume, scale_rate, from_step, more_budget)
        self._stop = StopSignal()
        self._processes = ALONE
        self._rate_changes = RateChanges()
        self._recorder: Callable[[AnyEvent], None] | None = None
        """Recorder of events that waits while the disk is full."""
        self._first_pid = 0
        """Pid of the process that holds the run; 0: not held."""
        self._trains = False
        """True from the first step on."""

    def run_to_the_end(self) -> int:
        """Gives the exit code. Whatever goes wrong while it holds the run is recorded as the run's failure."""
        try:
            self._processes = join_processes(self._ranks, self._rendezvous)
            self._run = self._hold()
            with self._heartbeat():
                self._train()
        except (BusyError, RunGoneError) as error:
            # What is there, if anything, is the run of another process.
            _say(str(error))
            return error.exit_code
        except StopRequestedError:
            step = max(complete_steps(self._run), default=0)
            self._record(Stopped(time=time.time(), run=self._run.name, step=step))
        except NotFiniteError as error:
            scale = self._rate_changes.at(error.step) / 2
            self._fail(
                f"the loss of step {error.step} is NaN or infinite; its diagnostics are in events.jsonl and the last "
                f"checkpoint is kept: continue with lilm train --resume {self._run.name} --scale-rate {scale:g}"
            )
            return LilmError.exit_code
        except LilmError as error:
            misuse = isinstance(error, MisuseError) and not self._trains
            self._fail(str(error), misuse=misuse)
            return MisuseError.exit_code if misuse else LilmError.exit_code
        except BaseException as error:
            if is_lost_connection(error) and self._processes.are_several:
                print(error, file=sys.stderr)
                return LOST_CONNECTION
            what = describe_shortage(error) or f"{type(error).__name__}: {error}"
            self._fail(f"{what}; the log has more: {self._run.log_path}")
            raise
        finally:
            if self._run.lock is not None:
                self._run.lock.release()
            leave_processes()
        return 0

    def _hold(self) -> Run:
        """Take the run's lock, as the first process, before anything is written, and let the others know."""
        held, refused = self._run, None
        if self._processes.is_first:
            try:
                held = replace(held, lock=hold_run(held, Purpose.TRAIN))
            except LilmError as error:
                refused = error
        (first,) = self._processes.numbers_of_first([0 if refused else os.getpid()])
        if refused:
            raise BusyError(str(refused)) from refused
        if not first:
            raise BusyError("the first process of this run ended")
        self._first_pid = int(first)
        return held

    def _heartbeat(self) -> AbstractContextManager[object]:
        return Heartbeat(self._run, self._run.lock) if self._run.lock is not None else nullcontext()

    def _train(self) -> None:
        steering = Steering(self._run, self._processes, lambda: self._stop.received)
        writer = PatientWriter(self._run, TrainingState(), TrainingClock(), steering)
        with writer if self._processes.is_first else nullcontext():
            self._recorder = writer.record
            loop = RunSetup(
                self._run, self._start, self._processes, steering, writer, self._record
            ).make_loop()
        self._trains, self._rate_changes = True, loop.rate_changes
        self._recorder = loop.record
        loop.train()
        self._processes.wait_for_all()  # who leaves first takes the connection away from the others

    def _record(self, event: AnyEvent) -> None:
        if self._processes.is_first:
            (self._recorder or self._run.record_event)(event)

    def _fail(self, reason: str, *, misuse: bool = False) -> None:
        """A full disk may refuse even this; then the log has it, and the dead process is evidence enough."""
        _say(reason)
        worker = self._run.worker()
        if self._run.lock is None and (worker is None or worker.pid != self._first_pid):
            return  # the first process is gone, and another trainer may have the run by now
        try:
            if not self._another_failed():
                self._run.record_event(Failed(time=time.time(), reason=reason, misuse=misuse))
        except LilmError as error:
            _say(str(error))

    def _another_failed(self) -> bool:
        """Of several processes the first to fail knows why; the others only lose touch with it."""
        if not self._processes.are_several:
            return False
        events = self._run.events().read_all()
        return bool(events) and isinstance(events[-1], Failed)


def _say(message: str) -> None:
    """Into the log, which a full disk may refuse."""
    with suppress(OSError):
        print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    code = main()
    if code == LOST_CONNECTION:
        # What is left of the exchange waits for the others when it is torn down, for up to a minute.
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
