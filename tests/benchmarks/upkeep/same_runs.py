"""Fingerprints of eight small runs: losses, samples and weights, to compare two versions of the code to the bit.

    python -m tests.benchmarks.upkeep.same_runs --save before.json
    python -m tests.benchmarks.upkeep.same_runs --compare before.json

Every family, both GPT shapes, chat training, two processes and a resumed run go through the command line with one
thread, fp32 and a budget of steps. Processors differ in their kernels: compare on one machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FIXED = ("training.threads=1", "training.precision=fp32", "training.compile=off", "training.log_every=5")
SMALL_GPT = ("model.layers=2", "model.width=32", "model.heads=2", "model.context_length=32")
STEPS = ("--budget", "40steps", "--set", "training.evaluations=4", "--set", "training.batch_size=4")
RUNS: dict[str, tuple[str, ...]] = {
    "bigram": ("hello", "--model", "ngram", "--tokenizer", "word", "--set", "model.order=2"),
    "kneser-ney": ("verses", "--model", "ngram", "--tokenizer", "char", "--set", "model.order=5"),
    "mlp": ("verses", "--model", "mlp", "--tokenizer", "char", "--set", "model.hidden=32", *STEPS),
    "qwen3": ("verses", "--tokenizer", "bpe:300", *STEPS, *(f"--set={pair}" for pair in SMALL_GPT)),
    "gpt2": (
        *("verses", "--tokenizer", "char", "--set", "model.shape=gpt2", "--set", "model.dropout=0.1", *STEPS),
        *(f"--set={pair}" for pair in SMALL_GPT),
    ),
    "chat": ("dialogues", "--from", "qwen3", "--set", "training.objective=chat", *STEPS),
    "two-processes": (
        *("verses", "--tokenizer", "char", "--processes", "2", *STEPS),
        *(f"--set={pair}" for pair in SMALL_GPT),
    ),
    "resumed": (
        *("verses", "--tokenizer", "char", "--budget", "400steps", "--set", "training.evaluations=8"),
        *("--set", "training.batch_size=4", *(f"--set={pair}" for pair in SMALL_GPT)),
    ),
}
STOPPED = "resumed"
"""This run is stopped as soon as it trains, and resumed."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", type=Path, help="write the fingerprints to this file")
    parser.add_argument("--compare", type=Path, help="compare with the fingerprints in this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = {name: fingerprint(Path(home), name, options) for name, options in RUNS.items()}
    if arguments.save:
        arguments.save.write_text(json.dumps(found, indent=1))
    before = json.loads(arguments.compare.read_text()) if arguments.compare else {}
    print(f"{'run':<15} {'step':>5} {'last loss':>10} {'weights':>12}  {'as before' if before else ''}")
    differing = 0
    for name, run in found.items():
        verdict = ""
        if before:
            keys = [key for key in run if run[key] != before[name].get(key)]
            verdict = "differs: " + ", ".join(keys) if keys else "equal"
            differing += bool(keys)
        last = run["losses"][-1]
        print(f"{name:<15} {last[0]:>5} {last[1]:>10.6f} {run['model.safetensors'][:12]:>12}  {verdict}")
    return 1 if differing else 0


def fingerprint(home: Path, name: str, options: tuple[str, ...]) -> dict[str, Any]:
    """Losses, samples and file hashes of one run, by what they are."""
    settings = [part for pair in FIXED for part in ("--set", pair)]
    train = ["train", *options, "--name", name, *settings]
    if name == STOPPED:
        lilm(home, *train, "--detach")
        wait_for_metrics(home / "runs" / name)
        lilm(home, "stop", name)
        lilm(home, "train", "--resume", name)
    else:
        lilm(home, *train)
    folder = home / "runs" / name
    checkpoint = max((folder / "checkpoints").glob("step-*"))
    greedy = json.loads(lilm(home, "sample", name, "--greedy", "--tokens", "20", "--json").splitlines()[-1])
    samples = [json.loads(line) for line in (folder / "samples.jsonl").read_text().splitlines()]
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    return {
        "losses": sorted(last_losses(folder)),
        "evaluations": [
            [event["step"], event["val_loss"]] for event in events if event["event"] == "evaluated"
        ],
        "samples": [[sample["step"], sample["completion"]] for sample in samples],
        "greedy": greedy["text"],
        "model.safetensors": hash_of(checkpoint / "model.safetensors"),
        "tokenizer.json": hash_of(folder / "tokenizer.json"),
        "checkpoint files": sorted(path.name for path in checkpoint.iterdir()),
        "run files": sorted(path.name for path in folder.iterdir()),
    }


def last_losses(folder: Path) -> list[list[float]]:
    """Training losses by step; of a step that was made twice, the later line."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [[step, loss] for step, loss in {line["step"]: line["train_loss"] for line in lines}.items()]


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wait_for_metrics(folder: Path) -> None:
    while not (folder / "metrics.jsonl").exists():
        time.sleep(0.05)


def lilm(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, "LILM_HOME": str(home), "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"lilm {' '.join(arguments)} failed: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
