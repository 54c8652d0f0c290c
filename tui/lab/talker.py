"""Talking with a run's newest checkpoint: asks the sampler, and tells a listener what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.inference.protocol import Cancel, Done, Error, Generate, Load, Loaded, Ready, Token
from engine.sampling.config import SamplingConfig
from tui.lab.conversation import Turn, as_messages
from tui.lab.run_text import checkpoint_hope
from tui.lab.sampler_client import SamplerClient, SamplerEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.inference.protocol import Answer
    from engine.runs.folder import Run
    from tui.lab.run_watcher import WatchedRun

TOKENS = 200
"""Longest answer."""


class Listener(Protocol):
    """Who shows the conversations. All calls come on the app's thread."""

    def turn_began(self, run: str, turn: Turn) -> None: ...
    def token_came(self, run: str, turn: Turn, token: Token) -> None: ...
    def talk_status(self, run: str | None, status: str) -> None:
        """In a few words; without a run it concerns whichever is shown."""


@dataclass
class _Exchange:
    """A prompt on its way to an answer."""

    run: Run
    turns: list[Turn]
    prompt: Turn
    load_id: int
    answer: Turn | None = None
    generate_id: int | None = None


class Talker:
    """Holds the conversations with all runs; at most one answer is being written."""

    def __init__(self, sampler: SamplerClient, remember: Callable[[Run, Turn], object]) -> None:
        """`remember` writes what is new of a turn to the disk."""
        self._remember = remember
        self._conversations: dict[str, list[Turn]] = {}
        self.listener: Listener | None = None
        self._sampler = sampler
        self._exchange: _Exchange | None = None

    @property
    def is_busy(self) -> bool:
        return self._exchange is not None

    def turns(self, watched: WatchedRun) -> list[Turn]:
        """The conversation with a run, from when it was first read on."""
        return self._conversations.setdefault(watched.name, list(watched.conversation))

    @property
    def has_unsaved(self) -> bool:
        answer = self._exchange.answer if self._exchange is not None else None
        return answer is not None and answer.saved < len(answer.text)

    def save(self) -> None:
        """Keeps what has come of an answer so far."""
        if self._exchange is not None and self._exchange.answer is not None:
            self._remember(self._exchange.run, self._exchange.answer)

    def warm_up(self) -> None:
        """Starts the sampler before it is needed: it takes seconds."""
        self._sampler.start()

    def ask(self, watched: WatchedRun, prompt: str, temperature: float) -> None:
        """Loads the newest checkpoint, then lets it go on from the prompt. Nothing happens while it is busy."""
        if self._exchange is not None:
            return
        turns = self.turns(watched)
        turn = Turn("you", prompt, temperature=temperature)
        load = Load(id=self._sampler.next_id(), run=watched.name)
        self._exchange = exchange = _Exchange(watched.run, turns, turn, load.id)
        self._add(exchange, turn)
        if watched.checkpoint is None:
            self._end(checkpoint_hope(watched))
            return
        self._status(exchange, "loading" if self._sampler.pid else "starting the sampler")
        self._sampler.send(load)

    def cancel(self) -> None:
        """What has been written so far stays."""
        exchange = self._exchange
        if exchange is None:
            return
        if exchange.generate_id is None:
            self._end("cancelled")
        else:
            self._sampler.send(Cancel(id=exchange.generate_id))

    def forget(self, run: str) -> None:
        """The run is gone."""
        if self._exchange and self._exchange.run.name == run:
            self.cancel()
            self._exchange = None
        self._conversations.pop(run, None)

    def take(self, answer: Answer | SamplerEnded) -> None:
        exchange = self._exchange
        if isinstance(answer, SamplerEnded):
            self._sampler_ended(answer)
        elif exchange is None or isinstance(answer, Ready):
            return
        elif isinstance(answer, Loaded) and answer.id == exchange.load_id:
            self._generate(exchange, answer)
        elif isinstance(answer, Error) and answer.id in (exchange.load_id, exchange.generate_id):
            self._end(answer.message)
        elif answer.id != exchange.generate_id or exchange.answer is None:
            return
        elif isinstance(answer, Token):
            exchange.answer.text += answer.text
            exchange.answer.tokens.append(answer)
            if self.listener:
                self.listener.token_came(exchange.run.name, exchange.answer, answer)
        elif isinstance(answer, Done):
            self._end(_remark(answer), f"{answer.tokens_per_second:,.0f} tok/s")

    def _generate(self, exchange: _Exchange, loaded: Loaded) -> None:
        if loaded.notice and all(turn.text != loaded.notice for turn in exchange.turns):
            self._add(exchange, Turn("note", loaded.notice))
        temperature = exchange.prompt.temperature or 0.0
        request = Generate(
            id=self._sampler.next_id(),
            prompt="" if loaded.chat else exchange.prompt.text,
            messages=as_messages(exchange.turns) if loaded.chat else (),
            tokens=TOKENS,
            sampling=SamplingConfig(temperature=temperature),
        )
        exchange.generate_id = request.id
        exchange.answer = Turn("model", step=loaded.step, temperature=temperature)
        self._add(exchange, exchange.answer)
        self._status(exchange, f"step {loaded.step} writes, esc stops it")
        self._sampler.send(request)

    def _end(self, remark: str, status: str = "") -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return
        if exchange.answer is not None:
            self._remember(exchange.run, exchange.answer)
        if remark:
            self._add(exchange, Turn("note", remark))
        self._status(exchange, status)

    def _sampler_ended(self, ended: SamplerEnded) -> None:
        if self._exchange is not None:
            self._end(f"The sampler stopped: {ended.reason}. The next prompt starts it again.")
        elif self.listener:
            self.listener.talk_status(None, "sampler stopped")

    def _add(self, exchange: _Exchange, turn: Turn) -> None:
        exchange.turns.append(turn)
        if turn.role != "model":
            self._remember(exchange.run, turn)
        if self.listener:
            self.listener.turn_began(exchange.run.name, turn)

    def _status(self, exchange: _Exchange, status: str) -> None:
        if self.listener:
            self.listener.talk_status(exchange.run.name, status)


def _remark(done: Done) -> str:
    """What should be said below an answer."""
    ends = {
        "cancelled": "cancelled",
        "dead_end": "it knows nothing that could follow",
        "length": "",
        "stop": "",
        "end_of_text": "",
    }
    return ". ".join(part for part in (ends[done.reason], done.notice) if part)
