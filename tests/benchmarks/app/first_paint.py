"""Time until the app shows something, and until it shows everything: `python -m tests.benchmarks.app.first_paint`.

Starts each program in a pseudo-terminal of 80x24, waits for what it should show, and closes it with ctrl+q. The first
paint of the lab has the names of its four panes, the list of texts and the line of keys; everything is there with the
introduction in the pane of the loss, after which keys act. Beside the lab stands the smallest Textual app, which is
what Python and Textual alone cost. The runs are interleaved, so that a busy machine is equally busy for both, and all
run from bytecode, as installed packages do.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import statistics
import struct
import sys
import tempfile
import termios
import time

PLAIN_APP = """
from textual.app import App
from textual.widgets import Static

class Plain(App):
    def compose(self):
        yield Static("Texts stories")

Plain().run()
"""
FRAME = (b"1 Texts", b"2 Runs", b"3 Loss", b"4 Talk", b"stories", b"hello", b"quit")
INTRODUCTION = (b"Welcome to the lab.",)
PROGRAMS = {
    "lab": ([sys.executable, "-m", "tui"], FRAME, INTRODUCTION),
    "smallest Textual app": ([sys.executable, "-c", PLAIN_APP], (b"Texts",), (b"stories",)),
}
PATIENCE = 60.0


def start_and_time(command: list[str], bytecode: str, *frames: tuple[bytes, ...]) -> list[float]:
    """Seconds from the start to the moment all words of each frame have been written to the terminal."""
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        pid, terminal = pty.fork()
        if pid == 0:
            environment = {
                **os.environ,
                "LILM_HOME": home,
                "TERM": "screen-256color",
                "COLUMNS": "80",
                "LINES": "24",
                "PYTHONPYCACHEPREFIX": bytecode,
            }
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            os.execve(command[0], command, environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        times = read_until(terminal, start, frames)
        os.write(terminal, b"\x11")
        drain(terminal)
        os.waitpid(pid, 0)
        os.close(terminal)
    return times


def read_until(terminal: int, start: float, frames: tuple[tuple[bytes, ...], ...]) -> list[float]:
    seen = b""
    times: list[float] = []
    while len(times) < len(frames):
        if not select.select([terminal], [], [], PATIENCE)[0]:
            raise TimeoutError(f"never saw {frames[len(times)]!r} in {seen[-500:]!r}")
        seen += os.read(terminal, 65_536)
        while len(times) < len(frames) and all(word in seen for word in frames[len(times)]):
            times.append(time.perf_counter() - start)
    return times


def drain(terminal: int) -> None:
    try:
        while select.select([terminal], [], [], PATIENCE)[0] and os.read(terminal, 65_536):
            pass
    except OSError:
        return  # the program has closed its end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=11)
    repeats = parser.parse_args().repeats
    times: dict[str, list[list[float]]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as bytecode:
        for _ in range(repeats + 1):
            for name, (command, *frames) in PROGRAMS.items():
                times[name].append(start_and_time(command, bytecode, *frames))
    print(f"median of {repeats} starts (fastest), load average {os.getloadavg()[0]:.1f}")
    print(f"{'':22}{'first paint':>20}{'all is there':>20}")
    for name, measured in times.items():
        columns = list(zip(*measured[1:], strict=True))  # the first start compiles
        cells = [f"{statistics.median(column):.3f} s ({min(column):.3f})" for column in columns]
        print(f"{name:22}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
