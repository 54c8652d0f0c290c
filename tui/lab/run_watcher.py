"""Follows the run directories in one thread; the app is poked when there is news."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import LilmError
from engine.inference.temperature import default_temperature
from engine.runs.checkpoints import checkpoint_folder, complete_steps
from engine.runs.exits import describe_end
from engine.runs.folder import Run, list_runs
from engine.runs.history import RunHistory
from engine.runs.launch import exit_code
from engine.runs.status import ALIVE
from engine.runs.words import describe_hung
from engine.sampling.config import SamplingConfig
from tui.lab.conversation import Turn, read_draft, read_turns
from tui.terminal.defects import note_defect

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config.settings import RunSettings

WATCHED_SECONDS = 0.25
ALIVE_SECONDS = 1.0
ENDED_SECONDS = 5.0
"""An ended run can be resumed from elsewhere, so it is looked at too."""
LISTING_SECONDS = 1.0
LOG_LINES = 3


@dataclass
class WatchedRun:
    """A run as it has been read so far. The thread appends; others only read."""

    history: RunHistory
    settings: RunSettings | None
    """None when run.toml cannot be read."""
    identity: tuple[int, int]
    """Of run.toml: a run may be deleted and another made under its name."""
    checkpoint: int | None = None
    """The step of the newest complete checkpoint."""
    temperature: float = SamplingConfig().temperature
    """At which that checkpoint's kind of model is sampled unless told otherwise."""
    log_tail: list[str] = field(default_factory=list)
    """The last lines of its log, once it trains no more."""
    ending: str = "exited unexpectedly"
    """How its trainer ended, where nothing is recorded of it, or since when it hangs."""
    conversation: list[Turn] = field(default_factory=list)
    """What had been said to its model when it was first read."""
    draft: str = ""
    """A prompt that was half written when it was first read."""
    trouble: str = ""
    """Why it could not be read the last time, if that is a defect of ours."""
    next_look: float = field(default=0.0, repr=False)

    @property
    def run(self) -> Run:
        return self.history.run

    @property
    def name(self) -> str:
        return self.history.run.name

    @property
    def is_there(self) -> bool:
        """Whether it is on the disk still: another app may have deleted it."""
        return _identity(self.run) == self.identity

    @property
    def is_alive(self) -> bool:
        return self.history.state in ALIVE


class RunWatcher:
    """`runs` is replaced and never changed in place, so that any thread may read it."""

    def __init__(self, poke: Callable[[], object]) -> None:
        self.runs: dict[str, WatchedRun] = {}
        """By name, the newest first."""
        self.has_listed = False
        self._poke = poke
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._watched: str | None = None
        self._wake = threading.Event()
        self._stopping = False
        self._next_listing = 0.0

    def watch(self, name: str | None) -> None:
        """This run is on the screen: it is read more often than the others."""
        self._watched = name
        self.look_now()

    def look_now(self) -> None:
        """Something was done to a run, so there is news."""
        self._next_listing = 0.0
        for watched in self.runs.values():
            watched.next_look = 0.0
        self._wake.set()

    def take_changes(self) -> set[str]:
        """Names of the runs with news since the last call. One that is not in `runs` any more is gone."""
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def follow(self) -> None:
        """The thread's work: looks until `stop`."""
        while not self._stopping:
            self._wake.clear()
            try:
                self.look()
            except Exception as error:  # noqa: BLE001  (the log tells; the next look may succeed)
                note_defect(error)
            self._wake.wait(WATCHED_SECONDS)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    def look(self) -> None:
        """Reads what is new and due, a bounded bit at a time."""
        now = time.monotonic()
        if now >= self._next_listing:
            self._next_listing = now + LISTING_SECONDS
            self._list()
        for name, watched in self.runs.items():
            if now < watched.next_look or self._stopping:
                continue
            try:
                while self._read(watched):
                    self._tell({name})
                watched.trouble = ""
            except Exception as error:  # noqa: BLE001  (one run in disorder must not hide the others)
                watched.trouble = note_defect(error)
                self._tell({name})
            watched.next_look = time.monotonic() + self._seconds_until_next_look(watched)

    def _list(self) -> None:
        there: dict[str, WatchedRun] = {}
        news = set(self.runs)
        for run in list_runs():
            known, identity = self.runs.get(run.name), _identity(run)
            if known and known.identity == identity:
                there[run.name] = known
                news.discard(run.name)
            else:
                there[run.name] = _start_watching(run, identity)
                news.add(run.name)
        if news or not self.has_listed or list(there) != list(self.runs):
            self.runs = there
            self.has_listed = True
            self._tell(news)

    def _read(self, watched: WatchedRun) -> bool:
        """Whether there was news, and perhaps is more."""
        history = watched.history
        before = (history.state, len(history.samples))
        try:
            steps, events = history.poll()
        except OSError:
            # The folder is being deleted or renamed; the next listing tells.
            return False
        ended = history.state != before[0] and not watched.is_alive
        if events or watched.checkpoint is None:
            watched.checkpoint = next(iter(complete_steps(watched.run)[-1:]), None)
            if watched.checkpoint is not None:
                folder = checkpoint_folder(watched.run, watched.checkpoint)
                watched.temperature = default_temperature(folder)
        if ended:
            watched.log_tail = watched.run.log_tail(LOG_LINES)
            watched.ending = describe_end(watched.run, history, exit_code(watched.run))
        if history.state == "hung" != before[0]:
            watched.ending = describe_hung(watched.run)
        news = bool(steps or events) or before != (history.state, len(history.samples))
        return news and not self._stopping

    def _seconds_until_next_look(self, watched: WatchedRun) -> float:
        if watched.name == self._watched:
            return WATCHED_SECONDS
        return ALIVE_SECONDS if watched.is_alive else ENDED_SECONDS

    def _tell(self, names: set[str]) -> None:
        with self._lock:
            waiting = bool(self._changed)
            self._changed |= names
        if not waiting:
            self._poke()


def _start_watching(run: Run, identity: tuple[int, int]) -> WatchedRun:
    try:
        settings = run.settings()
    except LilmError:
        settings = None
    return WatchedRun(
        RunHistory(run), settings, identity, conversation=read_turns(run), draft=read_draft(run)
    )


def _identity(run: Run) -> tuple[int, int]:
    try:
        facts = run.settings_path.stat()
    except OSError:
        return (0, 0)
    return (facts.st_ino, facts.st_mtime_ns)
