"""The sampler as the app knows it: a child process on pipes that may die at any time and is started again."""

from __future__ import annotations

import collections
import contextlib
import itertools
import queue
import subprocess
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import msgspec

from engine.children import child_environment, python_command
from engine.errors import UnreadableError
from engine.files.reading import JsonDecoder, read_lines, shown_text
from engine.inference.protocol import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLER = tuple(python_command("engine.inference.sampler"))
LAST_WORDS = 12
"""Lines of its standard error that are kept to explain its end."""
LONGEST_LAST_WORD = 1 << 16
"""Bytes of such a line."""
GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class SamplerEnded:
    """The process is gone; what it had not answered it never will."""

    code: int
    """As subprocess gives it: negative when a signal ended it."""
    last_words: tuple[str, ...]

    @property
    def reason(self) -> str:
        """For people: what most likely happened."""
        if self.code >= 0 and self.last_words:
            return self.last_words[-1]
        from engine.runs.exits import describe_exit, memory_evidence

        how = f"it {describe_exit(self.code, memory_evidence())}"
        return f"{how}: {self.last_words[-1]}" if self.last_words else how


class SamplerClient:
    """Requests go in, answers wait until they are taken; nothing here blocks the caller.

    `poke` is called from a thread when answers wait and nobody was told yet.
    """

    def __init__(self, poke: Callable[[], object], command: Sequence[str] = SAMPLER) -> None:
        self._poke = poke
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: collections.deque[Answer | SamplerEnded] = collections.deque()
        self._lock = threading.Lock()
        self._ids = itertools.count(1)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def next_id(self) -> int:
        return next(self._ids)

    def send(self, request: Request) -> None:
        """Starts the process when there is none, which takes seconds until it answers."""
        self.start()
        self._outbox.put(msgspec.json.encode(request) + b"\n")

    def take_answers(self) -> list[Answer | SamplerEnded]:
        """Everything since the last call, in order."""
        with self._lock:
            answers = list(self._answers)
            self._answers.clear()
        return answers

    def start(self) -> None:
        """Does nothing while it runs."""
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
            self._tell(SamplerEnded(1, (f"it cannot be started: {error.strerror or error}",)))
            return
        self._process = process
        self._outbox = queue.SimpleQueue()
        last_words: collections.deque[str] = collections.deque(maxlen=LAST_WORDS)
        listener = _thread(_listen, process.stderr, last_words)
        _thread(_write, process.stdin, self._outbox)
        _thread(self._read, process, listener, last_words)

    def stop(self) -> None:
        """Ends the process and forgets what it had to say."""
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
        self, process: subprocess.Popen[bytes], listener: threading.Thread, last_words: collections.deque[str]
    ) -> None:
        decoder: JsonDecoder[Answer] = JsonDecoder(Answer)
        assert process.stdout is not None
        with process.stdout as lines:
            for line in read_lines(lines):
                # A library may print to standard output; what is no answer is nothing to us.
                with contextlib.suppress(UnreadableError):
                    answer = decoder.decode(line or b"")
                    if self._process is process:
                        self._tell(answer)
        listener.join(GRACE_SECONDS)
        code = process.wait()
        if self._process is process:
            self._process = None
            self._outbox.put(None)
            self._tell(SamplerEnded(code, tuple(last_words)))

    def _tell(self, answer: Answer | SamplerEnded) -> None:
        with self._lock:
            waiting = bool(self._answers)
            self._answers.append(answer)
        if not waiting:
            self._poke()


def _thread(work: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name=f"sampler-{work.__name__}", daemon=True)
    thread.start()
    return thread


def _listen(stderr: IO[bytes], last_words: collections.deque[str]) -> None:
    with stderr:
        for line in read_lines(stderr, LONGEST_LAST_WORD):
            if text := shown_text(line or b"").strip():
                last_words.append(text)


def _write(stdin: IO[bytes], outbox: queue.SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(OSError), stdin:
        while (line := outbox.get()) is not None:
            stdin.write(line)
            stdin.flush()
