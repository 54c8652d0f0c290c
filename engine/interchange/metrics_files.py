"""A run's metrics for other programs: CSV, and the event files of TensorBoard."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from engine.errors import LilmError, MisuseError
from engine.files.storage import atomic_file, folder_at_once
from engine.interchange.exporting import refuse_existing
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import METRICS, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.runs.folder import Run
    from engine.runs.journals.records import Evaluated

STEP_COLUMNS = tuple(
    name
    for name in Step.__struct_fields__
    if name != "restarts" and not (name in METRICS and METRICS[name].device)
)
DEVICE_METRICS = tuple(metric for metric in METRICS.values() if metric.device)
"""Metrics with a value for each device: the columns and tags of gpu_power are gpu_power_0, gpu_power_1, …"""
EVALUATION_COLUMNS = ("val_loss", "val_bpb", "tokens_scored")


def valid_steps(run: Run) -> Iterator[Step]:
    """Yield the lines of metrics in order, without those that a resumed run repeated. Reads the file twice."""
    begins: list[int] = []
    """First steps of the parts between two resumes."""
    before = math.inf
    for step in _lines(run):
        if step.step <= before:
            begins.append(step.step)
        before = step.step
    before, part = math.inf, -1
    for step in _lines(run):
        part += step.step <= before
        before = step.step
        if step.step < min(begins[part + 1 :], default=math.inf):
            yield step


def device_values(step: Step) -> dict[str, float | None]:
    """Return the value of each device for each metric that has one, by its column."""
    return {
        f"{metric.name}_{device}": value
        for metric in DEVICE_METRICS
        for device, value in enumerate(metric.values(step))
    }


def _lines(run: Run) -> Iterator[Step]:
    reader = run.metrics()
    while steps := reader.poll():
        yield from steps


def evaluations_of(run: Run) -> list[Evaluated]:
    """Return all evaluations in order, the final one last."""
    history = RunHistory(run).read_events()
    return [*history.evaluations, *([history.final] if history.final is not None else [])]


def write_csv(run: Run, destination: Path) -> None:
    """Write a row for each line of metrics and for each evaluation, in order of their steps.

    Infinite losses are `inf`, what is unknown is empty. A run on GPUs has columns for each of them.
    Raises MisuseError when the file exists or cannot be written.
    """
    refuse_existing(destination)
    with atomic_file(destination, parents=False) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        of_devices = dict.fromkeys(column for step in _lines(run) for column in device_values(step))
        rows = csv.DictWriter(text, (*STEP_COLUMNS, *of_devices, *EVALUATION_COLUMNS))
        rows.writeheader()
        waiting = evaluations_of(run)
        for step in valid_steps(run):
            while waiting and waiting[0].step < step.step:
                rows.writerow(_evaluation_row(waiting.pop(0)))
            row = {name: getattr(step, name) for name in STEP_COLUMNS} | device_values(step)
            rows.writerow({**row, "train_loss": _or_infinite(step.train_loss)})
        rows.writerows(map(_evaluation_row, waiting))
        text.detach()


def _evaluation_row(evaluation: Evaluated) -> dict[str, object]:
    return {
        **{name: getattr(evaluation, name) for name in ("step", "tokens", "seconds", "tokens_scored")},
        "val_loss": _or_infinite(evaluation.val_loss),
        "val_bpb": _or_infinite(evaluation.val_bpb),
    }


def _or_infinite(value: float | None) -> float:
    return math.inf if value is None else value


def write_tensorboard(run: Run, destination: Path) -> None:
    """Write a folder for `tensorboard --logdir`: all metrics, and the held-out loss and bits per byte.

    Raises MisuseError when the folder exists or tensorboard is not installed, LilmError when it cannot be written.
    """
    refuse_existing(destination)
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as error:
        raise MisuseError(
            "this needs tensorboard; install it with: pip install 'lilm[tensorboard]'"
        ) from error
    started = RunHistory(run).read_events().started
    begin = started.time if started is not None else 0.0

    def add(step: int, seconds: float, values: dict[str, float | None]) -> None:
        known = [
            Summary.Value(tag=tag, simple_value=value) for tag, value in values.items() if value is not None
        ]
        writer.add_event(Event(step=step, wall_time=begin + seconds, summary=Summary(value=known)))

    try:
        with folder_at_once(destination, destination.with_name(f".{destination.name}.part")) as part:
            writer = EventFileWriter(str(part))
            for step in valid_steps(run):
                values = {name: metric.value(step) for name, metric in METRICS.items() if not metric.device}
                add(step.step, step.seconds, values | device_values(step))
            for evaluation in evaluations_of(run):
                scores = {"val_loss": evaluation.val_loss, "val_bpb": evaluation.val_bpb}
                add(evaluation.step, evaluation.seconds, scores)
            writer.close()
    except OSError as error:
        raise LilmError(
            f"cannot export to {destination}: {error.strerror or error}; name a folder that can be written"
        ) from error
