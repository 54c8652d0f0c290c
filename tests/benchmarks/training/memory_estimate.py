"""Memory and time that a run estimates before its first step, and then takes, for several shapes.

    python -m tests.benchmarks.training.memory_estimate [TEXT] [--shapes NAME…]

Each shape is trained in a process of its own in a folder that is removed afterwards. `parts` is the sum of weights,
gradients, optimizer state and activations, of which the process's whole memory is said and measured beside it.
Aims: memory within 15 %, time within 20 %.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.config.loading import merge, settings_from
from engine.config.presets import default_table, preset
from engine.formatting import duration, size
from engine.runs.creation import create_run
from engine.runs.journals.records import Estimate, Finished
from engine.runs.process.launch import ENVIRONMENT

if TYPE_CHECKING:
    from engine.runs.folder import Run

SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    # Name: preset, and what differs from it.
    "gpt 4x128, 64 characters": ("nanogpt-shakespeare-cpu", {"training": {"budget": "400steps"}}),
    "gpt 4x128, 128 of 256 characters": (
        "nanogpt-shakespeare-cpu",
        {"model": {"context_length": 256}, "training": {"budget": "12steps", "batch_size": 128}},
    ),
    "gpt 6x384, 16 of 256 characters": (
        "nanogpt-shakespeare",
        {"training": {"budget": "10steps", "batch_size": 16}},
    ),
    "gpt default": ("default", {"training": {"budget": "60steps"}}),
    "gpt default, words": (
        "default",
        {"tokenizer": "word", "training": {"budget": "20steps", "batch_size": 32}},
    ),
    "mlp": ("bengio", {"training": {"budget": "300steps"}}),
}


@dataclass(frozen=True)
class Row:
    shape: str
    estimate: Estimate
    peak_bytes: int
    seconds: float


def measure(name: str, text: str) -> Row:
    named, changes = SHAPES[name]
    source = {"corpus": {"sources": [text], "validation_fraction": 0.02}, "training": {"evaluations": 2}}
    run = create_run(settings_from(merge(default_table(), preset(named), source, changes)), "measured")
    trainer = subprocess.Popen(
        [sys.executable, "-m", "engine.training.process.worker", str(run.folder)],
        env={**ENVIRONMENT, **os.environ},
    )
    _, status, usage = os.wait4(trainer.pid, 0)
    if status:
        raise SystemExit(f"{name}: the trainer ended with {os.waitstatus_to_exitcode(status)}")
    estimate, finished = (_only(run, kind) for kind in (Estimate, Finished))
    kilobytes = usage.ru_maxrss if sys.platform != "darwin" else usage.ru_maxrss // 1024
    return Row(name, estimate, 1024 * kilobytes, finished.seconds)


def _only(run: Run, kind: type[Any]) -> Any:
    return next(event for event in run.events().read_all() if isinstance(event, kind))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", nargs="?", default="stories")
    parser.add_argument("--shapes", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    arguments = parser.parse_args()
    print(f"{'shape':34}{'parts':>10}{'said':>10}{'taken':>10}{'off':>7}{'said':>10}{'taken':>10}{'off':>7}")
    for name in arguments.shapes:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["LILM_HOME"] = folder
            row = measure(name, arguments.text)
        estimate = row.estimate
        parts = (
            estimate.weights_bytes
            + estimate.gradients_bytes
            + estimate.optimizer_bytes
            + estimate.activations_bytes
        )
        print(
            f"{row.shape:34}{size(parts):>10}"
            f"{size(estimate.memory_bytes):>10}{size(row.peak_bytes):>10}"
            f"{estimate.memory_bytes / row.peak_bytes - 1:>+7.0%}"
            f"{duration(estimate.seconds):>10}{duration(row.seconds):>10}"
            f"{estimate.seconds / row.seconds - 1:>+7.0%}",
            flush=True,
        )


if __name__ == "__main__":
    main()
