"""One of `tests/fuzz_targets.py` under atheris, with the engine instrumented:

    python -m tests.slow.fuzz_with_atheris TARGET FOLDER [LIBFUZZER_OPTIONS…]

FOLDER holds inputs that reach new code and gets more of them; what fails is left in the current folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["engine", "tui.lab.saved_talk"]):
    from tests.fuzz_targets import TARGETS, examples


def main() -> None:
    target, folder, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="lilm-fuzz-home-") as home:
        os.environ["LILM_HOME"] = home
        for number, example in enumerate(examples(target)):
            Path(folder, f"example-{number}").write_bytes(example)
        atheris.Setup([sys.argv[0], folder, *options], TARGETS[target])
        atheris.Fuzz()  # ends the process


if __name__ == "__main__":
    main()
