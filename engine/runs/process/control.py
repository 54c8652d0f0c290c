"""Commands to a trainer: small files that it reads, executes and removes; and an end by force for one that hangs."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import signal
import time
from typing import TYPE_CHECKING, Annotated

import msgspec
import psutil
from msgspec import Meta, Struct

from engine.errors import AbsentError, DiskFullError, LilmError, MisuseError, UnreadableError
from engine.files.reading import JsonDecoder, read_bytes
from engine.files.storage import OWNER_ONLY, refuse_if_read_only, write_atomically
from engine.runs.journals.records import ENDED_BY_FORCE, Notice
from engine.runs.process.lock import look, refuse_links
from engine.runs.process.status import ALIVE, ENDING_SECONDS, run_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from engine.runs.folder import Run

LARGEST_SCALE = 100
"""Largest factor of the scheduled rates; a larger one is a typing error."""

SMALLEST_SCALE = 1e-6

LARGEST_COMMAND = 1 << 16
"""Largest size of a command's file in bytes."""

POLL_SECONDS = 0.02
_serial = itertools.count()


class Pause(Struct, frozen=True, tag_field="command", tag="pause"):
    """Finish the step, then wait."""


class Continue(Struct, frozen=True, tag_field="command", tag="continue"):
    """Continue after a pause."""


class Stop(Struct, frozen=True, tag_field="command", tag="stop"):
    """Write a checkpoint and end."""


class SaveCheckpoint(Struct, frozen=True, tag_field="command", tag="checkpoint"):
    """Write a checkpoint now."""


class TakeSample(Struct, frozen=True, tag_field="command", tag="sample"):
    """Sample from the fixed prompts now."""


class ScaleLearningRate(Struct, frozen=True, tag_field="command", tag="set"):
    """Multiply the scheduled rates by `scale` from now on."""

    scale: Annotated[float, Meta(ge=SMALLEST_SCALE, le=LARGEST_SCALE)]


Command = Pause | Continue | Stop | SaveCheckpoint | TakeSample | ScaleLearningRate
_decoder: JsonDecoder[Command] = JsonDecoder(Command)


def read_scale(text: str) -> float:
    """Parse a factor of the learning rates. Raises MisuseError for an invalid number."""
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise MisuseError(
            f"a learning rate cannot be multiplied by {text!r}; give a number above 0 and at most {LARGEST_SCALE}"
        )
    return scale


def send(run: Run, command: Command) -> None:
    """Write a command for the trainer; commands are executed in the order in which they were sent.

    On a full disk a stop is a signal. Raises MisuseError when no trainer could execute it.
    """
    if (state := run_state(run)) not in ALIVE:
        finished = state == "finished"
        remedy = (
            "lilm train starts another run" if finished else f"continue with lilm train --resume {run.name}"
        )
        raise MisuseError(f"{run.name} is not training: it is {state}; {remedy}")
    refuse_if_read_only(run.control_folder)
    refuse_links(run)
    name = f"{time.time_ns():020d}-{os.getpid()}-{next(_serial)}.json"
    run.control_folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
    try:
        write_atomically(run.control_folder / name, msgspec.json.encode(command), parents=False)
    except DiskFullError:
        if not isinstance(command, Stop) or not (pid := _trainer(run)):
            raise
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)


def waiting(run: Run) -> list[Path]:
    """Return the files of pending commands, in the order in which they were sent."""
    try:
        return sorted(path for path in run.control_folder.iterdir() if path.suffix == ".json")
    except OSError:
        return []


def receive(run: Run, refused: Callable[[str], object] | None = None) -> list[Command]:
    """Take pending commands. Invalid files are moved to `control/refused`; `refused` receives the reasons."""
    commands: list[Command] = []
    for path in waiting(run):
        try:
            commands.append(_decoder.decode(read_bytes(path, limit=LARGEST_COMMAND), source=path))
        except AbsentError:
            continue
        except UnreadableError as error:
            if _set_aside(path) and refused is not None:
                refused(f"{error}; this is not a command to {run.name}, and was moved to control/refused")
            continue
        with contextlib.suppress(OSError):
            path.unlink()
    return commands


def _set_aside(path: Path) -> bool:
    """Move a file or folder of any kind out of the way. Returns False when that fails."""
    refused = path.parent / "refused"
    try:
        refused.mkdir(mode=OWNER_ONLY, exist_ok=True)
        path.rename(refused / f"{time.time_ns():020d}-{path.name}")
    except OSError:
        return False
    return True


def forget(stale: Iterable[Path]) -> None:
    """Remove commands to a process that ended, so that the next one does not stop at once.

    They are listed before the run is locked: commands sent since then are for the next process.
    """
    for path in stale:
        with contextlib.suppress(OSError):
            path.unlink()


def end_by_force(run: Run) -> None:
    """Kill the process that holds the run as its trainer, and its session, and wait until the lock is released.

    Raises MisuseError when no process of this machine holds it, and LilmError when it cannot be ended.
    """
    refuse_if_read_only(run.folder)
    pid = _trainer(run)
    if not pid or pid == os.getpid():
        raise MisuseError(f"no process of this machine is known to train {run.name}; end it on its machine")
    try:
        session = os.getsid(pid)
        # A trainer that LiLM started leads its session, or its launcher does.
        leads = session in (pid, psutil.Process(pid).ppid()) and session != os.getsid(0)
        if _trainer(run) == pid:
            with contextlib.suppress(LilmError):  # a full disk is no reason to let it hang
                run.record_event(Notice(time=time.time(), message=ENDED_BY_FORCE))
            os.killpg(session, signal.SIGKILL) if leads else os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, psutil.NoSuchProcess):
        pass  # It has just ended.
    except OSError as error:
        raise LilmError(
            f"cannot end process {pid}, which trains {run.name}: {error.strerror or error}"
        ) from error
    deadline = time.monotonic() + ENDING_SECONDS
    while _trainer(run) == pid:
        if time.monotonic() > deadline:
            raise LilmError(
                f"process {pid}, which trains {run.name}, does not end; the system may wait for a disk"
            )
        time.sleep(POLL_SECONDS)


def _trainer(run: Run) -> int | None:
    seen = look(run)
    return None if seen is None else seen.trainer
