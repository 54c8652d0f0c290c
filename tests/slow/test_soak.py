"""A soak in miniature: thousands of steps, hundreds of answers, and the app left and opened again.

The memory of the app, the trainer, the sampler and `lilm watch` stays flat: a kilobyte that is kept of each step or
token would be found. About five minutes.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.cli import main
from engine.files.storage import runs_folder
from engine.runs.checkpoints import complete_steps
from engine.runs.folder import Run
from engine.runs.process.status import run_state
from tests.app.terminal import Terminal
from tests.waiting import until
from tui.lab.saved_talk import read_turns
from tui.lab.talker import MOST_INSPECTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORT_CURVE = "from engine.runs.journals import history; history.MOST_STEPS = 1024; "
"""The curve is as long as it may become after seconds, not after its usual 16,384 points."""
LAB = (sys.executable, "-c", f"{SHORT_CURVE} import tui.app; raise SystemExit(tui.app.run_app())")
WATCH = (
    sys.executable,
    "-c",
    f"{SHORT_CURVE} import engine.cli; raise SystemExit(engine.cli.main(['watch', 'soak', '--json']))",
)
SETTINGS = (
    *("model.layers=1", "model.width=16", "model.heads=2", "model.context_length=32"),
    *("training.batch_size=2", "training.log_every=1", "training.evaluations=200"),
    *("training.sample_tokens=4", "training.threads=1", "training.precision=fp32", "training.compile=off"),
)
TRAIN = [
    *("train", "verses", "--name", "soak", "--detach", "--tokenizer", "char", "--budget", "10m"),
    *(argument for setting in SETTINGS for argument in ("--set", setting)),
]
WARM_UP = MOST_INSPECTED + 20
"""Answers. Libraries allocate at first uses, and the newest answers are kept with their alternatives."""
ANSWERS = 220
LEAST_LINES = 6000
MOST_GROWTH = 4_000_000
"""Bytes between the medians of the first and the last third after the warm-up. In that time there are more than 2,000
lines and 20,000 tokens.
"""


@pytest.mark.slow
@pytest.mark.fault("unclear")
def test_memory_stays_flat(home: Path) -> None:
    assert main(TRAIN) == 0
    run = Run(runs_folder() / "soak")
    sizes: dict[str, list[int]] = {"app": [], "sampler": [], "trainer": [], "watch": []}
    try:
        until(lambda: bool(complete_steps(run)))
        with (
            Terminal(LAB, environment={"LILM_HOME": str(home)}) as terminal,
            watching() as watch,
        ):
            terminal.sees(b"soak, step")
            for number in range(ANSWERS):
                talk(terminal, run, number)
                sizes["app"].append(terminal.resident_bytes())
                sizes["sampler"].append(sampler_of(terminal.pid).memory_info().rss)
                sizes["trainer"].append(trainer_of(run).memory_info().rss)
                sizes["watch"].append(psutil.Process(watch.pid).memory_info().rss)
            for number in range(ANSWERS, ANSWERS + 3):
                sampler = sampler_of(terminal.pid)
                assert terminal.quit() == 0
                until(lambda sampler=sampler: not sampler.is_running())
                del terminal.output[:]
                terminal.start(LAB)
                terminal.sees(b"soak, step")
                talk(terminal, run, number)
            assert watch.poll() is None
            assert run_state(run) == "training"
            assert len(run.metrics().read_all()) > LEAST_LINES
            main(["stop", "soak"])
            assert watch.wait(60) == 0
    finally:
        main(["stop", "soak"])
    grown = {name: growth(series) for name, series in sizes.items()}
    assert max(grown.values()) < MOST_GROWTH, grown


def talk(terminal: Terminal, run: Run, number: int) -> None:
    """Send a prompt, and wait for the end of its answer."""
    terminal.send(b"4Once %d" % number)

    def is_sent() -> bool:
        prompts = [turn.text for turn in read_turns(run) if turn.role == "you"]
        if prompts[-1:] and prompts[-1].endswith(f"Once {number}"):
            return True
        terminal.send(b"\r")  # not taken while an answer streams
        time.sleep(0.2)
        return False

    until(is_sent)
    length = -1
    while length != (length := len(read_turns(run)[-1].text)):
        time.sleep(0.6)
    del terminal.output[:-4096]


@contextlib.contextmanager
def watching() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(WATCH, stdout=subprocess.DEVNULL) as watch:
        try:
            yield watch
        finally:
            watch.kill()


def sampler_of(app: int) -> psutil.Process:
    children = psutil.Process(app).children(recursive=True)
    return next(child for child in children if "engine.inference.sampler" in child.cmdline())


def trainer_of(run: Run) -> psutil.Process:
    worker = run.worker()
    assert worker is not None
    return psutil.Process(worker.pid)


def growth(sizes: list[int]) -> int:
    """Return the bytes between the medians of the first and the last third after the warm-up."""
    kept = sizes[WARM_UP:]
    third = len(kept) // 3
    return int(statistics.median(kept[-third:]) - statistics.median(kept[:third]))
