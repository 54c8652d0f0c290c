"""The app as a process of its own in a pseudo-terminal: real bytes in, real bytes out, real signals."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from typing import TYPE_CHECKING

import psutil

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Terminal:
    """A terminal of `rows` × `columns` with one program in it; what it writes is kept in `output`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        rows: int = 24,
        columns: int = 80,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.ours, self.theirs = pty.openpty()
        self.resize(rows, columns)
        self.output = bytearray()
        self._environment = {**os.environ, "TERM": "xterm-256color", **(environment or {})}
        for name in ("COLUMNS", "LINES"):
            self._environment.pop(name, None)
        self._is_hung_up, self._reads = False, True
        self._reading = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.start(command)

    def start(self, command: Sequence[str]) -> None:
        """Run a program, or the next one when that has ended."""
        self._returned: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.ours)
            os.login_tty(self.theirs)
            os.execve(command[0], list(command), self._environment)

    def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self.ours, data)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def sees(self, mark: bytes, *, since: int = 0) -> None:
        """Wait until the program has written this."""
        end = time.monotonic() + PATIENCE
        while mark not in self.output[since:]:
            if not self.is_alive:
                self.drain()
                assert mark in self.output[since:], (
                    f"it ended with {self._returned} and never wrote {mark!r}: {self.tail()}"
                )
                return
            assert time.monotonic() < end, f"it never wrote {mark!r}: {self.tail()}"
            time.sleep(0.02)

    def rests(self, seconds: float = 0.3) -> None:
        """Wait until the program has written nothing for a while."""
        end, size, since = time.monotonic() + PATIENCE, -1, time.monotonic()
        while time.monotonic() - since < seconds:
            assert time.monotonic() < end, f"it writes for ever: {self.tail()}"
            if len(self.output) != size:
                size, since = len(self.output), time.monotonic()
            time.sleep(0.02)

    def drain(self) -> None:
        """Wait until all that the program has written so far is in `output`."""
        end = time.monotonic() + PATIENCE
        while not self._is_drained():
            assert time.monotonic() < end, f"it writes for ever: {self.tail()}"
            time.sleep(0.01)

    def tail(self) -> str:
        return bytes(self.output[-1500:]).decode(errors="replace")

    @property
    def is_alive(self) -> bool:
        self._reap(os.WNOHANG)
        return self._returned is None

    @property
    def mode(self) -> list[object]:
        """Result of tcgetattr for the terminal."""
        return termios.tcgetattr(self.theirs)

    @property
    def is_cooked(self) -> bool:
        return bool(self.mode[3] & termios.ICANON) and bool(self.mode[3] & termios.ECHO)

    def cpu_seconds(self) -> float:
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def resident_bytes(self) -> int:
        return int(psutil.Process(self.pid).memory_info().rss)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def quit(self) -> int:
        """Leave with ctrl+q; the exit code."""
        self.send(b"\x11")
        return self.returned()

    def returned(self) -> int:
        """Wait for the end: the exit code, negative for a signal."""
        end = time.monotonic() + PATIENCE
        while self.is_alive:
            assert time.monotonic() < end, f"it does not end: {self.tail()}"
            time.sleep(0.02)
        self.drain()
        assert self._returned is not None
        return self._returned

    def stop_reading(self) -> None:
        """Take no more of what the program writes, as ssh over a line that has gone dead."""
        self._reads = False

    def hang_up(self) -> None:
        """Close the terminal, as a lost ssh connection does."""
        self._is_hung_up = True
        self._reader.join()
        for descriptor in (self.theirs, self.ours):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def close(self) -> None:
        """End the program, if it still runs, and give the terminal back."""
        if self.is_alive:
            for child in psutil.Process(self.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
            self.signal(signal.SIGKILL)
            self._reap(0)
        if not self._is_hung_up:
            self.hang_up()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reap(self, options: int) -> None:
        if self._returned is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self._returned = os.waitstatus_to_exitcode(status)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while not self._is_hung_up:
                if not self._reads:
                    time.sleep(0.05)
                elif select.select([self.ours], [], [], 0.05)[0]:
                    with self._reading:
                        self.output += os.read(self.ours, 65_536)

    def _is_drained(self) -> bool:
        if self._is_hung_up or not self._reads:
            return True
        with self._reading:
            waiting = fcntl.ioctl(self.ours, termios.FIONREAD, struct.pack("i", 0))
        return not struct.unpack("i", waiting)[0]
