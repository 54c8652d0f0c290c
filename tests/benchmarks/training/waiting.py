"""Cost of waiting, alone and beside a busy neighbor: training steps with threads that spin, sleep, or do as ours.

python -m tests.benchmarks.training.waiting [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.machine.capacity import available_cores
from engine.runs.process.launch import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

WAYS = {
    "spin": {"OMP_WAIT_POLICY": "ACTIVE"},
    "sleep": {"OMP_WAIT_POLICY": "PASSIVE"},
    "ours": ENVIRONMENT,
}

STEPS = """
import time, torch
from engine.models.gpt.family import GPTConfig
from engine.machine.devices import use_cores
from engine.models.gpt.network import build_network
use_cores(None)
network = build_network(GPTConfig(), 4096).train()
ids = torch.randint(4096, (8, 256))
seconds = []
for _ in range(8):
    start = time.perf_counter()
    torch.nn.functional.cross_entropy(network(ids).flatten(0, 1), ids.flatten()).backward()
    seconds.append(time.perf_counter() - start)
print(sorted(seconds)[len(seconds) // 2])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    print(f"{available_cores()} cores; milliseconds a step (forward and backward), median of {rounds} rounds")
    print(f"{'':24}" + "".join(f"{name:>12}" for name in WAYS))
    for name, burners in (("alone", 0), ("one busy neighbour", 1)):
        with busy_neighbours(burners):
            measured = [[step_milliseconds(way) for way in WAYS.values()] for _ in range(rounds)]
        medians = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"{name:24}" + "".join(f"{median:12.0f}" for median in medians))


def step_milliseconds(way: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", STEPS], env={**os.environ, **way}, capture_output=True, text=True, check=True
    )
    return 1000 * float(done.stdout)


@contextmanager
def busy_neighbours(count: int) -> Iterator[None]:
    """Processes that each keep one core busy."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


if __name__ == "__main__":
    main()
