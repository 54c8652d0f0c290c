"""Coverage-guided fuzzing of everything that reads bytes from outside, with atheris (`pip install 'lilm[fuzz]'`).

`LILM_FUZZ_SECONDS` is the time for all targets together (60).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.fuzz_targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = float(os.environ.get("LILM_FUZZ_SECONDS", "60"))
OPTIONS = ("-rss_limit_mb=2048", "-timeout=20", "-max_len=8192", "-print_final_stats=1")


@pytest.mark.slow
@pytest.mark.fault("app ends")
@pytest.mark.skipif(find_spec("atheris") is None, reason="needs atheris: pip install 'lilm[fuzz]'")
@pytest.mark.parametrize("target", TARGETS)
def test_no_input_that_is_found_ends_a_reader(
    target: str, tmp_path: Path, injected: Callable[[int], None]
) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    seconds = max(1, round(SECONDS / len(TARGETS)))
    command = [sys.executable, "-m", "tests.slow.fuzz_with_atheris", target, str(folder), *OPTIONS]
    done = subprocess.run(
        [*command, f"-max_total_time={seconds}", f"-artifact_prefix={tmp_path}/"],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=seconds + 300,
    )
    failed = [path for path in tmp_path.iterdir() if path.is_file()]
    shown = failed[0].read_bytes()[:500] if failed else b""
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}\n{shown!r}"
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert runs is not None
    injected(int(runs[1]))
