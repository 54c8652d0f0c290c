"""Runs that ended badly, and what is left of others."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from engine.config.settings import RunSettings
from engine.files.storage import runs_folder
from engine.health import run_folders
from engine.health.run_folders import check_leftovers, check_runs
from engine.runs.creation import create_run
from engine.runs.folder import remove_run

if TYPE_CHECKING:
    from pathlib import Path


def make_old(path: Path) -> None:
    hours_ago = time.time() - 2 * run_folders.OLD_SECONDS
    os.utime(path, (hours_ago, hours_ago), follow_symlinks=False)


@pytest.mark.fault("unclear")
def test_runs_that_ended_badly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_runs() == []
    states = {
        **{f"d{number}": "died" for number in range(7)},
        "h": "hung",
        "u": "unreadable",
        "ok": "finished",
    }
    for name in states:
        create_run(RunSettings(), name)
    monkeypatch.setattr(run_folders, "run_state", lambda run: states[run.name])
    died, hung, unreadable = (finding.message for finding in check_runs())
    assert died.count("d") >= 5
    assert "and 2 more; lilm train --resume NAME continues" in died
    assert "hang: h; lilm stop NAME --force" in hung
    assert "cannot be read: u; lilm runs show" in unreadable


@pytest.mark.fault("unclear")
def test_what_killed_processes_left() -> None:
    runs = runs_folder()
    assert check_leftovers(runs) == []
    run = create_run(RunSettings(), "mine")
    assert check_leftovers(runs) == []
    half = [
        run.checkpoints_folder / ".step-00000005.part",
        run.folder / ".env.json.x.part",
        runs / ".gone.removed-7",
        runs / ".half.abc.new",
    ]
    for path in half:
        path.mkdir()
        (path / "tensors").write_bytes(bytes(1000))
    orphan = runs / "orphan"
    orphan.mkdir()
    assert check_leftovers(runs) == []  # they may still be written
    for path in (*half, orphan):
        make_old(path)
    left, orphans = (finding.message for finding in check_leftovers(runs))
    assert left.startswith("4 kB of ")
    for path in half:
        assert str(path.relative_to(runs)) in left
    assert "mine" not in orphans
    assert "folders without run.toml" in orphans
    assert "orphan; look into them" in orphans
    remove_run(run)
