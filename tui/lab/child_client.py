"""Client of a child process that answers requests on pipes and is restarted after it exits."""

from __future__ import annotations

import collections
import contextlib
import itertools
import queue
import subprocess
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Generic, TypeVar

import msgspec

from engine.children import child_environment, python_command
from engine.errors import UnreadableError
from engine.files.reading import JsonDecoder, read_lines, shown_text
from engine.inference.protocol import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

A = TypeVar("A")

SAMPLER = tuple(python_command("engine.inference.sampler"))
SERVICE = tuple(python_command("engine.commands.service.process"))
STDERR_LINES = 12
"""Last lines of standard error that are kept to explain an exit."""
LONGEST_STDERR_LINE = 1 << 16
"""Bytes."""
GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class ChildEnded:
    """The process has exited; open requests stay unanswered."""

    code: int
    """Exit code; the negative signal number if a signal ended it, as in subprocess."""
    stderr: tuple[str, ...]
    """Last lines of its standard error."""

    @property
    def reason(self) -> str:
        """Most likely reason, for the screen."""
        if self.code >= 0 and self.stderr:
            return self.stderr[-1]
        from engine.runs.process.exits import describe_exit, memory_evidence

        how = f"it {describe_exit(self.code, memory_evidence())}"
        return f"{how}: {self.stderr[-1]}" if self.stderr else how


class ChildClient(Generic[A]):
    """Sends requests and queues answers without blocking the caller. Requests and answers are JSON lines."""

    def __init__(
        self, notify: Callable[[], object], command: Sequence[str], answers: type[A] | object
    ) -> None:
        """`notify` is called from a thread when the first answer of a batch is queued; `answers` is their type."""
        self._notify = notify
        self._answer_type = answers
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: collections.deque[A | ChildEnded] = collections.deque()
        self._lock = threading.Lock()
        self._ids = itertools.count(1)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def next_id(self) -> int:
        return next(self._ids)

    def send(self, request: msgspec.Struct) -> None:
        """Send a request. Starts the process if necessary, which then takes seconds to answer."""
        self.start()
        self._outbox.put(msgspec.json.encode(request) + b"\n")

    def take_answers(self) -> list[A | ChildEnded]:
        """Return the answers since the last call, in order."""
        with self._lock:
            answers = list(self._answers)
            self._answers.clear()
        return answers

    def start(self) -> None:
        """Start the process unless it is running."""
        if self._process is not None:
            return
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=child_environment(),
            )
        except OSError as error:
            self._queue(ChildEnded(1, (f"it cannot be started: {error.strerror or error}",)))
            return
        self._process = process
        self._outbox = queue.SimpleQueue()
        stderr: collections.deque[str] = collections.deque(maxlen=STDERR_LINES)
        collector = _thread(_collect, process.stderr, stderr)
        _thread(_write, process.stdin, self._outbox)
        _thread(self._read, process, collector, stderr)

    def kill(self) -> None:
        """Kill the process without waiting for its end, and discard its answers. It must have nothing to save."""
        process, self._process = self._process, None
        if process is not None:
            self._outbox.put(None)
            process.kill()  # the thread that reads its answers reaps it
            self.take_answers()

    def stop(self) -> None:
        """End the process and discard its answers."""
        process, self._process = self._process, None
        if process is None:
            return
        self._outbox.put(None)
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.take_answers()

    def _read(
        self, process: subprocess.Popen[bytes], collector: threading.Thread, stderr: collections.deque[str]
    ) -> None:
        decoder: JsonDecoder[A] = JsonDecoder(self._answer_type)
        assert process.stdout is not None
        with process.stdout as lines:
            for line in read_lines(lines):
                # Lines that libraries print to standard output are ignored.
                with contextlib.suppress(UnreadableError):
                    answer = decoder.decode(line or b"")
                    if self._process is process:
                        self._queue(answer)
        collector.join(GRACE_SECONDS)
        code = process.wait()
        if self._process is process:
            self._process = None
            self._outbox.put(None)
            self._queue(ChildEnded(code, tuple(stderr)))

    def _queue(self, answer: A | ChildEnded) -> None:
        with self._lock:
            is_notified = bool(self._answers)
            self._answers.append(answer)
        if not is_notified:
            self._notify()


class SamplerClient(ChildClient[Answer]):
    """Client of the sampler."""

    def __init__(self, notify: Callable[[], object], command: Sequence[str] = SAMPLER) -> None:
        super().__init__(notify, command, Answer)


def _thread(work: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name=f"child-{work.__name__}", daemon=True)
    thread.start()
    return thread


def _collect(stream: IO[bytes], lines: collections.deque[str]) -> None:
    with stream:
        for line in read_lines(stream, LONGEST_STDERR_LINE):
            if text := shown_text(line or b"").strip():
                lines.append(text)


def _write(stdin: IO[bytes], outbox: queue.SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(OSError), stdin:
        while (line := outbox.get()) is not None:
            stdin.write(line)
            stdin.flush()
