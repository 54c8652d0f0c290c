"""A trainer without a model, for the app's tests: `python -m tests.app.fake_trainer FOLDER [--resume]`.

It keeps the run directory as a real one does, takes a step every `LILM_FAKE_STEP_SECONDS` and trains for its budget
of steps or seconds. The run's device says how it ends: `cpu` well, `cuda` without a record, `mps` by refusing the
settings.
"""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path

from engine.config.budget import parse_budget
from engine.runs.checkpoints import complete_steps, write_checkpoint
from engine.runs.folder import Run
from engine.runs.journals import journal
from engine.runs.journals.records import (
    Checkpoint,
    Continued,
    Evaluated,
    Failed,
    Finished,
    LearningRateChanged,
    Paused,
    Preparing,
    Resumed,
    Sample,
    Started,
    Step,
    Stopped,
)
from engine.runs.process import control
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run
from engine.training.process.heartbeat import Heartbeat

TOKENS_PER_STEP = 4096
CHECKPOINT_EVERY = 10
DIES_AT_STEP = 15


def main() -> int:
    run = Run(Path(sys.argv[1]))
    with hold_run(run, Purpose.TRAIN) as lock, Heartbeat(run, lock):
        return train(run, resume="--resume" in sys.argv)


def train(run: Run, *, resume: bool) -> int:
    settings = run.settings()
    if settings.device == "mps":
        run.record_event(Failed(time=time.time(), reason="there is no device mps here; use cpu", misuse=True))
        return 2
    run.record_event(Preparing(time=time.time(), stage="tokens", done=1, total=2))
    first = complete_steps(run)[-1] if resume else 0
    if resume:
        run.record_event(Resumed(time=time.time(), step=first))
    run.record_event(started(first))
    step_seconds = float(os.environ.get("LILM_FAKE_STEP_SECONDS", "0.02"))
    budget = parse_budget(settings.training.budget)
    last = round(budget.amount if budget.unit == "steps" else budget.amount / step_seconds)
    for step in range(first + 1, last + 1):
        time.sleep(step_seconds)
        journal.append(run.metrics_path, step_record(step, last))
        if step % CHECKPOINT_EVERY == 0 or step == last:
            evaluate_and_save(run, step)
        if settings.device == "cuda" and step == DIES_AT_STEP:
            print("step 15: out of memory", flush=True)
            os._exit(9)
        if obey(run, step):
            evaluate_and_save(run, step)
            run.record_event(Stopped(time=time.time(), run=run.name, step=step))
            return 0
    run.record_event(finished(run.name, last))
    return 0


def obey(run: Run, step: int) -> bool:
    """Return True after a stop command; wait while the run is paused."""
    paused = False
    while True:
        for command in control.receive(run):
            match command:
                case control.Stop():
                    return True
                case control.Pause():
                    paused = True
                    run.record_event(Paused(time=time.time(), step=step))
                case control.Continue():
                    paused = False
                    run.record_event(Continued(time=time.time(), step=step))
                case control.SaveCheckpoint():
                    evaluate_and_save(run, step)
                case control.TakeSample():
                    journal.append(
                        run.samples_path, Sample(time=0.0, step=step, prompt="\n", completion="asked for")
                    )
                case control.ScaleLearningRate(scale):
                    run.record_event(LearningRateChanged(time=time.time(), step=step, scale=scale))
        if not paused:
            return False
        time.sleep(0.02)


def started(step: int) -> Started:
    return Started(
        time=time.time(),
        device="cpu",
        precision="fp32",
        parameters=984_000,
        vocabulary_size=1024,
        train_tokens=500_000,
        validation_tokens=50_000,
        step=step,
    )


def loss_at(step: int) -> float:
    return 1.6 + 5.3 * math.exp(-step / 40) + 0.05 * math.sin(step)


def step_record(step: int, last: int) -> Step:
    return Step(
        step=step,
        tokens=step * TOKENS_PER_STEP,
        seconds=step * 0.5,
        train_loss=loss_at(step),
        fraction=step / last,
        tokens_per_second=TOKENS_PER_STEP / 0.5,
        learning_rate=3e-3,
    )


def evaluated(step: int) -> Evaluated:
    loss = loss_at(step) + 0.05
    return Evaluated(
        time=time.time(),
        step=step,
        tokens=step * TOKENS_PER_STEP,
        seconds=step * 0.5,
        val_loss=loss,
        val_bpb=loss / 2.2,
    )


def evaluate_and_save(run: Run, step: int) -> None:
    run.record_event(evaluated(step))
    write_checkpoint(run, step, lambda folder: (folder / "model.safetensors").write_bytes(b"stands for one"))
    run.record_event(Checkpoint(time=time.time(), step=step))


def finished(name: str, step: int) -> Finished:
    loss = loss_at(step) + 0.05
    return Finished(
        time=time.time(),
        run=name,
        step=step,
        val_loss=loss,
        val_bpb=loss / 2.2,
        seconds=step * 0.5,
        tokens_per_second=8192.0,
    )


if __name__ == "__main__":
    sys.exit(main())
