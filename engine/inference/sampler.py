"""The sampler process, which holds a model for the app: `python -m engine.inference.sampler`.

Requests are JSON lines on standard input, responses are JSON lines on standard output. It exits at the end of its
input, and can be killed at any time: it has no state on disk.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from engine.children import wait_politely
from engine.errors import LilmError, MisuseError, UnreadableError
from engine.files.reading import LONGEST_LINE, JsonDecoder, read_lines
from engine.inference.chat import Prompt, end_ids, render_prompt
from engine.inference.generation import Generation
from engine.inference.inspection import expect
from engine.inference.loading import load_run
from engine.inference.protocol import (
    Alternative,
    Answer,
    Cancel,
    Done,
    Error,
    Generate,
    Inspect,
    Inspected,
    Load,
    Loaded,
    Ready,
    Request,
    Token,
)
from engine.machine.shortage import describe_shortage
from engine.runs.checkpoints import MARKER, read_checkpoint
from engine.runs.folder import find_run
from engine.sampling.tokens import DeadEndError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.inference.loading import LoadedModel
    from engine.models.interface import Session
    from engine.runs.folder import Run
    from engine.sampling.tokens import Candidate
    from engine.tokenizers.interface import Tokenizer


NICENESS = 10
"""About a tenth of a core beside a busy thread: enough to generate faster than a user reads."""


class Sampler:
    """Holder of one model. `is_cancelled` is called between tokens and returns True when a request was cancelled."""

    def __init__(self, is_cancelled: Callable[[int], bool], after_loading: Callable[[], None]) -> None:
        self._is_cancelled = is_cancelled
        self._after_loading = after_loading
        self._held: LoadedModel | None = None
        self._session: Session | None = None
        self._origin: tuple[str, int, int] | None = None
        """Name and step of the loaded checkpoint, and its sealing time, since names can be reused."""

    def answer(self, request: Request) -> Iterator[Answer]:
        """Answer a request. Raises LilmError when that is impossible."""
        match request:
            case Load():
                yield self._load(request)
            case Generate():
                yield from self._generate(request)
            case Inspect():
                yield self._inspect(request)
            case Cancel():
                pass

    def _load(self, request: Load) -> Loaded:
        run = find_run(request.run)
        notices: list[str] = []
        read_checkpoint(run, request.step, lambda step, folder: self._hold(run, step, folder), notices.append)
        held, _ = self._loaded()
        return Loaded(
            id=request.id,
            run=run.name,
            step=held.step,
            family=held.family.name,
            parameters=held.model.parameter_count,
            vocabulary_size=held.model.vocabulary_size,
            context_length=held.model.context_length,
            chat=held.chat,
            device=held.device,
            notice="; ".join(notices),
        )

    def _hold(self, run: Run, step: int, folder: Path) -> None:
        """Load a checkpoint, unless it is already loaded."""
        origin = (run.name, step, (folder / MARKER).stat().st_mtime_ns)
        if origin != self._origin:
            # The old model is freed first, so that memory never holds two.
            self._held = self._session = self._origin = None
            self._held = load_run(run, step)
            self._session = self._held.model.session()
            self._origin = origin
            self._after_loading()

    def _generate(self, request: Generate) -> Iterator[Answer]:
        held, session = self._loaded()
        tokenizer = held.tokenizer
        prompt = _prompt(request, held)
        generation = Generation(
            held.model,
            tokenizer,
            prompt.ids,
            request.sampling,
            tokens=request.tokens,
            alternatives=request.alternatives,
            session=session,
            end_ids=end_ids(tokenizer),
        )
        while not (cancelled := self._is_cancelled(request.id)):
            token = next(generation, None)
            if token is None:
                break
            yield Token(
                id=request.id,
                token=token.id,
                text=token.text,
                log_probability=token.log_probability,
                alternatives=_alternatives(token.alternatives, tokenizer),
            )
        yield Done(
            id=request.id,
            reason="cancelled" if cancelled or generation.reason is None else generation.reason,
            text=generation.rest,
            tokens=generation.count,
            tokens_per_second=generation.tokens_per_second,
            notice="; ".join(filter(None, (prompt.notice, generation.notice))),
        )

    def _inspect(self, request: Inspect) -> Inspected:
        held, session = self._loaded()
        ids = _prompt(request, held).ids
        try:
            expectation = expect(session, held.tokenizer, ids, request.alternatives)
        except DeadEndError:
            raise MisuseError("in the model's counts no token can follow this text; try another") from None
        return Inspected(
            id=request.id,
            tokens=tuple((token, held.tokenizer.token_text(token)) for token in ids),
            alternatives=_alternatives(expectation.top_tokens, held.tokenizer),
            entropy=expectation.entropy,
        )

    def _loaded(self) -> tuple[LoadedModel, Session]:
        if self._held is None or self._session is None:
            raise MisuseError("no model is loaded; choose a run that has a checkpoint")
        return self._held, self._session


class Inbox:
    """Queue of requests, read by a thread, so that a cancel is received during a generation."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._waiting: queue.SimpleQueue[Request | Error | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._read, name="sampler-inbox", daemon=True).start()

    def is_cancelled(self, request_id: int) -> bool:
        return request_id in self._cancelled or self._closed.is_set()

    def __iter__(self) -> Iterator[Request | Error]:
        """Read requests until the input ends, which cancels all of them."""
        while (request := self._waiting.get()) is not None and not self._closed.is_set():
            yield request

    def _read(self) -> None:
        try:
            for line in read_lines(self._lines):
                request = _parse(line)
                if isinstance(request, Cancel):
                    self._cancelled.add(request.id)
                else:
                    self._waiting.put(request)
        finally:
            # Also when reading failed: a sampler without input must exit, so that another is started.
            self._closed.set()
            self._waiting.put(None)


def serve(
    requests: BinaryIO, send: Callable[[Answer], None], after_loading: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until the input ends. Raises BrokenPipeError when the output is closed."""
    inbox = Inbox(requests)
    sampler = Sampler(inbox.is_cancelled, after_loading)
    send(Ready())
    for request in inbox:
        if isinstance(request, Error):
            send(request)
            continue
        try:
            for answer in sampler.answer(request):
                send(answer)
        except BrokenPipeError:
            raise
        except LilmError as error:
            send(Error(id=request.id, message=str(error)))
        except Exception as error:  # noqa: BLE001 - the app is told, and the next request may well succeed
            traceback.print_exc()
            what = describe_shortage(error) or f"the sampler failed: {type(error).__name__}: {error}"
            send(Error(id=request.id, message=what))


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the app handles Ctrl-C in a terminal
    wait_politely()
    answers = os.dup(1)
    os.dup2(2, 1)  # output of libraries must not mix with the responses

    def send(answer: Answer) -> None:
        rest = msgspec.json.encode(answer) + b"\n"
        while rest:
            rest = rest[os.write(answers, rest) :]

    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, send, give_way)
    return 0


def give_way() -> None:
    """Lower the priority below a trainer's, whose threads all wait for the slowest of them.

    Called after a model is loaded: the user waits for the seconds of computing at the start.
    """
    if hasattr(os, "nice"):
        os.nice(max(0, NICENESS - os.nice(0)))
    if "torch" in sys.modules:
        from engine.machine.devices import use_cores

        use_cores(1)


def _prompt(request: Generate | Inspect, held: LoadedModel) -> Prompt:
    if request.messages:
        return render_prompt(request.messages, held.tokenizer, held.model.context_length)
    return Prompt(held.tokenizer.encode(request.prompt))


def _alternatives(found: tuple[Candidate, ...], tokenizer: Tokenizer) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            id=candidate.id,
            text=tokenizer.token_text(candidate.id),
            log_probability=candidate.log_probability,
        )
        for candidate in found
    )


_requests: JsonDecoder[Request] = JsonDecoder(Request)


class _Numbered(msgspec.Struct):
    id: int = 0


_numbered: JsonDecoder[_Numbered] = JsonDecoder(_Numbered)


def _parse(line: bytes | None) -> Request | Error:
    """Parse a request; return an error for an invalid line, with its id if it has one."""
    if line is None:
        return Error(id=0, message=f"a request is longer than {LONGEST_LINE:,} bytes; shorten the text")
    try:
        return _requests.decode(line, source="the request")
    except UnreadableError as error:
        return Error(id=_id_of(line), message=str(error))


def _id_of(line: bytes) -> int:
    """Return the id of an otherwise invalid request; 0 when it has none."""
    try:
        return _numbered.decode(line).id
    except UnreadableError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
