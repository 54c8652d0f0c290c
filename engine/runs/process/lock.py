"""Locks of a run's folder, which the system releases when the holder's process ends for any reason.

The file `lock` has two bytes with separate locks. The process that starts a trainer holds the first until the
trainer's first step. The trainer holds the second until it exits, as a rename or a removal does briefly.

The locks are POSIX record locks (fcntl(2)), not flock(2): a query does not acquire them, so it never blocks a
trainer that starts; it returns the holder's process, so that a signal reaches only this one; a forked child,
which may outlive its parent, does not inherit them; NFS supports them. Their one trap: closing any descriptor of a
file releases its locks. So only this module opens the file, once in a process, and heartbeats acquire the lock again.

Where a file system has no locks, `acquire` succeeds without one, `look` returns None, and `status.py` goes by
the process and the heartbeat in worker.json. There two trainers that start within the same instant are both
let in; one of them finds the other in worker.json at its first heartbeat, two seconds later, and ends. The same holds
between machines that mount a home over NFS with local locks (`nolock`, `local_lock`).
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Self

from engine.errors import LilmError, MisuseError
from engine.files.storage import NO_ROOM, NO_SURPRISES, cannot_write, find_link, refuse_if_read_only

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run

NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""Error codes of file systems without locks."""
_TAKEN = {errno.EACCES, errno.EAGAIN}
_POLL_SECONDS = 0.02

_held: dict[tuple[int, int], RunLock] = {}
"""Locks of this process, by device and inode of their files."""
_mutex = threading.RLock()
"""Lock around opening and closing lock files."""


class Byte(IntEnum):
    STARTER = 0
    TRAINER = 1


class Purpose(Enum):
    """Reason to hold a run: the byte that is locked, and the one that must be free."""

    START = (Byte.STARTER, Byte.TRAINER)
    TRAIN = (Byte.TRAINER, None)
    """The byte of the process that started it may be held."""
    CHANGE = (Byte.TRAINER, Byte.STARTER)
    """Rename or remove."""


class BusyError(MisuseError):
    """Another process holds the run."""


class RunGoneError(LilmError):
    """The folder of a run that this process holds was removed, or moved away."""


@dataclass(frozen=True)
class Look:
    """Holders of a run by pid: None for no process, 0 for a process of another machine or container."""

    starter: int | None
    trainer: int | None
    silence: float | None
    """Seconds since the trainer's last heartbeat, not counting those in which the machine slept; None: no trainer."""


class RunLock:
    """A run held for a purpose, from `acquire` to `release`."""

    def __init__(self, run: Run, purpose: Purpose) -> None:
        self.byte, self._other = purpose.value
        self.pid = os.getpid()
        self._name, self._folder, self._path = run.name, run.folder, run.lock_path
        self._descriptor: int | None = None
        """Descriptor of the lock file; None also where the file system has no locks."""
        self._file = self._home = (0, 0)
        """Identities of the lock file and of the folder: others may be made under their names."""
        self._missing = False
        """True when there was no lock file at the last heartbeat."""

    def acquire(self, patience: float = 0.0) -> Self:
        """Acquire the lock; wait up to `seconds` for a trainer that is about to exit.

        Raises BusyError when another process holds the run, MisuseError when it is gone or cannot be written.
        """
        deadline = time.monotonic() + patience
        while (holder := self._try()) is not None:
            byte, pid = holder
            if byte == Byte.STARTER or time.monotonic() >= deadline:
                done = "started" if byte == Byte.STARTER else "trained already"
                by = f"process {pid}" if pid else "a process of another machine"
                raise BusyError(f"{self._name} is being {done} by {by}; lilm stop {self._name} ends that")
            time.sleep(_POLL_SECONDS)
        return self

    def release(self) -> None:
        with _mutex:
            if self._descriptor is not None:
                _held.pop(self._file, None)
                os.close(self._descriptor)
                self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def check(self) -> None:
        """Raise RunGoneError unless the folder is still the one that was locked."""
        try:
            if _identity(self._path) == self._file or self._is_replaced():
                return
        except FileNotFoundError:
            # A user may have removed a lock that looked stale, or another process may be removing the whole folder.
            if self._is_home():
                return
        except NotADirectoryError:
            pass
        except OSError:
            return  # The file system does not respond; the next write reports it.
        raise RunGoneError(f"{self._name} was removed or moved while process {self.pid} trained it")

    def beat(self) -> None:
        """Write a heartbeat, and create a lock file again that was missing at the last one.

        Raises RunGoneError as `check` does, and when another process has the lock.
        """
        self.check()
        with _mutex:
            was_missing, self._missing = self._missing, not self._path.exists()
            if was_missing and self._missing and not self._is_replaced():
                raise RunGoneError(f"another process trains {self._name}")
            if self._descriptor is not None:
                if not _lock(self._descriptor, self.byte):
                    raise RunGoneError(f"another process trains {self._name}")
                with suppress(OSError):  # a full disk
                    os.pwrite(self._descriptor, f"{time.monotonic():.3f}\n".encode(), 0)

    def _try(self) -> tuple[Byte, int] | None:
        """Try to lock. Returns the blocking holder; None on success."""
        with _mutex:
            if (own := _held_here(self._path)) is not None:
                return own.byte, own.pid
            descriptor = self._open()
            try:
                in_the_way = self._take(descriptor)
                if in_the_way is None and _identity(self._path) != self._file:
                    raise FileNotFoundError
            except FileNotFoundError as error:
                os.close(descriptor)
                raise MisuseError(f"there is no run named {self._name!r} any more") from error
            except OSError as error:
                os.close(descriptor)
                if error.errno in NO_LOCKS:
                    return None
                raise self._cannot_write(error) from error
            if in_the_way is not None:
                os.close(descriptor)
                return in_the_way
            self._descriptor = descriptor
            _held[self._file] = self
            return None

    def _open(self) -> int:
        refuse_if_read_only(self._path)
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | NO_SURPRISES, 0o600)
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                os.close(descriptor)
                raise OSError(errno.EINVAL, "it is not a regular file")
            self._file, self._home = (facts.st_dev, facts.st_ino), _identity(self._folder)
        except FileNotFoundError as error:
            raise MisuseError(f"there is no run named {self._name!r} any more") from error
        except OSError as error:
            raise self._cannot_write(error) from error
        return descriptor

    def _take(self, descriptor: int) -> tuple[Byte, int] | None:
        if not _lock(descriptor, self.byte):
            return self.byte, _holder(descriptor, self.byte) or 0
        if self._other is not None and (pid := _holder(descriptor, self._other)) is not None:
            return self._other, pid
        return None

    def _is_home(self) -> bool:
        """True when the folder is the one that was locked, and is not about to be removed."""
        try:
            return _identity(self._folder) == self._home and (self._folder / "run.toml").exists()
        except OSError:
            return False

    def _is_replaced(self) -> bool:
        """Lock the existing lock file, or a new one, in the same folder. Returns False when that fails."""
        try:
            if not self._is_home():
                return False
            self.release()
            return self._try() is None
        except LilmError:
            return False

    def _cannot_write(self, error: OSError) -> LilmError:
        full = error.errno in NO_ROOM
        return cannot_write(self._path, error, "free some space" if full else f"{self._name} is read-only")


def refuse_links(run: Run) -> None:
    """Raise MisuseError when a run, which may be from an untrusted source, is or contains a symbolic link.

    Otherwise commands, journals and checkpoints would be written, and old ones removed, at its target.
    """
    if (link := find_link(run.folder)) is not None:
        raise MisuseError(
            f"{link} is a symbolic link, which {run.name} must not contain; put the file or folder itself there, "
            "or set LILM_HOME to a folder elsewhere"
        )


def look(run: Run) -> Look | None:
    """Query the holders of a run without locking; None where there is no lock or it cannot be read."""
    with _mutex:
        own = _held_here(run.lock_path)
        descriptor = own._descriptor if own is not None else None
        try:
            if descriptor is None:
                descriptor = os.open(run.lock_path, os.O_RDONLY | NO_SURPRISES)
            pids = {byte: _holder(descriptor, byte) for byte in Byte}
            if own is not None:
                pids[own.byte] = own.pid
            trained = pids[Byte.TRAINER] is not None
            return Look(pids[Byte.STARTER], pids[Byte.TRAINER], _silence(descriptor) if trained else None)
        except OSError:
            return None
        finally:
            if own is None and descriptor is not None:
                os.close(descriptor)


def _held_here(path: Path) -> RunLock | None:
    """Return the lock of this process on the file, which must then not be opened. Children inherit the table."""
    try:
        lock = _held.get(_identity(path))
    except OSError:
        return None
    return lock if lock is not None and lock.pid == os.getpid() else None


def _identity(path: Path) -> tuple[int, int]:
    facts = os.stat(path, follow_symlinks=False)
    return facts.st_dev, facts.st_ino


def _silence(descriptor: int) -> float | None:
    try:
        return max(0.0, time.monotonic() - float(os.pread(descriptor, 32, 0)))
    except ValueError:
        return None


if sys.platform == "win32":

    def _lock(descriptor: int, byte: Byte) -> bool:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    def _holder(descriptor: int, byte: Byte) -> int | None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

else:

    def _lock(descriptor: int, byte: Byte) -> bool:
        """Lock the byte; False when another process has it."""
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True

    def _holder(descriptor: int, byte: Byte) -> int | None:
        """Return the pid of the other process that holds the byte, 0 when it is unknown here; None: no process."""
        if sys.platform == "linux":  # struct flock: type, whence, start, length, pid
            asked = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, byte, 1, 0)
            type_, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
        else:  # the BSDs and macOS: start, length, pid, type, whence
            asked = struct.pack("qqihh8x", byte, 1, 0, fcntl.F_RDLCK, os.SEEK_SET)
            _, _, pid, type_, _ = struct.unpack("qqihh8x", fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
        return None if type_ == fcntl.F_UNLCK else max(0, pid)
