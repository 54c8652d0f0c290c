"""The lab as a process, with a trainer and a sampler that have no model: `python -m tests.app.lab_process`."""

from __future__ import annotations

import sys

from engine.runs.process import launch

LAB = (sys.executable, "-m", "tests.app.lab_process")
FAKE_SAMPLER = (sys.executable, "-m", "tests.app.fake_sampler")


def main() -> int:
    launch.TRAINER_MODULE = "tests.app.fake_trainer"
    from tui.app import run_app

    return run_app(sys.argv[1:], sampler_command=FAKE_SAMPLER)


if __name__ == "__main__":
    sys.exit(main())
