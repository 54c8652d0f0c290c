"""What a run is doing, derived from evidence: its last events, then its process, then its heartbeat."""

from __future__ import annotations

import platform
import time
from typing import TYPE_CHECKING

import psutil

from engine.runs.records import (
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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.runs.folder import Run

ALIVE: frozenset[State] = frozenset({"preparing", "training", "paused"})
STARTING_SECONDS = 60.0
"""A new run without a worker.json is given this long to write one."""

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
    state = derive_state(run, reader.read_all())
    return "unreadable" if reader.problem else state


def derive_state(run: Run, events: Iterable[AnyEvent]) -> State:
    """The state, for a reader that has the events already."""
    claimed: State = "preparing"
    for event in events:
        claimed = _STATES.get(type(event), claimed)
    return verify_state(run, claimed)


def state_after(state: State, event: AnyEvent) -> State:
    """What an event makes of a state, for readers that follow a run line by line."""
    return _STATES.get(type(event), state)


def verify_state(run: Run, claimed: State) -> State:
    """A run that says it is alive must have a living process, or a fresh heartbeat on another host."""
    if claimed not in ALIVE:
        return claimed
    worker = run.worker()
    if worker is None:
        try:
            age = _age(run.settings_path.stat().st_mtime)
        except OSError:
            return "died"
        return claimed if age < STARTING_SECONDS else "died"
    if worker.host == platform.node():
        return claimed if process_is_alive(worker.pid, worker.process_start) else "died"
    try:
        silence = _age(run.worker_path.stat().st_mtime)
    except OSError:
        return "silent"
    return claimed if silence < 10 * worker.heartbeat_seconds else "silent"


def process_is_alive(pid: int, process_start: float) -> bool:
    """Whether this very process still runs; a zombie does not."""
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - process_start) > 1.0:
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _age(moment: float) -> float:
    return max(0.0, time.time() - moment)
