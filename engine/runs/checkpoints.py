"""Checkpoints of a run. One is valid only with its COMPLETE marker, which is written last.

The marker has a checksum for every file; a reader of a checkpoint verifies the files that it reads. Folders whose
names begin with a dot are incomplete or partly removed, and deleted by the next trainer.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeVar

from engine.errors import LilmError, MisuseError, UnreadableError
from engine.files.checksums import Checksum, checksum_of_file, has_checksum
from engine.files.reading import read_json
from engine.files.storage import OWNER_ONLY, cannot_write, folder_at_once, indented_json, write_atomically
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Checkpoint as CheckpointEvent
from engine.runs.process.lock import refuse_links

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run

MARKER = "COMPLETE"
FOR_RESUMING = frozenset({"optimizer.safetensors", "state.json"})
"""Files that only the run itself reads, when it is resumed."""
TENSORS = ".safetensors"
RECORDS = frozenset({"config.json", "state.json"})
"""Files of a checkpoint read besides its tensors."""
ASIDE = "aside"
"""Folder beside the checkpoints for those later than the step from which a run was resumed."""

Result = TypeVar("Result")
ChosenStep = int | Literal["newest", "best"]
"""A checkpoint by its step, or "newest" or "best"."""

_NAME = re.compile(r"step-(\d+)")


def checkpoint_folder(run: Run, step: int) -> Path:
    return run.checkpoints_folder / f"step-{step:08d}"


def complete_steps(run: Run) -> list[int]:
    """Return the steps of all checkpoints with a marker, ascending; none where their folder cannot be read."""
    try:
        return _complete_steps(run)
    except UnreadableError:
        return []


def choose_checkpoint(
    run: Run, step: ChosenStep | None = None, notify: Callable[[str], None] = lambda message: None
) -> tuple[int, Path]:
    """Return the newest checkpoint with an undamaged model, the one with the lowest held-out loss, or one by step.

    None: the best one if the loss has risen since, else the newest. `notify` receives a message when it is not the
    newest, and for damaged ones.

    Raises MisuseError when it does not exist or there are links in the run, LilmError when it is damaged.
    """
    refuse_links(run)
    if isinstance(step, int):
        return _whole(run, step)
    if step == "best":
        if (best := RunHistory(run).read_events().best) is None:
            raise MisuseError(f"no evaluation of {run.name} has found a best step yet; take --step newest")
        return _whole(run, best.step)
    newest = newest_whole(run, notify, but=FOR_RESUMING)
    if newest is None:
        raise MisuseError(f"the run {run.name} has no checkpoint yet; wait for its first, or train it longer")
    better = None if step == "newest" else _better_than(newest[0], run, notify)
    if better is None:
        return newest
    notify(
        f"the held-out loss of {run.name} was lowest at step {better[0]:,}, "
        f"which is used instead of the newest, step {newest[0]:,}"
    )
    return better


def read_checkpoint(
    run: Run,
    step: ChosenStep | None,
    read: Callable[[int, Path], Result],
    notify: Callable[[str], None] = lambda message: None,
) -> Result:
    """Return the result of `read` for a checkpoint that `choose_checkpoint` finds. Raises as that does.

    A checkpoint that a trainer removes meanwhile is replaced by a newer one, unless it was chosen by its step.
    """
    while True:
        chosen, folder = choose_checkpoint(run, step, notify)
        try:
            return read(chosen, folder)
        except (OSError, LilmError):
            if isinstance(step, int) or folder.exists():
                raise


def _better_than(newest: int, run: Run, notify: Callable[[str], None]) -> tuple[int, Path] | None:
    """Return an earlier checkpoint with a lower held-out loss than the last evaluation's."""
    history = RunHistory(run).read_events()
    if skipped := history.skipped_lines:
        lines = "a line" if skipped == 1 else f"{skipped:,} lines"
        notify(f"{lines} of {run.events_path} could not be read, so where the loss was lowest is unknown")
        return None
    best = best_before(newest, history)
    if best is None:
        return None
    folder = checkpoint_folder(run, best)
    reason = damage(folder, but=FOR_RESUMING)
    if reason and os.path.exists(folder / MARKER):
        lowest = f"{run.name} at step {best}, where the held-out loss was lowest,"
        notify(f"the checkpoint of {lowest} is damaged: {reason}")
    return None if reason else (best, folder)


def best_before(newest: int, history: RunHistory) -> int | None:
    """Return the step before `newest` with the lowest held-out loss, if the loss has risen since."""
    best = history.best
    if best is None or best is history.evaluations[-1] or best.step >= newest:
        return None
    return best.step


def _whole(run: Run, step: int) -> tuple[int, Path]:
    folder = _existing(run, step)
    if reason := damage(folder, but=FOR_RESUMING):
        others = ", ".join(str(other) for other in complete_steps(run) if other != step)
        raise LilmError(
            f"the checkpoint of {run.name} at step {step} is damaged: {reason}; "
            + (f"choose another: {others}" if others else _beginning(run))
        )
    return step, folder


def checkpoint_to_resume(
    run: Run, notify: Callable[[str], None], from_step: int | None = None
) -> tuple[int, Path] | None:
    """Return the newest undamaged checkpoint, or the one at `from_step`; None for the beginning.

    Later ones are set aside, since the run repeats their steps. A run without any starts at the beginning.
    Raises LilmError when all are damaged or missing, unless `from_step` is 0, and MisuseError when there is none at
    `from_step`.
    """
    found: tuple[int, Path] | None = None
    if from_step is None:
        found = newest_whole(run, notify)
        if found is None and _had_checkpoint(run):
            raise LilmError(f"the checkpoints of {run.name} are gone; {_beginning(run)}")
    elif from_step:
        found = from_step, _existing(run, from_step)
        if reason := damage(found[1]):
            raise LilmError(
                f"the checkpoint of {run.name} at step {from_step} is damaged: {reason}; {_beginning(run)}"
            )
    if set_aside_after(run, found[0] if found else 0):
        notify(f"later checkpoints are kept in {run.checkpoints_folder / ASIDE}; remove them to free space")
    return found


def newest_whole(
    run: Run, notify: Callable[[str], None] = lambda message: None, *, but: frozenset[str] = frozenset()
) -> tuple[int, Path] | None:
    """Return the newest undamaged checkpoint, ignoring files in `but`; `notify` receives the damage of newer ones.

    None when there is no checkpoint. Raises LilmError when all are damaged.
    """
    while steps := _complete_steps(run):
        damaged: list[str] = []
        for step in reversed(steps):
            folder = checkpoint_folder(run, step)
            reason = damage(folder, but=but)
            if not reason:
                for message in damaged:
                    notify(f"{message}; step {step} is used instead")
                return step, folder
            if os.path.exists(folder / MARKER):
                damaged.append(f"the checkpoint of {run.name} at step {step} is damaged: {reason}")
        if damaged:
            all_of_them = f"all {len(damaged)} checkpoints of {run.name} are damaged"
            raise LilmError(f"{damaged[0] if len(damaged) == 1 else all_of_them}; {_beginning(run)}")
        # All of them were pruned during the search, so there are newer ones.
    return None


def damage(folder: Path, *, but: frozenset[str] = frozenset()) -> str:
    """Return a phrase on a file that differs from the marker, except those in `but`; empty when none does."""
    try:
        checksums = read_json(folder / MARKER, dict[str, Checksum])
        read = {path.name for path in folder.iterdir() if path.suffix == TENSORS or path.name in RECORDS}
    except (OSError, UnreadableError):
        return f"{MARKER} cannot be read"
    for name in sorted((read | checksums.keys()) - but):
        if name not in checksums or not has_checksum(folder / name, checksums[name]):
            return f"{name} differs from its checksum"
    return "" if checksums.keys() - but else f"{MARKER} names no model"


def write_checkpoint(run: Run, step: int, write_files: Callable[[Path], None]) -> Path:
    """Call `write_files` on a temporary folder, write its marker, and rename it.

    Can be interrupted at any time: a folder without a marker is ignored, and deleted by the next trainer.
    Raises DiskFullError when the disk is full.
    """
    final = checkpoint_folder(run, step)
    part = final.with_name(f".{final.name}.part")
    run.check()
    try:
        run.checkpoints_folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        sweep(run)
        with folder_at_once(final, part):
            part.mkdir(mode=OWNER_ONLY)
            write_files(part)
            for path in part.rglob("*"):
                if path.is_file():
                    _flush(path)
            files = [path for path in sorted(part.iterdir()) if path.is_file()]
            checksums = {path.name: checksum_of_file(path) for path in files}
            write_atomically(part / MARKER, indented_json(checksums, indent=1))
            run.check()
            if final.exists():
                _remove(final)
        _flush(run.checkpoints_folder)
    except OSError as error:
        raise cannot_write(final, error, "free some space, then resume") from error
    return final


def remove_old(run: Run, keep: int, best: int | None) -> None:
    """Delete all but the newest `keep` checkpoints and the best one."""
    for step in complete_steps(run)[:-keep]:
        if step != best:
            with suppress(OSError):
                _remove(checkpoint_folder(run, step))


def sweep(run: Run) -> None:
    """Remove the leftovers of interrupted writes and removals. The caller must hold the run's lock."""
    newest = next(reversed(complete_steps(run)), 0)
    for leftover in _folders(run):
        is_half = leftover.name.startswith(".step-")
        # Earlier versions removed file by file; only what is older than the newest was ever removed.
        found = _NAME.fullmatch(leftover.name)
        if is_half or (found and int(found[1]) < newest and not os.path.exists(leftover / MARKER)):
            shutil.rmtree(leftover, ignore_errors=True)


def set_aside_after(run: Run, step: int) -> list[int]:
    """Move checkpoints of later steps, damaged or not, to the folder ASIDE and return their steps."""
    moved = []
    for folder in _folders(run):
        found = _NAME.fullmatch(folder.name)
        if found and int(found[1]) > step:
            aside = run.checkpoints_folder / ASIDE / folder.name
            aside.parent.mkdir(mode=OWNER_ONLY, exist_ok=True)
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)
            moved.append(int(found[1]))
    return sorted(moved)


def _existing(run: Run, step: int) -> Path:
    """Raise MisuseError when there is no checkpoint at a step."""
    steps = _complete_steps(run)
    if step not in steps:
        there = f"there are {', '.join(map(str, steps))}" if steps else "there is none yet"
        raise MisuseError(f"the run {run.name} has no checkpoint at step {step}; {there}")
    return checkpoint_folder(run, step)


def _beginning(run: Run) -> str:
    return (
        f"begin again with lilm train --resume {run.name} --from-step 0, "
        f"or remove it with lilm runs remove {run.name}"
    )


def _had_checkpoint(run: Run) -> bool:
    return any(isinstance(event, CheckpointEvent) for event in run.events().read_all())


def _complete_steps(run: Run) -> list[int]:
    """Raises UnreadableError."""
    named = ((folder, _NAME.fullmatch(folder.name)) for folder in _folders(run))
    return sorted(int(name[1]) for folder, name in named if name and os.path.exists(folder / MARKER))


def _folders(run: Run) -> list[Path]:
    """Return the entries of the checkpoints' folder. Raises UnreadableError."""
    try:
        return list(run.checkpoints_folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UnreadableError(
            f"cannot read the checkpoints in {run.checkpoints_folder}: {error.strerror or error}"
        ) from error


def _remove(folder: Path) -> None:
    """Rename a folder before it is removed, so that an interruption leaves nothing under its name."""
    trash = folder.with_name(f".{folder.name}.trash")
    shutil.rmtree(trash, ignore_errors=True)
    folder.rename(trash)
    shutil.rmtree(trash, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
