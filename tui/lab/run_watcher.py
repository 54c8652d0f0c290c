"""One thread that follows all run directories and notifies the app of changes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import LilmError
from engine.inference.sampling_defaults import default_sampling
from engine.runs.checkpoints import best_before, checkpoint_folder, complete_steps
from engine.runs.folder import Run, list_runs
from engine.runs.journals.history import RunHistory
from engine.runs.journals.words import describe_hung
from engine.runs.listing.notes import read_note
from engine.runs.process.exits import describe_end
from engine.runs.process.launch import exit_code
from engine.runs.process.status import ALIVE
from engine.sampling.config import SamplingConfig
from tui.lab.conversation import Turn  # noqa: TC001  (a field of a dataclass)
from tui.lab.saved_talk import read_draft, read_talk_settings, read_turns
from tui.terminal.defects import note_defect

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config.settings import RunSettings
    from engine.runs.journals.records import State

WATCHED_SECONDS = 0.25
ALIVE_SECONDS = 1.0
ENDED_SECONDS = 5.0
"""Ended runs are read too, as another process may resume them."""
LISTING_SECONDS = 1.0
LOG_LINES = 3
ENDED: frozenset[State] = frozenset({"finished", "stopped", "failed", "died"})


class Ending(NamedTuple):
    """The end of a run while the app was open."""

    name: str
    state: State


@dataclass
class WatchedRun:
    """A run as read so far. Only the watcher's thread changes it."""

    history: RunHistory
    settings: RunSettings | None
    """None if run.toml cannot be read."""
    identity: tuple[int, int]
    """Inode and modification time of run.toml: a run may be deleted and another created under its name."""
    checkpoint: int | None = None
    """Step of the newest complete checkpoint."""
    best: int | None = None
    """Step of an earlier checkpoint that answers instead of the newest, as the held-out loss has risen since."""
    default_sampling: SamplingConfig = field(default_factory=SamplingConfig)
    """The newest checkpoint's own."""
    log_tail: list[str] = field(default_factory=list)
    """Last lines of the log after training ended."""
    ending: str = "exited unexpectedly"
    """End of the trainer that no event records, or the time since which it hangs."""
    conversation: list[Turn] = field(default_factory=list)
    """Saved turns at the time the run was first read."""
    draft: str = ""
    """Unsent prompt, as saved at the time the run was first read."""
    sampling: dict[str, float | None] = field(default_factory=dict)
    """Settings of sampling that the user chose for this run."""
    system: str = ""
    """System message of a chat model."""
    note: str = ""
    """The user's note, with tags."""
    trouble: str = ""
    """Report of an internal error at the last reading; empty if there was none."""
    is_followed: bool = field(default=False, repr=False)
    """True when its end will be news: it is new, or has been read to its last record once."""
    next_reading: float = field(default=0.0, repr=False)

    @property
    def run(self) -> Run:
        return self.history.run

    @property
    def name(self) -> str:
        return self.history.run.name

    @property
    def is_there(self) -> bool:
        """False after another app has deleted the run."""
        return _identity(self.run) == self.identity

    @property
    def is_alive(self) -> bool:
        return self.history.state in ALIVE


class RunWatcher:
    """The dictionary `runs` is replaced, never modified, so that any thread may read it."""

    def __init__(self, notify: Callable[[], object]) -> None:
        self.runs: dict[str, WatchedRun] = {}
        """Runs by name, newest first."""
        self.has_listed = False
        self._notify_app = notify
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._endings: list[Ending] = []
        self._watched: str | None = None
        self._wake = threading.Event()
        self._stopping = False
        self._next_listing = 0.0

    def watch(self, name: str | None) -> None:
        """Read this run more often than the others, as it is on the screen."""
        self._watched = name
        self.look_now()

    def look_now(self) -> None:
        """Read all runs now, after something was done to one."""
        self._next_listing = 0.0
        for watched in self.runs.values():
            watched.next_reading = 0.0
        self._wake.set()

    def take_changes(self) -> set[str]:
        """Return the names of runs that changed since the last call, also of removed ones."""
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def take_endings(self) -> list[Ending]:
        """Return the runs that ended since the last call."""
        with self._lock:
            endings, self._endings = self._endings, []
        return endings

    def follow(self) -> None:
        """Read runs until `stop` is called; the thread's main function."""
        while not self._stopping:
            self._wake.clear()
            try:
                self.look()
            except Exception as error:  # noqa: BLE001  (it is logged, and the next attempt may succeed)
                note_defect(error)
            self._wake.wait(WATCHED_SECONDS)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    def look(self) -> None:
        """Read new records of all runs that are due, a bounded amount at a time."""
        now = time.monotonic()
        if now >= self._next_listing:
            self._next_listing = now + LISTING_SECONDS
            self._list()
        for name, watched in self.runs.items():
            if now < watched.next_reading or self._stopping:
                continue
            try:
                while self._read(watched):
                    self._notify({name})
                watched.is_followed = True
                watched.trouble = ""
            except Exception as error:  # noqa: BLE001  (a damaged run must not hide the others)
                watched.trouble = note_defect(error)
                self._notify({name})
            watched.next_reading = time.monotonic() + self._reading_interval(watched)

    def _list(self) -> None:
        listed: dict[str, WatchedRun] = {}
        changed = set(self.runs)
        for run in list_runs():
            known, identity = self.runs.get(run.name), _identity(run)
            if known and known.identity == identity:
                listed[run.name] = known
                changed.discard(run.name)
            else:
                listed[run.name] = new = _start_watching(run, identity)
                is_renamed = any(other.identity == identity for other in self.runs.values())
                new.is_followed = self.has_listed and not is_renamed
                changed.add(run.name)
        if changed or not self.has_listed or list(listed) != list(self.runs):
            self.runs = listed
            self.has_listed = True
            self._notify(changed)

    def _read(self, watched: WatchedRun) -> bool:
        """Read new records of a run; return True if there were any, as there may be more."""
        history = watched.history
        before = (history.state, len(history.samples), watched.note)
        watched.note = read_note(watched.run)
        try:
            steps, events = history.poll()
        except OSError:
            # The folder is being deleted or renamed, as the next listing will show.
            return False
        ended = history.state != before[0] and not watched.is_alive
        if events or watched.checkpoint is None:
            kept = complete_steps(watched.run)
            watched.checkpoint = kept[-1] if kept else None
            if watched.checkpoint is not None:
                best = best_before(watched.checkpoint, history)
                watched.best = best if best in kept and not history.skipped_lines else None
                folder = checkpoint_folder(watched.run, watched.checkpoint)
                watched.default_sampling = default_sampling(folder)
        if ended:
            watched.log_tail = watched.run.log_tail(LOG_LINES)
            watched.ending = describe_end(watched.run, history, exit_code(watched.run))
            if watched.is_followed and history.state in ENDED:
                with self._lock:
                    self._endings.append(Ending(watched.name, history.state))
        if history.state == "hung" != before[0]:
            watched.ending = describe_hung(watched.run)
        has_changed = bool(steps or events) or before != (history.state, len(history.samples), watched.note)
        return has_changed and not self._stopping

    def _reading_interval(self, watched: WatchedRun) -> float:
        if watched.name == self._watched:
            return WATCHED_SECONDS
        return ALIVE_SECONDS if watched.is_alive else ENDED_SECONDS

    def _notify(self, names: set[str]) -> None:
        with self._lock:
            is_notified = bool(self._changed)
            self._changed |= names
        if not is_notified:
            self._notify_app()


def _start_watching(run: Run, identity: tuple[int, int]) -> WatchedRun:
    try:
        settings = run.settings()
    except LilmError:
        settings = None
    talk = read_talk_settings(run)
    return WatchedRun(
        RunHistory(run),
        settings,
        identity,
        conversation=read_turns(run),
        draft=read_draft(run),
        sampling=talk.sampling,
        system=talk.system,
    )


def _identity(run: Run) -> tuple[int, int]:
    try:
        status = run.settings_path.stat()
    except OSError:
        return (0, 0)
    return (status.st_ino, status.st_mtime_ns)
