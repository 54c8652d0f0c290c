"""Cost of checksums: loading and writing a checkpoint with and without them, in turns, in seconds of CPU time.

    python -m tests.benchmarks.upkeep.checksums [--width 768] [--layers 12] [--turns 7]

Loading is what `sample` and the app do; a file that has been compared once is not hashed again by the same process.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--turns", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LILM_HOME"] = home
        measure(arguments.width, arguments.layers, arguments.turns)
    return 0


def measure(width: int, layers: int, turns: int) -> None:
    import torch
    from safetensors.torch import save_file

    from engine.config.settings import RunSettings
    from engine.files import checksums
    from engine.models.gpt.building import load_gpt
    from engine.models.gpt.family import GPTConfig
    from engine.models.gpt.model import GPT
    from engine.models.gpt.network import build_network
    from engine.runs import checkpoints
    from engine.runs.checkpoints import choose_checkpoint, write_checkpoint
    from engine.runs.creation import create_run

    run = create_run(RunSettings(), "measured")
    config = GPTConfig(layers=layers, width=width, heads=width // 64, context_length=256)
    model = GPT(build_network(config, 4096), 4096, 0)
    moments = {f"{n}/{k}": torch.zeros_like(p) for n, p in model.network.state_dict().items() for k in "mv"}

    def write_files(folder: Path) -> None:
        model.save(folder)
        save_file(moments, folder / "optimizer.safetensors")

    def write() -> None:
        write_checkpoint(run, 1, write_files)

    def load() -> None:
        load_gpt(choose_checkpoint(run)[1])

    def forget() -> None:
        checksums._known.clear()

    def without(function: Callable[[], None]) -> Callable[[], None]:
        def plain() -> None:
            has, of = checkpoints.has_checksum, checkpoints.checksum_of_file
            checkpoints.has_checksum = lambda path, expected: True
            checkpoints.checksum_of_file = lambda path: checksums.Checksum(0, "")
            try:
                function()
            finally:
                checkpoints.has_checksum, checkpoints.checksum_of_file = has, of

        return plain

    write()
    size = sum(path.stat().st_size for path in run.checkpoints_folder.rglob("*.safetensors"))
    print(f"{model.parameter_count:,} parameters, {size / 1e6:.0f} MB with the optimizer's state")
    time.sleep(checksums.SETTLED_NANOSECONDS / 1e9 + 0.1)
    compare("load", forget, load, without(load), turns)
    compare("load again", load, load, without(load), turns)
    compare("write", lambda: None, write, without(write), turns)


def compare(
    what: str, prepare: Callable[[], None], full: Callable[[], None], plain: Callable[[], None], turns: int
) -> None:
    seconds: dict[str, list[float]] = {"full": [], "plain": []}
    for _ in range(turns):
        for name, function in (("full", full), ("plain", plain)):
            prepare()
            began = time.process_time()
            function()
            seconds[name].append(time.process_time() - began)
    ratios = [one / other for one, other in zip(*seconds.values(), strict=True)]
    with_sums, without_sums = (median(taken) for taken in seconds.values())
    print(f"{what:<11} {with_sums:6.2f} s with, {without_sums:6.2f} s without, ratio {median(ratios):.2f}")


if __name__ == "__main__":
    sys.exit(main())
