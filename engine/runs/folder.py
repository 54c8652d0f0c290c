"""The run directory: its layout, its name, and the list of all runs."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.config.loading import read_settings
from engine.errors import LilmError, MisuseError, UnreadableError
from engine.files.reading import read_end, read_json, reason_of, shown_text, unreadable
from engine.files.storage import indented_json, refuse_if_read_only, runs_folder
from engine.runs import sums
from engine.runs.journals import journal
from engine.runs.journals.records import AnyEvent, Sample, Step, Worker
from engine.runs.process.lock import Purpose, RunLock, refuse_links
from engine.runs.process.status import hold_run, run_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.config.settings import RunSettings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Run:
    """A run by its folder. Files are read only when they are needed."""

    folder: Path
    lock: RunLock | None = field(default=None, compare=False, repr=False)
    """Lock of the process that trains it, which writes only while the folder exists and is the locked one."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def settings_path(self) -> Path:
        return self.folder / "run.toml"

    @property
    def tokenizer_path(self) -> Path:
        return self.folder / "tokenizer.json"

    @property
    def checkpoints_folder(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def control_folder(self) -> Path:
        return self.folder / "control"

    @property
    def worker_path(self) -> Path:
        return self.folder / "worker.json"

    @property
    def lock_path(self) -> Path:
        return self.folder / "lock"

    @property
    def reserve_path(self) -> Path:
        """Room that a trainer gives back when the disk is full; empty while it waits for more."""
        return self.folder / "reserve"

    @property
    def log_path(self) -> Path:
        return self.folder / "log.txt"

    @property
    def metrics_path(self) -> Path:
        return self.folder / "metrics.jsonl"

    @property
    def events_path(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def samples_path(self) -> Path:
        return self.folder / "samples.jsonl"

    def settings(self) -> RunSettings:
        """Read run.toml. Raises UnreadableError when it is missing or damaged."""
        return read_settings(self.checked(self.settings_path))

    def checked(self, path: Path) -> Path:
        """Compare a file with its checksum and return its path. Raises UnreadableError."""
        sums.check(self.folder, path.name)
        return path

    def metrics(self) -> journal.JournalReader[Step]:
        return journal.JournalReader(self.metrics_path, Step)

    def events(self) -> journal.JournalReader[AnyEvent]:
        return journal.JournalReader(self.events_path, AnyEvent)

    def samples(self) -> journal.JournalReader[Sample]:
        return journal.JournalReader(self.samples_path, Sample)

    def record_event(self, event: AnyEvent) -> None:
        self.check()
        journal.append(self.events_path, event)

    def record_step(self, step: Step) -> None:
        self.check()
        journal.append(self.metrics_path, step)

    def record_sample(self, sample: Sample) -> None:
        self.check()
        journal.append(self.samples_path, sample)

    def check(self) -> None:
        """Raise RunGoneError when this process trains the run and its folder was removed or moved."""
        if self.lock is not None:
            self.lock.check()

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write env.json or data.json: facts for users and scripts."""
        self.check()
        sums.write_covered(self.folder, name, indented_json(content))

    def read_json(self, name: str, notify: Callable[[str], None] = lambda message: None) -> dict[str, Any]:
        """Return the facts of a file; {} when it does not exist, or is damaged, which `notify` receives."""
        path = self.folder / name
        if not os.path.exists(path):
            return {}
        try:
            return read_json(self.checked(path), dict[str, Any])
        except UnreadableError as error:
            notify(f"{error}; the facts in {name} are determined again")
            return {}

    def worker(self) -> Worker | None:
        try:
            return read_json(self.worker_path, Worker)
        except UnreadableError:
            return None

    def log_tail(self, lines: int = 12) -> list[str]:
        """Return the last lines of the trainer's output."""
        try:
            return shown_text(read_end(self.log_path, 16_384)).splitlines()[-lines:]
        except UnreadableError:
            return []

    def size_bytes(self) -> int:
        """Return the size on disk, including checkpoints; without files that vanish or are not accessible."""
        return sum(
            _file_size(Path(parent, name)) for parent, _, names in os.walk(self.folder) for name in names
        )


def check_name(name: str) -> None:
    """Raise MisuseError for a name that is not a plain folder name."""
    if not _NAME.fullmatch(name):
        raise MisuseError(
            f"{name!r} cannot be a run's name; use up to 80 letters, digits, dots, dashes and underscores"
        )


def find_run(name: str | None) -> Run:
    """Return the run of a name; None: the newest.

    Raises MisuseError, with the most similar name, when there is none.
    """
    if name is None:
        for newest in list_runs():
            return newest
        raise MisuseError("there are no runs yet; start one with lilm train")
    run = Run(runs_folder() / name)
    if _NAME.fullmatch(name) and _is_run(run.folder):
        return run
    names = [other.name for other in list_runs()]
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        hint = f"did you mean {near[0]}?"
    else:
        hint = (
            f"there are {', '.join(names[:8])}"
            if names
            else "there are no runs yet; start one with lilm train"
        )
    raise MisuseError(f"there is no run named {name!r}; {hint}")


def list_runs() -> list[Run]:
    """Return all runs, the newest first, including those whose folder is not accessible.

    Raises UnreadableError when the folder of all runs is not accessible.
    """
    try:
        folders = [folder for folder in runs_folder().iterdir() if _is_run(folder)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise unreadable(runs_folder(), reason_of(error)) from error
    return [Run(folder) for folder in sorted(folders, key=_created, reverse=True)]


def rename_run(run: Run, name: str) -> Run:
    """Rename a run. Raises MisuseError when the name is invalid or taken, or another process starts or trains it."""
    check_name(name)
    refuse_if_read_only(run.folder)
    refuse_links(run)
    renamed = Run(run.folder.with_name(name))
    with hold_run(run, Purpose.CHANGE):
        if os.path.lexists(renamed.folder):
            raise MisuseError(f"there is a run named {name} already; choose another name")
        try:
            run.folder.rename(renamed.folder)
        except OSError as error:
            raise LilmError(f"cannot rename {run.folder}: {error.strerror or error}") from error
    return renamed


def _file_size(path: Path) -> int:
    try:
        facts = path.lstat()
    except OSError:
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def remove_run(run: Run) -> None:
    """Delete the run's folder permanently; if it is a link, only the link. Links in it are not followed.

    Raises MisuseError when another process starts or trains the run, and LilmError when the deletion fails.
    """
    refuse_if_read_only(run.folder)
    if run.folder.is_symlink():
        _remove_link(run.folder)
        return
    if run.lock_path.is_symlink():
        _remove_link(run.lock_path)
    with hold_run(run, Purpose.CHANGE):
        hidden = run.folder.with_name(f".{run.name}.removed-{os.getpid()}")
        try:
            # Atomic: no process finds half of it, or creates a lock in it again.
            run.folder.rename(hidden)
        except OSError as error:
            raise LilmError(f"cannot remove {run.folder}: {error.strerror or error}") from error
        try:
            shutil.rmtree(hidden)
        except OSError as error:
            with contextlib.suppress(OSError):
                hidden.rename(run.folder)
            raise LilmError(f"cannot remove {run.folder}: {error.strerror or error}") from error


def dependents(run: Run) -> list[Run]:
    """Return unfinished runs that began from this one's weights, which cannot be resumed without it."""
    return [other for other in list_runs() if _base_of(other) == run.name and run_state(other) != "finished"]


def _base_of(run: Run) -> str | None:
    try:
        return run.settings().base
    except LilmError:
        return None


def _remove_link(link: Path) -> None:
    try:
        link.unlink()
    except OSError as error:
        raise LilmError(f"cannot remove {link}: {error.strerror or error}") from error


def _is_run(folder: Path) -> bool:
    """True when it has a run's name, and run.toml exists or its folder is not accessible.

    A name that begins with a dot is a run that is being created or removed.
    """
    if not _NAME.fullmatch(folder.name):
        return False
    try:
        return stat.S_ISREG((folder / "run.toml").stat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False


def _created(folder: Path) -> float:
    try:
        return (folder / "run.toml").stat().st_mtime
    except OSError:
        return 0.0
