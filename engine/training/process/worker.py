"""The trainer's process, started as
`python -m engine.training.process.worker RUN [--resume [--scale-rate SCALE] [--from-step K]]`.

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
from typing import TYPE_CHECKING

from engine.errors import LilmError, MisuseError
from engine.files.storage import OTHERS, close_to_others
from engine.machine.shortage import describe_shortage
from engine.runs.checkpoints import checkpoint_folder, checkpoint_to_resume, sweep
from engine.runs.folder import Run
from engine.runs.lock import BusyError, Purpose, RunGoneError
from engine.runs.records import (
    Failed,
    LearningRateChanged,
    NgramEstimate,
    Notice,
    Preparing,
    Resumed,
    Started,
)
from engine.runs.status import hold_run
from engine.training.counting_trainer import CountingTrainer
from engine.training.distributed.processes import (
    ALONE,
    LOST_CONNECTION,
    Processes,
    is_lost_connection,
    join_processes,
    leave_processes,
)
from engine.training.loop import TrainingLoop
from engine.training.optim.rate_changes import RateChanges
from engine.training.optim.schedule import sample_size
from engine.training.preparation import Prepared, build_trainer, prepare_text
from engine.training.process.environment import describe_environment
from engine.training.process.heartbeat import Heartbeat
from engine.training.state import TrainingState, read_state
from engine.training.trainer import NotFiniteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from engine.config.settings import RunSettings
    from engine.runs.records import AnyEvent
    from engine.training.autotune.plan import Plan
    from engine.training.trainer import Trainer


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.training.process.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--scale-rate", type=float, metavar="SCALE")
    parser.add_argument("--from-step", type=int, metavar="K")
    parser.add_argument(
        "--place",
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
        place=Processes(*arguments.place),
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
    """One process's way from the run's settings to its last event."""

    def __init__(
        self,
        run: Run,
        *,
        resume: bool = False,
        scale_rate: float | None = None,
        from_step: int | None = None,
        place: Processes = ALONE,
        rendezvous: str = "",
    ) -> None:
        """`place`: which of the run's processes this is; they meet at the `rendezvous`."""
        self._run = run
        self._place = place
        self._rendezvous = rendezvous
        self._resume = resume
        self._scale_rate = scale_rate
        self._from_step = from_step
        self._stop = StopSignal()
        self._processes = ALONE
        self._rate_changes = RateChanges()
        self._recorder: Callable[[AnyEvent], None] | None = None
        """Of events while it trains: one that waits while the disk is full."""
        self._first_pid = 0
        """Of the process that holds the run; 0: not held."""
        self._trains = False
        """Whether the first step was about to be made."""

    def run_to_the_end(self) -> int:
        """Gives the exit code. Whatever goes wrong while it holds the run is recorded as the run's failure."""
        try:
            self._processes = join_processes(self._place, self._rendezvous)
            self._run = self._hold()
            with self._heartbeat():
                self._train()
        except (BusyError, RunGoneError) as error:
            # What is there, if anything, is the run of another process.
            _say(str(error))
            return error.exit_code
        except NotFiniteError as error:
            scale = self._rate_changes.at(error.step) / 2
            self._fail(
                f"the loss of step {error.step} is NaN or infinite; its diagnostics are in events.jsonl and the last "
                f"checkpoint is kept: go on with lilm train --resume {self._run.name} --scale-rate {scale:g}"
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
        settings = self._run.settings()
        self._describe()
        prepared = self._prepare_text(settings)
        self._begin("building the model")
        trainer = build_trainer(settings, prepared, processes=self._processes, notify=self._notify)
        plan = self._settle(trainer, settings, prepared)
        state = self._restore(trainer) if self._resume else TrainingState()
        if self._scale_rate is not None:
            change = LearningRateChanged(time=time.time(), step=state.step, scale=self._scale_rate)
            self._rate_changes.add(change)
            self._record(change)
        self._trains = True
        evaluations = settings.training.evaluations
        self._record(
            Started(
                time=time.time(),
                device=str(getattr(trainer.model, "device", "cpu")),
                precision=trainer.precision,
                parameters=trainer.parameters,
                vocabulary_size=prepared.tokenizer.vocabulary_size,
                train_tokens=len(prepared.tokens.train),
                validation_tokens=len(prepared.tokens.validation),
                step=state.step,
                processes=self._processes.world,
            )
        )
        loop = TrainingLoop(
            self._run,
            settings,
            prepared,
            trainer,
            state,
            lambda: self._stop.received,
            processes=self._processes,
            rate_changes=self._rate_changes,
            sample_tokens=plan.sample_tokens if plan else sample_size(trainer.tokens_per_epoch, evaluations),
            final_tokens=plan.final_tokens if plan else None,
            closing_seconds=plan.closing_seconds if plan else 0.0,
        )
        self._recorder = loop.record
        loop.train()
        self._processes.wait_for_all()  # who leaves first takes the connection away from the others

    def _describe(self) -> None:
        """Writes down what this process is."""
        if self._processes.is_first:
            sweep(self._run)
            before = self._run.read_json("env.json", self._notify) if self._resume else {}
            self._run.write_json("env.json", before | describe_environment(self._processes.world))

    def _prepare_text(self, settings: RunSettings) -> Prepared:
        """The first process makes what the others then find."""
        if not self._processes.is_first:
            self._processes.wait_for_all()
            return prepare_text(self._run, settings, self._record, writes=False)
        self._begin("reading")
        prepared = prepare_text(self._run, settings, self._record)
        for note in prepared.notes:
            self._notify(note)
        self._processes.wait_for_all()
        return prepared

    def _settle(self, trainer: Trainer, settings: RunSettings, prepared: Prepared) -> Plan | None:
        """How to compute and when to evaluate, as the run was begun or found by trying.

        Counting needs neither: only the size of the model is estimated.
        """
        if isinstance(trainer, CountingTrainer):
            size = trainer.size
            self._record(
                NgramEstimate(time=time.time(), entries=size.entries, memory_bytes=size.memory_bytes)
            )
            return None
        from engine.training.autotune.plan import read_plan, write_plan
        from engine.training.autotune.tuning import autotune, follow_plan
        from engine.training.gradient_trainer import GradientTrainer

        assert isinstance(trainer, GradientTrainer)
        plan = read_plan(self._run, self._processes, self._notify) if self._resume else None
        if plan is not None and plan.device == trainer.model.device.type:
            follow_plan(plan, trainer)
        else:
            self._begin("trying a few steps")
            plan, estimate = autotune(trainer, settings, prepared, self._processes, self._notify)
            self._record(estimate)
            if self._processes.is_first:
                write_plan(self._run, plan)
        return plan

    def _restore(self, trainer: Trainer) -> TrainingState:
        """Takes up the newest checkpoint that is whole; a run that never had one begins again."""
        run, step = self._run, 0
        if self._processes.is_first:
            found = checkpoint_to_resume(run, self._notify, self._from_step)
            step = found[0] if found else 0
        step = int(self._processes.numbers_of_first([step])[0])
        state = TrainingState()
        reader = run.events()
        events = reader.read_all()
        if step:
            trainer.load(checkpoint_folder(run, step))
            state = read_state(checkpoint_folder(run, step))
            self._rate_changes = RateChanges(events)
            if reader.skipped:
                self._notify(
                    f"{reader.skipped} lines of {run.events_path} are damaged; if the learning rate was changed, "
                    "change it again"
                )
        elif self._from_step is None:
            self._notify("there was no checkpoint yet, so the run begins again")
        state.restarts = 1 + sum(isinstance(event, Resumed) for event in events)
        self._record(Resumed(time=time.time(), step=state.step, restarts=state.restarts))
        return state

    def _begin(self, stage: str) -> None:
        self._record(Preparing(time=time.time(), stage=stage))

    def _notify(self, message: str) -> None:
        self._record(Notice(time=time.time(), message=message))

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
