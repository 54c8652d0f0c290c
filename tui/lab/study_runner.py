"""Studies for the app: commands with `--json`, run one after another in a process of their own."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.commands.service.protocol import Call, Finished, Output, Progress, ServiceAnswer
from tui.lab.child_client import ChildEnded

if TYPE_CHECKING:
    from tui.lab.child_client import ChildClient

PROGRAM = "lilm: "
"""Beginning of the errors and notices of commands."""


@dataclass(frozen=True)
class StudyCommand:
    """A command line in parts, such as `lilm study origin --shortest 5 stories "Once upon a time"`."""

    words: tuple[str, ...]
    positionals: tuple[str, ...]
    """Run, then texts, which may begin with a dash."""
    options: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        return (*self.words, *self.options, "--json", "--", *self.positionals)

    @property
    def shown(self) -> str:
        """The command as a user would type it into a shell."""
        if any(part.startswith("-") for part in self.positionals):
            return shlex.join(("lilm", *self.words, *self.options, "--", *self.positionals))
        return shlex.join(("lilm", *self.words, *self.positionals, *self.options))


class StudyReader(Protocol):
    """Receiver of a study, on the app's thread."""

    def result_came(self, line: str) -> None:
        """The command has printed a line of JSON."""

    def progressed(self, text: str) -> None:
        """The command has printed progress or a notice."""

    def ended(self, problem: str) -> None:
        """Nothing more follows. `problem` is one sentence if the command failed, else empty."""


class StudyRunner:
    """The process starts with the first study and keeps what it has imported for the next ones."""

    def __init__(self, service: ChildClient[ServiceAnswer]) -> None:
        self._service = service
        self._reader: StudyReader | None = None
        self._next: tuple[StudyCommand, StudyReader] | None = None
        self._id = -1
        self._started = 0.0
        self._last_message = ""

    @property
    def is_busy(self) -> bool:
        return self._reader is not None

    @property
    def seconds(self) -> float:
        """Time since the running study was started."""
        return time.monotonic() - self._started

    def start(self) -> None:
        """Start the process, so that it has imported what it needs before the first study."""
        self._service.start()

    def run(self, command: StudyCommand, reader: StudyReader) -> None:
        """Run a study now; one that is running is cancelled."""
        self.cancel()
        self._send(command, reader)

    def run_next(self, command: StudyCommand, reader: StudyReader) -> None:
        """Run a study that takes milliseconds after the running one, instead of any other that waits."""
        if self.is_busy:
            self._next = command, reader
        else:
            self._send(command, reader)

    def cancel(self) -> None:
        """Cancel the running study, which kills its process, and forget the waiting one."""
        self._next = None
        if self._reader is not None:
            self._service.kill()
            reader, self._reader = self._reader, None
            reader.ended("cancelled")

    def close(self) -> None:
        """End the process, whose libraries take hundreds of megabytes."""
        self._reader = self._next = None
        self._service.kill()

    def handle_answers(self) -> None:
        for answer in self._service.take_answers():
            if self._reader is None:
                continue
            if isinstance(answer, ChildEnded):
                self._next = None
                self._end(f"The study's process exited: {answer.reason}. The next study restarts it.")
            elif answer.id == self._id:
                self._handle(answer, self._reader)

    def _handle(self, answer: ServiceAnswer, reader: StudyReader) -> None:
        match answer:
            case Output(line=line):
                reader.result_came(line)
            case Progress(text=text):
                self._last_message = text.removeprefix(PROGRAM)
                reader.progressed(self._last_message)
            case Finished(code=code):
                self._end(self._last_message or f"exit code {code}" if code else "")

    def _end(self, problem: str) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.ended(problem)
        if self._next is not None:
            (command, reader), self._next = self._next, None
            self._send(command, reader)

    def _send(self, command: StudyCommand, reader: StudyReader) -> None:
        self._reader, self._started, self._last_message = reader, time.monotonic(), ""
        self._id = self._service.next_id()
        self._service.send(Call(id=self._id, arguments=command.arguments))
