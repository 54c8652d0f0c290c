"""Runs that died or hang, and what killed processes left behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.formatting import size
from engine.health.finding import Finding
from engine.runs.folder import list_runs
from engine.runs.process.status import run_state
from engine.sanitize import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMED = 5
"""Runs or files of one kind that are named; the rest are counted."""
OLD_SECONDS = 3600.0
"""A file that is being written grows every few seconds."""
LEFTOVERS = (".*.new", ".*.removed-*", "*/.*.part", "*/checkpoints/.step-*", "*/checkpoints/.*.trash")
"""Below the folder of all runs: runs half made or removed, files and checkpoints half written or removed."""


def check_runs() -> list[Finding]:
    """Runs whose trainer is gone, hangs, or that cannot be read."""
    by_state: dict[str, list[str]] = {}
    for run in list_runs():
        by_state.setdefault(run_state(run), []).append(run.name)
    found = []
    if died := by_state.get("died"):
        advice = "lilm train --resume NAME continues, lilm runs remove NAME deletes, lilm watch NAME says why"
        found.append(Finding("runs", f"trainers that exited unexpectedly: {_listed(died)}; {advice}"))
    if hung := by_state.get("hung"):
        found.append(Finding("runs", f"trainers that hang: {_listed(hung)}; lilm stop NAME --force ends one"))
    if unreadable := by_state.get("unreadable"):
        advice = "lilm runs show NAME says why"
        found.append(Finding("runs", f"runs that cannot be read: {_listed(unreadable)}; {advice}"))
    return found


def check_leftovers(runs: Path) -> list[Finding]:
    """Old files of killed processes, and folders that are no runs, which no command lists."""
    if not runs.is_dir():
        return []
    old = time.time() - OLD_SECONDS
    found = []
    leftovers = [path for pattern in LEFTOVERS for path in runs.glob(pattern) if _modified(path) < old]
    if leftovers:
        taken = size(sum(_bytes(path) for path in leftovers))
        named = _listed([str(path.relative_to(runs)) for path in leftovers])
        found.append(
            Finding(
                "leftovers",
                f"{taken} of {runs} were left by killed processes: {named}; delete them with rm -r",
            )
        )
    if orphans := [
        path.name
        for path in _plain_folders(runs)
        if not (path / "run.toml").exists() and _modified(path) < old
    ]:
        what = f"folders without run.toml in {runs}: {_listed(orphans)}"
        found.append(Finding("leftovers", f"{what}; look into them and delete them with rm -r"))
    return found


def _plain_folders(runs: Path) -> Iterator[Path]:
    return (path for path in sorted(runs.iterdir()) if path.is_dir() and not path.name.startswith("."))


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(visible, names[:NAMED]))
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return time.time()


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        try:
            total += file.lstat().st_size
        except OSError:
            continue
    return total
