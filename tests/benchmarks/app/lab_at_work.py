"""Keys, traffic, processor time and memory of the lab at work.

    python -m tests.benchmarks.app.lab_at_work [POINTS…]

The lab runs in a pseudo-terminal of 120x40, with one run whose curve has so many points. Each key moves the cursor
of the chart, changes what it shows, or goes to the next pane; it is answered when the lab has written something.
With `--busy` a GPT trains on all cores meanwhile, with `--live` the run gets STEPS_A_SECOND lines while its traffic
is measured. `--beside PYTHON` measures another version's interpreter in turns, `--frugal` the frugal mode.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
from msgspec.structs import replace

from engine.runs.folder import find_run
from engine.runs.journals import journal
from tests.app.fake_trainer import step_record
from tests.app.frozen_runs import make_run
from tests.app.terminal import Terminal

UP, RIGHT, LEFT = b"\x1b[A", b"\x1b[C", b"\x1b[D"
KEYS = {
    "chart cursor": (b"3c", (LEFT, LEFT, RIGHT)),
    "unit of the axis": (b"3", (b"x",)),
    "logarithmic axis": (b"3", (b"l",)),
    "metric": (b"3", (b"m",)),
    "second metric": (b"3", (b"M",)),
    "smoothing": (b"3", (b"s",)),
    "box zoom": (b"3", (b"c", b"Z", LEFT, LEFT, UP, UP, b"Z", b"U")),
    "next pane": (b"2", (b"\t",)),
}
PRESSES = 40

WATCH_SECONDS = 20.0
STEPS_A_SECOND = 8
LIMIT = 5.0
"""Seconds until a key counts as one that changes nothing."""


@dataclass(frozen=True)
class Figures:
    """Seconds for each key, resident bytes, fraction of a core and bytes per second while nothing is pressed."""

    keys: dict[str, list[float]]
    memory: int
    core: float
    traffic: float
    start: int
    """Bytes until the lab rests after its start."""


def measure(command: list[str], home: Path, *, is_live: bool) -> Figures:
    terminal = Terminal(command, rows=40, columns=120, environment={"LILM_HOME": str(home)})
    try:
        terminal.sees(b"many-points")
        terminal.rests(1.0)
        start = len(terminal.output)
        process = psutil.Process(terminal.pid)
        keys = {name: press(terminal, *spec) for name, spec in KEYS.items()}
        terminal.send(b"3")
        terminal.rests()
        used, written = sum(process.cpu_times()[:2]), len(terminal.output)
        live_for(WATCH_SECONDS) if is_live else time.sleep(WATCH_SECONDS)
        core = (sum(process.cpu_times()[:2]) - used) / WATCH_SECONDS
        traffic = (len(terminal.output) - written) / WATCH_SECONDS
        return Figures(keys, process.memory_info().rss, core, traffic, start)
    finally:
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.close()


def press(terminal: Terminal, first: bytes, keys: tuple[bytes, ...]) -> list[float]:
    """Return the seconds until the lab wrote something after each of PRESSES keys."""
    terminal.send(first)
    rest(terminal)
    times = []
    for number in range(PRESSES):
        before, start = len(terminal.output), time.perf_counter()
        terminal.send(keys[number % len(keys)])
        while len(terminal.output) == before and time.perf_counter() - start < LIMIT:
            time.sleep(0.0005)
        times.append(time.perf_counter() - start)
        rest(terminal)
    return times


def rest(terminal: Terminal, seconds: float = 0.08) -> None:
    """Wait until nothing was written for a moment; a run in training writes again after a while."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        if len(terminal.output) != size:
            size, since = len(terminal.output), time.monotonic()
        time.sleep(0.002)


def live_for(seconds: float) -> None:
    """Append STEPS_A_SECOND lines to the run's metrics, as its trainer would."""
    run = find_run("many-points")
    first = run.metrics_path.read_bytes().count(b"\n") + 1
    for step in range(first, first + round(seconds * STEPS_A_SECOND)):
        journal.append(run.metrics_path, step_record(step, 2 * first))
        time.sleep(1 / STEPS_A_SECOND)


def make_long_run(points: int, *, is_live: bool) -> None:
    """Write a run with so many lines of metrics."""
    run = make_run("many-points", "training" if is_live else "finished", step=0)
    with run.metrics_path.open("wb") as file:
        for step in range(1, points + 1):
            noise = 0.05 * ((step * 7919) % 13 - 6) / 6
            record = replace(step_record(step, points), train_loss=2.0 + 3.0 / (1 + step / 100) + noise)
            file.write(journal.with_crc(msgspec.json.encode(record)) + b"\n")


def train_meanwhile(home: Path) -> subprocess.Popen[bytes]:
    """Start `lilm train` and return when it trains."""
    command = [sys.executable, "-P", "-m", "tui", "train", "verses", "--budget", "30m", "--name", "busy"]
    trainer = subprocess.Popen(
        command,
        env={**os.environ, "LILM_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    metrics = home / "runs" / "busy" / "metrics.jsonl"
    while not metrics.exists() or not metrics.stat().st_size:
        time.sleep(0.1)
    return trainer


def cell(times: list[float]) -> str:
    middle, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return f"{middle * 1000:.0f} ms, p95 {slow * 1000:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("points", type=int, nargs="*", default=[1_000, 200_000, 1_000_000])
    parser.add_argument("--busy", action="store_true", help="train a GPT on all cores meanwhile")
    parser.add_argument(
        "--live", action="store_true", help="go on training the run while its traffic is measured"
    )
    parser.add_argument("--frugal", action="store_true", help="measure the frugal mode too")
    parser.add_argument("--beside", help="Python interpreter of another version")
    options = parser.parse_args()
    lab = ("-P", "-m", "tui")
    versions = {"this": [sys.executable, *lab]}
    if options.beside:
        versions["other"] = [options.beside, *lab]
    if options.frugal:
        versions["frugal"] = [*versions["this"], "--frugal"]
    print(
        f"{'points':>9} {'version':8}"
        + "".join(f"{name:>26}" for name in KEYS)
        + "   memory  a core    start  bytes/s"
    )
    for points in options.points:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["LILM_HOME"] = folder
            trainer = train_meanwhile(Path(folder)) if options.busy else None
            make_long_run(points, is_live=options.live)  # the newest run, which the lab selects
            for version, command in versions.items():
                figures = measure(command, Path(folder), is_live=options.live)
                cells = [cell(times) for times in figures.keys.values()]
                print(
                    f"{points:>9,} {version:8}"
                    + "".join(f"{text:>26}" for text in cells)
                    + f"{figures.memory / 1e6:6.0f} MB {figures.core:6.1%} {figures.start:8,} {figures.traffic:8.0f}",
                    flush=True,
                )
            if trainer is not None:
                trainer.send_signal(signal.SIGINT)
                trainer.wait(120)


if __name__ == "__main__":
    main()
