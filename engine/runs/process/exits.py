"""Descriptions of how processes ended: exit codes, signals, and the evidence for a shortage of memory."""

from __future__ import annotations

import platform
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UnreadableError
from engine.files.reading import read_text
from engine.formatting import size
from engine.machine.capacity import describe_memory_limit, memory_bytes
from engine.machine.limits import oom_counter, oom_kills
from engine.runs.journals.records import ENDED_BY_FORCE

if TYPE_CHECKING:
    from engine.runs.folder import Run
    from engine.runs.journals.history import RunHistory

SIGNALS = {
    "SIGABRT": "aborted by a library; its last lines have the reason",
    "SIGBUS": "a mapped file was cut short or a disk is full",
    "SIGFPE": "an arithmetic error in a library",
    "SIGHUP": "its terminal was closed",
    "SIGILL": "a library uses instructions that this processor does not have",
    "SIGINT": "interrupted",
    "SIGSEGV": "a library accessed memory that is not its own",
    "SIGTERM": "asked to end, as by kill, a batch system or a shutdown",
    "SIGXCPU": "the limit of its processor time, ulimit -t",
    "SIGXFSZ": "the limit of its files' size, ulimit -f",
}
"""Meaning of a signal that ended a process; SIGKILL has a sentence of its own."""
NEARLY_ALL = 0.7
"""Fraction of the memory from which a process that exited unexpectedly may have been killed for it."""
NEEDS_LESS = "a smaller model, batch or context needs less"
_CONTROL_GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class MemoryEvidence:
    """Facts about a process's memory."""

    limit_bytes: int
    limit: str
    """Name of the limit, for messages."""
    held_bytes: int | None = None
    """Bytes at the last measurement or estimate."""
    kills: int = 0
    """Processes of its control group that the kernel killed for memory since it started."""

    def __str__(self) -> str:
        held = f"it held {size(self.held_bytes)} when last measured, and " if self.held_bytes else ""
        return f"{held}{self.limit} is {size(self.limit_bytes)}"

    @property
    def is_telling(self) -> bool:
        return (self.held_bytes or 0) > NEARLY_ALL * self.limit_bytes


def describe_end(run: Run, history: RunHistory, code: int | None = None) -> str:
    """Return how a run's trainer ended that recorded nothing, phrased to follow its name."""
    begun = history.started.time if history.started else 0.0
    if any(notice.message == ENDED_BY_FORCE and notice.time > begun for notice in history.notices):
        return "was ended by force"
    written = run.read_json("env.json")
    here = written.get("host") == platform.node()
    if code is None and here and written.get("boot") not in (None, boot_id()):
        return "ended when its machine was restarted"
    return describe_exit(code, evidence_of(run, history))


def describe_exit(code: int | None, evidence: MemoryEvidence | None = None) -> str:
    """Return how a process ended, phrased to follow its name: `ended with exit code 1`.

    `code` as in subprocess, negative for a signal; 128 + a signal's number, as in shells; None: unknown.
    """
    if code is not None and 128 < code < 160:
        code = 128 - code
    if code == -_KILL:
        if evidence and evidence.held_bytes and not evidence.kills and not evidence.is_telling:
            return f"was killed (SIGKILL), perhaps by a user or a batch system: {evidence}"
        surely = "because" if evidence and evidence.kills else "most likely because"
        figures = f": {evidence}" if evidence else ""
        return f"was killed (SIGKILL), {surely} memory ran out{figures}; {NEEDS_LESS}"
    if code is None and evidence and (evidence.kills or evidence.is_telling):
        surely = "most likely" if evidence.kills else "perhaps"
        return f"exited unexpectedly, {surely} killed because memory ran out: {evidence}; {NEEDS_LESS}"
    if code is None:
        return "exited unexpectedly"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"was ended by signal {-code}"
    meaning = SIGNALS.get(name)
    return f"was ended by {name} ({meaning})" if meaning else f"was ended by {name}"


def memory_evidence(held_bytes: int | None = None) -> MemoryEvidence:
    """Return evidence for a process of this one's own control group."""
    return MemoryEvidence(memory_bytes(), describe_memory_limit(), held_bytes)


def evidence_of(run: Run, history: RunHistory) -> MemoryEvidence | None:
    """Return evidence for a run's trainer, from its record of its machine and its memory."""
    written = run.read_json("env.json")
    memory = written.get("memory")
    if not isinstance(memory, dict) or not isinstance(memory.get("bytes"), int):
        return None
    here = written.get("host") == platform.node()
    return MemoryEvidence(
        limit_bytes=memory["bytes"],
        limit=str(memory.get("limit", "its limit")),
        held_bytes=_held_bytes(history),
        kills=_kills_since(memory) if here else 0,
    )


def boot_id() -> str | None:
    """Return Linux's id of the time since it was booted."""
    try:
        return read_text(Path("/proc/sys/kernel/random/boot_id")).strip()
    except UnreadableError:
        return None


def describe_memory_now() -> dict[str, Any]:
    """Return the limit of this process and its control group's count of kills, for env.json."""
    counter = oom_counter()
    return {
        "bytes": memory_bytes(),
        "limit": describe_memory_limit(),
        "oom_counter": str(counter) if counter else None,
        "oom_kills": oom_kills(counter) if counter else None,
    }


def _held_bytes(history: RunHistory) -> int | None:
    """Return measured or estimated memory; None on a GPU, whose metrics hold GPU memory, which causes no kill."""
    if history.started is not None and not history.started.device.startswith("cpu"):
        return None
    measured = history.last.memory_bytes if history.last else None
    return measured or (history.estimate.memory_bytes if history.estimate else None)


def _kills_since(memory: dict[str, Any]) -> int:
    """Read only files of the control groups: the content of a run's folder is not trusted."""
    counter, before = memory.get("oom_counter"), memory.get("oom_kills")
    if not isinstance(counter, str) or not isinstance(before, int):
        return 0
    path = Path(counter)
    if ".." in path.parts or not path.is_relative_to(_CONTROL_GROUPS):
        return 0
    return max(0, (oom_kills(path) or 0) - before)


_KILL = 9
"""SIGKILL, which Windows does not have."""
