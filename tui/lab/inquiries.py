"""Requests to checkpoints beside the conversations, such as a text to score; one after another."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.inference.protocol import Cancel, Done, Error, Load, Loaded, Token
from tui.lab.child_client import ChildEnded
from tui.lab.talker import remark_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.inference.protocol import Answer, Generate, Score
    from tui.lab.child_client import SamplerClient


class Reader(Protocol):
    """Receiver of the answers, on the app's thread."""

    def began(self, loaded: Loaded) -> None:
        """The checkpoint is loaded."""

    def token_came(self, token: Token) -> None: ...

    def ended(self, remark: str) -> None:
        """No more tokens follow. `remark` is a note for the user, or empty."""


@dataclass(frozen=True)
class Inquiry:
    """A request to one checkpoint of a run; without a step to the newest one."""

    run: str
    step: int | None
    request: Callable[[int, Loaded], Generate | Score]
    """Makes the request from its id and the model that will answer it."""
    reader: Reader


class Inquiries:
    """The sampler holds one model, so nothing may be asked here while the talker waits for an answer."""

    def __init__(self, sampler: SamplerClient) -> None:
        self._sampler = sampler
        self._waiting: deque[Inquiry] = deque()
        self._current: Inquiry | None = None
        self._load_id = self._request_id = -1

    @property
    def is_busy(self) -> bool:
        return self._current is not None

    def ask(self, *inquiries: Inquiry) -> None:
        """Ask these instead of any earlier ones that are not complete."""
        self.cancel()
        self._waiting.extend(inquiries)
        self._next()

    def cancel(self) -> None:
        """End all inquiries."""
        if self._request_id >= 0:
            self._sampler.send(Cancel(id=self._request_id))
        self._end_all("cancelled")

    def handle(self, answer: Answer | ChildEnded) -> None:
        """Handle an answer of the sampler, or its exit."""
        current = self._current
        if current is None:
            return
        if isinstance(answer, ChildEnded):
            self._end_all(f"The sampler exited: {answer.reason}. The next request restarts it.")
        elif isinstance(answer, Loaded) and answer.id == self._load_id:
            self._request_id = self._sampler.next_id()
            current.reader.began(answer)
            self._sampler.send(current.request(self._request_id, answer))
        elif isinstance(answer, Error) and answer.id in (self._load_id, self._request_id):
            self._end(answer.message)
        elif isinstance(answer, Token) and answer.id == self._request_id:
            current.reader.token_came(answer)
        elif isinstance(answer, Done) and answer.id == self._request_id:
            self._end(remark_on(answer))

    def _end_all(self, remark: str) -> None:
        waiting, self._waiting = self._waiting, deque()
        self._end(remark)
        for inquiry in waiting:
            inquiry.reader.ended(remark)

    def _next(self) -> None:
        self._current = self._waiting.popleft() if self._waiting else None
        self._load_id = self._request_id = -1
        if self._current is not None:
            self._load_id = self._sampler.next_id()
            self._sampler.send(Load(id=self._load_id, run=self._current.run, step=self._current.step))

    def _end(self, remark: str) -> None:
        ended = self._current
        self._next()
        if ended is not None:
            ended.reader.ended(remark)
