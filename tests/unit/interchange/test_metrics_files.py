from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.errors import MisuseError
from engine.interchange.metrics_files import valid_steps, write_csv, write_tensorboard
from engine.runs.journals import journal
from engine.runs.journals.records import Evaluated, Resumed, Step
from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from pathlib import Path


def log(run, *steps: int, loss: float | None = 2.0) -> None:
    for step in steps:
        line = Step(
            step=step, tokens=9 * step, seconds=step, train_loss=loss, fraction=0.5, tokens_per_second=9
        )
        journal.append(run.metrics_path, line)


def run_of(*parts: list[int]):
    run = make_run()
    run.metrics_path.unlink()
    for part in parts:
        log(run, *part)
    return run


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=5))
def test_a_resumed_run_has_each_step_once_and_the_newest(parts: list[tuple[int, int]]):
    written = {}

    class Lines:
        """A journal whose losses count the parts."""

        def metrics(self):
            return iter_once([
                Step(step=step, tokens=0, seconds=0, train_loss=part, fraction=0, tokens_per_second=0)
                for part, (first, length) in enumerate(parts)
                for step in range(first, first + length)
            ])  # fmt: skip

    for part, (first, length) in enumerate(parts):
        if part and first > max(written, default=0):
            return  # not a resume: steps go on
        written = {step: of for step, of in written.items() if step < first}
        written |= dict.fromkeys(range(first, first + length), part)
    assert {step.step: step.train_loss for step in valid_steps(Lines())} == written


class iter_once:  # noqa: N801  (stands in for a reader)
    def __init__(self, steps):
        self._steps = steps

    def poll(self):
        steps, self._steps = self._steps, []
        return steps


def test_a_table_has_steps_and_evaluations_in_order(tmp_path: Path):
    run = run_of([1, 2, 3, 4], [3])
    log(run, 5, loss=None)
    run.record_event(Resumed(time=0, step=2, restarts=1))
    run.record_event(
        Evaluated(time=0, step=4, tokens=36, seconds=4, val_loss=1.5, val_bpb=None, tokens_scored=7)
    )
    write_csv(run, tmp_path / "m.csv")
    rows = list(csv.DictReader((tmp_path / "m.csv").read_text().splitlines()))
    assert [(row["step"], row["train_loss"], row["val_loss"]) for row in rows] == [
        ("1", "2.0", ""),
        ("1", "", "1.5"),
        ("2", "2.0", ""),
        ("3", "2.0", ""),
        ("4", "", "1.5"),
        ("5", "inf", ""),
    ]
    assert (rows[-2]["val_bpb"], rows[-2]["tokens_scored"], rows[-2]["gradient_norm"]) == ("inf", "7", "")
    with pytest.raises(MisuseError, match="exists already"):
        write_csv(run, tmp_path / "m.csv")


def run_on_two_gpus():
    run = run_of([1])
    with_gpus = Step(
        step=2,
        tokens=18,
        seconds=2,
        train_loss=2.0,
        fraction=0.5,
        tokens_per_second=9,
        gpu_power=(300.5, None),
    )
    journal.append(run.metrics_path, with_gpus)
    return run


def test_a_table_has_a_column_for_each_gpu(tmp_path: Path):
    write_csv(run_on_two_gpus(), tmp_path / "gpus.csv")
    rows = list(csv.DictReader((tmp_path / "gpus.csv").read_text().splitlines()))
    found = [(row["gpu_power_0"], row["gpu_power_1"]) for row in rows if row["train_loss"]]
    assert found == [("", ""), ("300.5", "")]


def test_a_table_has_no_column_of_gpus_without_one(tmp_path: Path):
    write_csv(run_of([1, 2]), tmp_path / "cpu.csv")
    assert "gpu" not in (tmp_path / "cpu.csv").read_text()


def test_tensorboard_has_a_curve_for_each_gpu(tmp_path: Path):
    write_tensorboard(run_on_two_gpus(), tmp_path / "board")
    read = EventAccumulator(str(tmp_path / "board"))
    read.Reload()
    assert [tag for tag in read.Tags()["scalars"] if "gpu" in tag] == ["gpu_power_0"]
    assert [(one.step, one.value) for one in read.Scalars("gpu_power_0")] == [(2, 300.5)]


def test_tensorboard_reads_the_metrics(tmp_path: Path):
    run = run_of([1, 2, 3, 4], [3, 4])
    write_tensorboard(run, tmp_path / "board")
    read = EventAccumulator(str(tmp_path / "board")).Reload()
    assert {"train_loss", "tokens_per_second", "val_loss", "val_bpb"} <= set(read.Tags()["scalars"])
    assert [(one.step, one.value) for one in read.Scalars("train_loss")] == [
        (step, 2.0) for step in (1, 2, 3, 4)
    ]
    assert math.isclose(read.Scalars("val_bpb")[0].value, 2.25)
    assert not list(tmp_path.glob(".*"))
