"""Each cure of a fault is taken away in a copy of the sources, and the test that holds it must fail.

    python -m tests.benchmarks.upkeep.cures [WORD…]

`WORD`s choose faults by their names. Prints a line for each fault: whether its test fails without the cure, and
passes with it. The exit code is 1 when a test passes without its cure. About five minutes on two cores.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
COPIED = ("engine", "tui", "tests", "sample_corpora", "pyproject.toml", "README.md", ".github", "LICENSE")
LONGEST = 240
"""Seconds; a test that does not end without its cure has failed."""


@dataclass(frozen=True)
class Cure:
    """An entry of cures.toml."""

    fault: str
    file: str
    cure: str
    without: str
    tests: str


def cures() -> list[Cure]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [Cure(**entry) for entry in table["cure"]]


def passes(copy: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests.split()]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(words: list[str]) -> int:
    held = 0
    chosen = [cure for cure in cures() if not words or any(word in cure.fault for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            whole = ROOT / name
            shutil.copytree(whole, copy / name) if whole.is_dir() else shutil.copy(whole, copy / name)
        for cure in chosen:
            path = copy / cure.file
            source = path.read_text(encoding="utf-8")
            if source.count(cure.cure) != 1:
                print(
                    f"{cure.fault:44} the cure does not stand in {cure.file} as it is described here",
                    flush=True,
                )
                continue
            path.write_text(source.replace(cure.cure, cure.without), encoding="utf-8")
            fails = not passes(copy, cure.tests)
            path.write_text(source, encoding="utf-8")
            held += fails
            said = "fails without the cure" if fails else "PASSES without the cure"
            print(f"{cure.fault:44} {said}: {cure.tests}", flush=True)
    print(f"{held} of {len(chosen)} faults are held by a test that fails without the cure")
    return 0 if held == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
