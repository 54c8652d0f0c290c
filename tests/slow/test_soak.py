"""A soak in miniature: one run of thousands of steps, watched, left and opened again, and eighty answers.

The memory of the trainer and the sampler stays flat, and that of the app but for what it keeps of each token and for
the points of a curve, of which there are at most 16,384. About three minutes.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.cli import main
from engine.files.storage import runs_folder
from engine.runs.checkpoints import complete_steps
from engine.runs.folder import Run
from engine.runs.status import run_state
from tests.app.terminal import Terminal
from tui.lab.conversation import read_turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAB = (sys.executable, "-m", "tui")
TRAIN = [
    *("train", "verses", "--name", "soak", "--detach", "--tokenizer", "char", "--budget", "10m"),
    *("--set", "model.layers=1", "--set", "model.width=16", "--set", "model.heads=2"),
    *("--set", "model.context_length=32", "--set", "training.batch_size=2", "--set", "training.log_every=10"),
    *(
        "--set",
        "training.evaluations=200",
        "--set",
        "training.sample_tokens=4",
        "--set",
        "training.threads=1",
    ),
    *("--set", "training.precision=fp32", "--set", "training.compile=off"),
]
ANSWERS = 80
LINES = 1000
WARM_UP = 0.3
"""Fraction of the answers after which memory is compared: libraries allocate at first uses."""
MOST_GROWTH = 4_000_000
"""Bytes. A leak of a kilobyte a line of metrics would be several times as much."""
KEPT_BY_TOKEN = 4_000
"""Bytes that the app keeps of each token of its session, with the alternatives that the inspector shows."""


@pytest.mark.slow
@pytest.mark.fault("memory")
def test_memory_stays_flat(home: Path) -> None:
    assert main(TRAIN) == 0
    run = Run(runs_folder() / "soak")
    sizes: dict[str, list[int]] = {"app": [], "sampler": [], "trainer": []}
    try:
        with Terminal(LAB, environment={"LILM_HOME": str(home)}) as terminal:
            terminal.sees(b"soak")
            until(lambda: bool(complete_steps(run)))
            for number in range(ANSWERS):
                talk(terminal, run, number)
                sizes["app"].append(terminal.resident_bytes() - KEPT_BY_TOKEN * characters(run))
                sizes["sampler"].append(sampler_of(terminal.pid).memory_info().rss)
                sizes["trainer"].append(trainer_of(run).memory_info().rss)
            until(lambda: len(run.metrics().read_all()) > LINES)
            assert terminal.quit() == 0
            for number in range(ANSWERS, ANSWERS + 3):
                del terminal.output[:]
                terminal.start(LAB)
                terminal.sees(b"soak")
                talk(terminal, run, number)
                assert terminal.quit() == 0
        assert run_state(run) == "training"
    finally:
        main(["stop", "soak"])
    grown = {name: growth(series) for name, series in sizes.items()}
    assert max(grown.values()) < MOST_GROWTH, grown


def talk(terminal: Terminal, run: Run, number: int) -> None:
    """Send a prompt, and wait for the end of its answer."""
    terminal.send(b"4Once %d" % number)

    def is_sent() -> bool:
        if sum(turn.role == "you" for turn in read_turns(run)) > number:
            return True
        terminal.send(b"\r")  # not taken while an answer streams
        time.sleep(0.3)
        return False

    until(is_sent)
    length = -1
    while length != (length := sum(len(turn.text) for turn in read_turns(run))):
        time.sleep(0.6)
    del terminal.output[:-4096]


def characters(run: Run) -> int:
    """Number of characters that the model wrote, each of them a token."""
    return sum(len(turn.text) for turn in read_turns(run) if turn.role == "model")


def sampler_of(app: int) -> psutil.Process:
    children = psutil.Process(app).children(recursive=True)
    return next(child for child in children if "engine.inference.sampler" in child.cmdline())


def trainer_of(run: Run) -> psutil.Process:
    worker = run.worker()
    assert worker is not None
    return psutil.Process(worker.pid)


def growth(sizes: list[int]) -> int:
    """Return the bytes between the medians of the first and the last third after the warm-up."""
    kept = sizes[int(WARM_UP * len(sizes)) :]
    third = len(kept) // 3
    return int(statistics.median(kept[-third:]) - statistics.median(kept[:third]))


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
