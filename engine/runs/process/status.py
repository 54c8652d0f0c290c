"""State of a run, derived from evidence: its last events, then its lock.

Where there is no lock (another file system, a run of an older version, another machine) the process and the heartbeat
of worker.json replace it. These rely on process start times and clocks, and are ignored where there is a lock.
"""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING

import psutil

from engine.runs.journals.records import (
    AnyEvent,
    Continued,
    Failed,
    Finished,
    Paused,
    Preparing,
    Resumed,
    Started,
    State,
    Stopped,
)
from engine.runs.process.lock import BusyError, Purpose, RunLock, look, refuse_links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.runs.folder import Run

ALIVE: frozenset[State] = frozenset({"queued", "preparing", "training", "paused", "hung"})
STARTING_SECONDS = 60.0
"""Seconds that a run without a lock has for its start."""
HUNG_SECONDS = 60.0
"""Seconds without a heartbeat, which a thread of the trainer writes every two seconds, even in a long step."""
ENDING_SECONDS = 5.0
"""Seconds between a trainer's last event and the release of its lock."""

_STATES: dict[type, State] = {
    Preparing: "preparing",
    Resumed: "training",
    Started: "training",
    Continued: "training",
    Paused: "paused",
    Finished: "finished",
    Stopped: "stopped",
    Failed: "failed",
}


def run_state(run: Run) -> State:
    reader = run.events()
    claimed = claimed_state(reader.read_all())
    state = verify_state(run, claimed)
    if state == "died":
        # It may have finished between the two reads.
        state = verify_state(run, claimed_state(reader.read_all(), claimed))
    return "unreadable" if reader.problem else state


def claimed_state(events: Iterable[AnyEvent], claimed: State = "preparing") -> State:
    """Return the state by the events alone, which follow those that led to `claimed`."""
    for event in events:
        claimed = state_after(claimed, event)
    return claimed


def state_after(state: State, event: AnyEvent) -> State:
    """Return the state after an event, for readers that follow a run line by line."""
    if isinstance(event, Preparing) and event.queued:
        return "queued"
    return _STATES.get(type(event), state)


def verify_state(run: Run, claimed: State, step_seconds: float = 0.0) -> State:
    """Compare a run's last events with its lock.

    `step_seconds`: length of a step, during which a machine without an idle core may delay the heartbeat.
    """
    seen = look(run)
    if claimed not in ALIVE:
        return "preparing" if seen is not None and seen.starter is not None else claimed
    if seen is None or (seen.starter is None and seen.trainer is None):
        return _state_without_lock(run, claimed, has_lock=seen is not None)
    if seen.trainer == 0:
        return claimed if run.worker() is None or _has_fresh_heartbeat(run) else "silent"
    if claimed == "training" and _has_no_room(run):
        return "paused"  # and no heartbeat can be written
    hung = seen.silence is not None and seen.silence > max(HUNG_SECONDS, 3 * step_seconds)
    return "hung" if hung else claimed


def _has_no_room(run: Run) -> bool:
    try:
        return run.reserve_path.stat().st_size == 0
    except OSError:
        return False


def hold_run(run: Run, purpose: Purpose) -> RunLock:
    """Take a run's lock, to start a trainer in it, train it, rename it or remove it.

    Raises BusyError when another process holds the run, or seems to where there are no locks, and MisuseError when
    the folder is gone, cannot be written, or, for a trainer, has links in it.
    """
    if purpose is not Purpose.CHANGE:
        refuse_links(run)
    claimed, has_lock = claimed_state(run.events().read_all()), look(run) is not None
    lock = RunLock(run, purpose).acquire(0.0 if claimed in ALIVE else ENDING_SECONDS)
    worker = run.worker()
    if claimed not in ALIVE or worker is None or (worker.pid, worker.host) == (lock.pid, platform.node()):
        return lock
    if _state_without_lock(run, claimed, has_lock=has_lock) == claimed:
        lock.release()
        raise BusyError(f"{run.name} seems to be trained already by process {worker.pid} of {worker.host}")
    return lock


def process_is_alive(pid: int, process_start: float | None) -> bool:
    """True when this process still runs; a zombie does not. Without its start time any process of the pid counts."""
    try:
        process = psutil.Process(pid)
        if process_start is not None and abs(process.create_time() - process_start) > 1.0:
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _state_without_lock(run: Run, claimed: State, *, has_lock: bool) -> State:
    """`has_lock`: no process that shares its locks with this machine holds the run."""
    worker = run.worker()
    if worker is None:
        try:
            is_new = not has_lock and _age(run.settings_path.stat().st_mtime) < STARTING_SECONDS
        except OSError:
            is_new = False
        return claimed if is_new else "died"
    if worker.host != platform.node():
        return claimed if _has_fresh_heartbeat(run) else "silent"
    # After a change of the clock the system reports another start of the process.
    start = None if _has_fresh_heartbeat(run) else worker.process_start
    return claimed if not has_lock and process_is_alive(worker.pid, start) else "died"


def _has_fresh_heartbeat(run: Run) -> bool:
    worker = run.worker()
    try:
        return worker is not None and _age(run.worker_path.stat().st_mtime) < 10 * worker.heartbeat_seconds
    except OSError:
        return False


def _age(moment: float) -> float:
    return max(0.0, time.time() - moment)
