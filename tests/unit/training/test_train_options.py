"""Options of `lilm train` that concern how it is trained, and what it says before it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.cli import main
from engine.machine import devices
from engine.runs.folder import list_runs
from engine.runs.journals.records import Estimate, NgramEstimate
from engine.runs.journals.words import describe_estimate
from engine.runs.process import launch
from engine.runs.process.group import Group

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run


@pytest.mark.parametrize(
    ("options", "there", "said"),
    [
        (["--gpus", "all"], 0, "torch can use no GPU"),
        (["--gpus", "2"], 1, "choose --gpus 1 or fewer"),
        (["--gpus", "two"], 1, "'two'"),
        (["--gpus", "0"], 1, "'0'"),
        (["--nodes", "2", "--name", "x"], 0, "needs --rendezvous"),
        (["--nodes", "2", "--rendezvous", "host:1"], 0, "needs --name"),
        (["--scale-rate", "0.5"], 0, "goes with --resume"),
        (["--scale-rate", "0", "--resume", "none"], 0, "above 0"),
        (["--from-step", "0"], 0, "goes with --resume"),
    ],
)
def test_misuse_is_said_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: Path,
    options: list[str],
    there: int,
    said: str,
) -> None:
    monkeypatch.setattr(devices, "gpu_count", lambda: there)
    source = [] if "--resume" in options else [str(text)]
    assert main(["train", *source, *options]) == 2
    assert said in capsys.readouterr().err
    assert list_runs() == []


def test_several_processes_are_started_by_a_supervisor(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Stop(Exception):  # noqa: N818
        pass

    def popen(command: list[str], **_: object) -> None:
        started.append(command)
        raise Stop

    monkeypatch.setattr(launch.subprocess, "Popen", popen)
    run = make_run("several")
    with pytest.raises(Stop):
        launch.start_trainer(run, group=Group(3, 2, 0, "host:1"), resume=True, scale_rate=0.25)
    with pytest.raises(Stop):
        launch.start_trainer(run)
    several, one = (command[1:] for command in started)
    assert several[:4] == ["-P", "-m", launch.SUPERVISOR_MODULE, str(run.folder)]
    numbers = ["--processes", "3", "--nodes", "2", "--node-rank", "0", "--rendezvous", "host:1"]
    assert several[4:] == [*numbers, "--", "--resume", "--scale-rate", "0.25"]
    assert one == ["-P", "-m", launch.TRAINER_MODULE, str(run.folder)]


def test_an_estimate_on_one_line() -> None:
    estimate = Estimate(
        time=0.0,
        parameters=1_234_567,
        weights_bytes=5_000_000,
        gradients_bytes=5_000_000,
        optimizer_bytes=10_000_000,
        activations_bytes=300_000_000,
        memory_bytes=612_000_000,
        micro_batch_size=16,
        tokens_per_second=26_100.0,
        steps=2000,
        seconds=185.0,
        epochs=1.43,
    )
    said = describe_estimate(estimate)
    assert "\n" not in said
    for part in ("1.23M parameters", "612 MB", "26.1k tok/s", "2,000 steps", "3m 05s", "1.4 times"):
        assert part in said


def test_the_size_of_a_table_on_one_line() -> None:
    estimate = NgramEstimate(time=0.0, entries=[105_000, 2_000_000, 4_500_000], memory_bytes=131_000_000)
    assert describe_estimate(estimate) == "about 6.6M n-grams of up to 3 tokens in 131 MB of memory"
