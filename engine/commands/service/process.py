"""The command service: `python -m engine.commands.service.process`.

Calls are JSON lines on standard input, answers are JSON lines on standard output. It exits at the end of its input.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import signal
import sys
import threading
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from engine import cli
from engine.children import wait_politely
from engine.commands.service.protocol import Call, Finished, Output, Progress, ServiceAnswer
from engine.errors import UnreadableError
from engine.files.reading import JsonDecoder, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable

NICENESS = 10
"""As of the sampler: training, whose threads all wait for the slowest of them, comes first."""
REWRITTEN = re.compile(r"\r|\n|\x1b\[K")
"""Ends of lines, and of progress that a command rewrites on a terminal."""


def serve(calls: BinaryIO, send: Callable[[ServiceAnswer], None]) -> None:
    """Run commands until the input ends. Raises BrokenPipeError when the output is closed."""
    decoder: JsonDecoder[Call] = JsonDecoder(Call)
    for line in read_lines(calls):
        with contextlib.suppress(UnreadableError):
            call = decoder.decode(line or b"")
            send(Finished(id=call.id, code=run(call, send)))


def run(call: Call, send: Callable[[ServiceAnswer], None]) -> int:
    """Run one command and return its exit code. Its standard input is empty."""
    output = _Lines(lambda line: send(Output(id=call.id, line=line)))
    progress = _Lines(lambda text: send(Progress(id=call.id, text=text)), is_terminal=True)
    empty, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO())
    try:
        with redirect_stdout(output), redirect_stderr(progress):
            return cli.main(list(call.arguments))
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the app receives it, and the next call may succeed
        traceback.print_exc()
        send(Progress(id=call.id, text=f"the command failed: {type(error).__name__}: {error}"))
        return 1
    finally:
        sys.stdin = empty
        output.end()
        progress.end()


class _Lines(io.TextIOBase):
    """A text stream that passes each line on."""

    def __init__(self, take: Callable[[str], None], *, is_terminal: bool = False) -> None:
        """Progress is written at short intervals to a terminal only."""
        self._take = take
        self._is_terminal = is_terminal
        self._rest = ""

    def write(self, text: str) -> int:
        ends = REWRITTEN if self._is_terminal else re.compile("\n")
        *lines, self._rest = ends.split(self._rest + text)
        for line in filter(str.strip, lines):
            self._take(line)
        return len(text)

    def end(self) -> None:
        """Pass on a last line without an end."""
        self.write("\n")

    def isatty(self) -> bool:
        return self._is_terminal

    def writable(self) -> bool:
        return True


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the app handles Ctrl-C in a terminal
    answers = os.dup(1)
    os.dup2(2, 1)  # output of libraries must not mix with the answers
    if hasattr(os, "nice"):
        os.nice(max(0, NICENESS - os.nice(0)))

    def send(answer: ServiceAnswer) -> None:
        rest = msgspec.json.encode(answer) + b"\n"
        while rest:
            rest = rest[os.write(answers, rest) :]

    # Meanwhile the user chooses a study, and those that need no torch do not wait for it.
    wait_politely()
    threading.Thread(target=importlib.import_module, args=("engine.inference.loading",), daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, send)
    return 0


if __name__ == "__main__":
    sys.exit(main())
