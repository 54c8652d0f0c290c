"""Which checkpoints a run has. One counts only with its COMPLETE marker, which is written last."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from engine.errors import LilmError, MisuseError
from engine.storage import OWNER_ONLY, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run

MARKER = "COMPLETE"


class FileSeal(Struct, frozen=True):
    size: int
    sha256: str


def checkpoint_folder(run: Run, step: int) -> Path:
    return run.checkpoints_folder / f"step-{step:08d}"


def complete_steps(run: Run) -> list[int]:
    """The steps of all complete checkpoints, ascending."""
    try:
        markers = list(run.checkpoints_folder.glob(f"step-*/{MARKER}"))
    except OSError:
        return []
    return sorted(int(marker.parent.name.removeprefix("step-")) for marker in markers)


def choose_checkpoint(run: Run, step: int | None = None) -> tuple[int, Path]:
    """The newest complete checkpoint, or the one at a step.

    Raises MisuseError when it is not there.
    """
    steps = complete_steps(run)
    if not steps:
        raise MisuseError(f"the run {run.name} has no checkpoint yet; wait for its first, or train it longer")
    if step is None:
        step = steps[-1]
    if step not in steps:
        there = ", ".join(str(other) for other in steps)
        raise MisuseError(f"the run {run.name} has no checkpoint at step {step}; there are {there}")
    return step, checkpoint_folder(run, step)


def newest_intact(run: Run) -> tuple[int, Path] | None:
    """The newest checkpoint whose files are what its marker says; None when there is none."""
    for step in reversed(complete_steps(run)):
        folder = checkpoint_folder(run, step)
        if is_intact(folder):
            return step, folder
    return None


def is_intact(folder: Path) -> bool:
    try:
        seals = msgspec.json.decode((folder / MARKER).read_bytes(), type=dict[str, FileSeal])
        return all(_seal(folder / name) == seal for name, seal in seals.items())
    except (OSError, msgspec.DecodeError):
        return False


def write_checkpoint(run: Run, step: int, write_files: Callable[[Path], None]) -> Path:
    """Lets `write_files` fill a folder, seals it, and gives it its place.

    Can be interrupted at any instant: what is not sealed does not count and is swept away by the next one.
    Raises LilmError when the disk is full.
    """
    final = checkpoint_folder(run, step)
    part = final.with_name(f".{final.name}.part")
    run.check()
    try:
        run.checkpoints_folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        for leftover in run.checkpoints_folder.glob(".step-*.part"):
            shutil.rmtree(leftover)
        part.mkdir(mode=OWNER_ONLY)
        write_files(part)
        for path in part.rglob("*"):
            if path.is_file():
                _flush(path)
        seals = {path.name: _seal(path) for path in sorted(part.iterdir()) if path.is_file()}
        write_atomically(part / MARKER, msgspec.json.format(msgspec.json.encode(seals), indent=1))
        run.check()
        if final.exists():
            shutil.rmtree(final)
        part.rename(final)
        _flush(run.checkpoints_folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        reason = error.strerror or str(error)
        raise LilmError(
            f"cannot write the checkpoint {final}: {reason}; free some space, then resume"
        ) from error
    return final


def remove_old(run: Run, keep: int, best: int | None) -> None:
    """Deletes all but the newest `keep` checkpoints and the best one."""
    for step in complete_steps(run)[:-keep]:
        if step != best:
            shutil.rmtree(checkpoint_folder(run, step), ignore_errors=True)


def _seal(path: Path) -> FileSeal:
    with path.open("rb") as file:
        return FileSeal(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
