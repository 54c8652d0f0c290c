"""The sampler process, which holds a model for the app: `python -m engine.inference.sampler`.

Requests are JSON lines on standard input, responses are JSON lines on standard output. It exits at the end of its
input, and can be killed at any time: it has no state on disk.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from engine.children import wait_politely
from engine.errors import LilmError, MisuseError
from engine.inference.chat import Prompt, end_ids, render_prompt
from engine.inference.filling import fill, token_texts
from engine.inference.generation import Generation
from engine.inference.inbox import Inbox
from engine.inference.inspection import expect, score, score_masked
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
    Score,
    StopReason,
    Token,
    Waiting,
)
from engine.inference.writing import GeneratedToken
from engine.machine.shortage import describe_shortage
from engine.runs.checkpoints import MARKER, read_checkpoint
from engine.runs.folder import find_run
from engine.sampling.tokens import DeadEndError, SampledToken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
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
                yield from self._load(request)
            case Generate():
                yield from self._generate(request)
            case Score():
                yield from self._score(request)
            case Inspect():
                yield self._inspect(request)
            case Cancel():
                pass

    def _load(self, request: Load) -> Iterator[Answer]:
        run = find_run(request.run)
        notices: list[str] = []
        step = read_checkpoint(
            run, request.step, lambda step, folder: self._hold(run, step, folder), notices.append
        )
        held = self._loaded_model()
        if held.model.is_causal and (work := held.model.begin_decoding()):
            yield Waiting(id=request.id, work=work)
            self._loaded()
        yield Loaded(
            id=request.id,
            run=run.name,
            step=step,
            family=held.family.name,
            parameters=held.model.parameter_count,
            vocabulary_size=held.model.vocabulary_size,
            context_length=held.model.context_length,
            chat=held.chat,
            device=held.device,
            notice="; ".join(notices),
        )

    def _hold(self, run: Run, step: int, folder: Path) -> int:
        """Load a checkpoint, unless it is already loaded, and return its step."""
        origin = (run.name, step, (folder / MARKER).stat().st_mtime_ns)
        if origin != self._origin:
            # The old model is freed first, so that memory never holds two.
            self._held = self._session = self._origin = None
            self._held = load_run(run, step)
            self._origin = origin
            self._after_loading()
        return step

    def _generate(self, request: Generate) -> Iterator[Answer]:
        if not self._loaded_model().model.is_causal:
            yield from self._fill(request, self._loaded_model())
            return
        held, session = self._loaded()
        tokenizer = held.tokenizer
        prompt = _prompt(request, held)
        _refuse_foreign(request.answer, held)
        generation = Generation(
            held.model,
            tokenizer,
            [*prompt.ids, *request.answer],
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
            yield _token(request.id, token, tokenizer)
        yield Done(
            id=request.id,
            reason="cancelled" if cancelled or generation.reason is None else generation.reason,
            text=generation.rest,
            tokens=generation.count,
            tokens_per_second=generation.tokens_per_second,
            notice="; ".join(filter(None, (prompt.notice, generation.notice))),
        )

    def _fill(self, request: Generate, held: LoadedModel) -> Iterator[Answer]:
        """Yield the tokens of the prompt with its masks filled in; those filled in have alternatives."""
        started = time.perf_counter()
        _refuse_foreign(request.answer, held)
        filled = fill(held.model, held.tokenizer, request.prompt, request.alternatives, request.answer)
        seconds = max(1e-9, time.perf_counter() - started)
        texts = token_texts(held.tokenizer, filled.ids)
        for index, (token, text) in list(enumerate(zip(filled.ids, texts, strict=True)))[
            len(request.answer) :
        ]:
            found = filled.masks.get(index) or SampledToken(token, 0.0, 1.0)
            yield _token(request.id, GeneratedToken(**vars(found), text=text), held.tokenizer)
        yield Done(
            id=request.id,
            reason="end_of_text",
            tokens=len(filled.masks),
            tokens_per_second=len(filled.masks) / seconds,
            notice=filled.notice,
        )

    def _score(self, request: Score) -> Iterator[Answer]:
        held = self._loaded_model()
        model, tokenizer = held.model, held.tokenizer
        ids = tokenizer.encode(request.text)
        scored = ids[: request.tokens]
        started = time.perf_counter()
        reason: StopReason = "length"
        count = 0
        try:
            if model.is_causal:
                found = score(self._loaded()[1], tokenizer, scored, request.alternatives)
            else:
                found = score_masked(model, tokenizer, scored, request.alternatives)
            for token in found:
                if self._is_cancelled(request.id):
                    reason = "cancelled"
                    break
                yield _token(request.id, token, tokenizer)
                count += 1
        except DeadEndError:
            reason = "dead_end"
        notices = [] if model.is_causal else ["each token is predicted from those on both sides"]
        if len(ids) > request.tokens:
            notices.append(f"the first {request.tokens:,} of {len(ids):,} tokens")
        yield Done(
            id=request.id,
            reason=reason,
            tokens=count,
            tokens_per_second=count / max(1e-9, time.perf_counter() - started),
            notice="; ".join(notices),
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

    def _loaded_model(self) -> LoadedModel:
        if self._held is None:
            raise MisuseError("no model is loaded; choose a run that has a checkpoint")
        return self._held

    def _loaded(self) -> tuple[LoadedModel, Session]:
        held = self._loaded_model()
        if self._session is None:
            self._session = held.model.session()
        return held, self._session


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
        except Exception as error:  # noqa: BLE001 - the app receives it, and the next request may succeed
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


def _refuse_foreign(answer: Sequence[int], held: LoadedModel) -> None:
    if any(token >= held.model.vocabulary_size for token in answer):
        raise MisuseError("the answer has tokens of another tokenizer; begin it anew")


def _token(request_id: int, token: GeneratedToken, tokenizer: Tokenizer) -> Token:
    return Token(
        id=request_id,
        token=token.id,
        text=token.text,
        log_probability=token.log_probability,
        alternatives=_alternatives(token.alternatives, tokenizer),
        rank=token.rank,
        entropy=token.entropy,
    )


def _alternatives(found: tuple[Candidate, ...], tokenizer: Tokenizer) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            id=candidate.id,
            text=tokenizer.token_text(candidate.id),
            log_probability=candidate.log_probability,
        )
        for candidate in found
    )


if __name__ == "__main__":
    sys.exit(main())
