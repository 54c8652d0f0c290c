"""The trainer's process: `python -m engine.training.worker RUN_FOLDER [--resume]`.

Everything it has to say goes into the run directory; what it prints lands in the run's log.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import LilmError, MisuseError
from engine.runs import control
from engine.runs.checkpoints import complete_steps, newest_intact
from engine.runs.folder import Run
from engine.runs.records import Failed, Notice, Preparing, Resumed, Started
from engine.training.heartbeat import Heartbeat
from engine.training.loop import NotFiniteError, TrainingLoop
from engine.training.preparation import Prepared, build_learner, prepare_text
from engine.training.state import TrainingState, read_state

if TYPE_CHECKING:
    from engine.config.settings import RunSettings
    from engine.training.learner import Learner

PACKAGES = ("lilm", "torch", "numpy", "tiktoken", "safetensors")


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


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.training.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args(argv)
    run = Run(arguments.folder)
    stop = StopSignal()
    try:
        with Heartbeat(run):
            _train(run, stop, resume=arguments.resume)
    except LilmError as error:
        _record_failure(run, str(error), misuse=isinstance(error, MisuseError))
        return error.exit_code
    except NotFiniteError:
        _record_failure(
            run,
            "the loss is no number any more; its autopsy is in events.jsonl; the last checkpoint is kept: "
            f"go on with lilm train --resume {run.name} --scale-rate 0.5",
        )
        return 1
    except BaseException as error:
        _record_failure(run, f"{type(error).__name__}: {error}; the log has more: {run.log_path}")
        raise
    return 0


def _train(run: Run, stop: StopSignal, *, resume: bool) -> None:
    settings = run.settings()
    control.discard(run)
    run.write_json("env.json", _environment())

    def report(stage: str, done: int, total: int) -> None:
        run.record_event(Preparing(time=time.time(), stage=stage, done=done, total=total))

    report("reading", 0, 0)
    prepared = prepare_text(run, settings, report)
    for note in prepared.notes:
        run.record_event(Notice(time=time.time(), message=note))
    report("building the model", 0, 0)
    learner = build_learner(settings, prepared)
    state = _restore(run, learner) if resume else TrainingState()
    run.record_event(_started(settings, prepared, learner, state))
    TrainingLoop(run, settings, prepared, learner, state, lambda: stop.received).train()


def _restore(run: Run, learner: Learner) -> TrainingState:
    """Takes up the newest checkpoint whose files are whole; without any, the run begins again."""
    found = newest_intact(run)
    if found is None:
        run.record_event(Resumed(time=time.time(), step=0))
        return TrainingState()
    step, folder = found
    for damaged in (other for other in complete_steps(run) if other > step):
        message = f"the checkpoint of step {damaged} is damaged; going on from step {step}"
        run.record_event(Notice(time=time.time(), message=message))
    learner.load(folder)
    state = read_state(folder)
    run.record_event(Resumed(time=time.time(), step=state.step))
    return state


def _started(settings: RunSettings, prepared: Prepared, learner: Learner, state: TrainingState) -> Started:
    return Started(
        time=time.time(),
        device=str(getattr(learner.model, "device", "cpu")),
        precision=learner.precision,
        parameters=learner.model.parameter_count,
        vocabulary_size=prepared.tokenizer.vocabulary_size,
        train_tokens=len(prepared.tokens.train),
        validation_tokens=len(prepared.tokens.validation),
        step=state.step,
    )


def _record_failure(run: Run, reason: str, *, misuse: bool = False) -> None:
    """A full disk may refuse even this; then the log has it, and the dead process is evidence enough."""
    print(reason, file=sys.stderr)
    try:
        run.record_event(Failed(time=time.time(), reason=reason, misuse=misuse))
    except LilmError as error:
        print(error, file=sys.stderr)


def _environment() -> dict[str, object]:
    versions: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "python": platform.python_version(),
        "packages": versions,
        "platform": platform.platform(),
        "host": platform.node(),
        "command_line": [sys.executable, *sys.argv],
        "threads_in_environment": os.environ.get("OMP_NUM_THREADS"),
    }


if __name__ == "__main__":
    sys.exit(main())
