"""Writing text token by token, with any model: prefill, draw, decode, stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.inference.sampling import (
    DeadEndError,
    Vector,
    draw,
    equally_likely,
    likeliest,
    log_softmax,
    penalise_repetition,
    random_generator,
    random_seed,
    softmax,
    truncate,
)
from engine.inference.stop_strings import StopStrings
from engine.tokenizers.interface import UNKNOWN, StreamDecoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.inference.protocol import StopReason
    from engine.inference.sampling_config import SamplingConfig
    from engine.models.interface import LanguageModel, Scores, Session
    from engine.tokenizers.interface import Tokenizer


@dataclass(frozen=True)
class Candidate:
    """A token that could come at some place."""

    id: int
    log_probability: float
    """The model's own: temperature 1, no penalty, nothing truncated; natural log."""
    probability: float
    """At the asked temperature, repetition penalty included, before any truncation."""


@dataclass(frozen=True)
class GeneratedToken(Candidate):
    text: str
    """The text that is certain now: none while a character or what may be a stop string is incomplete."""
    alternatives: tuple[Candidate, ...] = ()
    """The likeliest tokens at this place, the likeliest first."""


class Generation(Iterator[GeneratedToken]):
    """One text as it is written: iterate over its tokens, then see how it ended.

    The model reads end-of-text, then the prompt, so that a prompt is the beginning of a document; an empty
    prompt makes it begin one. Of a prompt longer than the context the last part is read. The end-of-text
    token that ends a text is the last token given.
    """

    def __init__(
        self,
        model: LanguageModel,
        tokenizer: Tokenizer,
        prompt_ids: Sequence[int],
        config: SamplingConfig,
        *,
        tokens: int,
        alternatives: int = 0,
        session: Session | None = None,
        end_ids: Sequence[int] = (),
    ) -> None:
        """At most `tokens` tokens, the `alternatives` likeliest with each.

        A `session` of this model is rewound to the prompt, which saves reading what it has in common with
        the text before. A token of `end_ids` ends the text as end-of-text does. Raises MisuseError for an
        empty stop string.
        """
        self.reason: StopReason | None = None
        self.rest = ""
        """Text that was held back until the end; it follows the last token's text."""
        self.seed = random_seed() if config.seed is None else config.seed
        self.notice = prompt_notice(model, tokenizer, prompt_ids)
        self.seconds = 0.0
        """Spent on making tokens, the prompt's reading left out."""
        self.count = 0
        """Tokens given so far."""
        self._prompt = list(prompt_ids)
        self._tokenizer = tokenizer
        self._config = config
        self._most = tokens
        self._alternatives = alternatives
        self._temperature = config.temperature
        self._is_plain = _is_plain(config) and not alternatives
        self._session = session or model.session()
        self._end_ids = frozenset({tokenizer.end_of_text, *end_ids})
        self._uniforms = random_generator(self.seed)
        self._decoder = StreamDecoder(tokenizer)
        self._stop = StopStrings(config.stop)
        self._history = list(prompt_ids)
        self._scores: Scores | None = None

    def __next__(self) -> GeneratedToken:
        if self.reason is None and self.count >= self._most:
            self._end("length")
        if self.reason is not None:
            raise StopIteration
        if self._scores is None:
            self._scores = read_prompt(self._session, self._tokenizer, self._prompt)
        started = time.perf_counter()
        try:
            token = self._next_token(self._scores)
        except DeadEndError:
            self._end("dead_end")
            raise StopIteration from None
        finally:
            self.seconds += time.perf_counter() - started
        return token

    @property
    def tokens_per_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    def _next_token(self, scores: Scores) -> GeneratedToken:
        uniform = self._uniforms.random()
        if self.count:
            if self._is_plain and (
                drawn := self._session.draw(self._history[-1:], self._temperature, uniform)
            ):
                self._history.append(drawn.token)
                self.count += 1
                return GeneratedToken(
                    drawn.token, drawn.log_probability, drawn.probability, self._take(drawn.token)
                )
            scores = self._session.feed(self._history[-1:])
        log_probabilities = log_softmax(scores)
        penalised = penalise_repetition(scores, self._history, self._config.repetition_penalty)
        probabilities, chosen = self._choose(penalised, uniform)
        self._history.append(chosen)
        self.count += 1

        alternatives = candidates(log_probabilities, probabilities, likeliest(penalised, self._alternatives))
        return GeneratedToken(
            id=chosen,
            log_probability=float(log_probabilities[chosen]),
            probability=float(probabilities[chosen]),
            text=self._take(chosen),
            alternatives=alternatives,
        )

    def _choose(self, scores: Scores, uniform: float) -> tuple[Vector, int]:
        """The probabilities at the asked temperature, and the token."""
        if self._temperature == 0:
            equals = equally_likely(scores)
            token = int(equals[0]) if len(equals) == 1 else self._session.break_tie(equals)
            certain: Vector = np.zeros(len(scores))
            certain[token] = 1.0
            return certain, token
        probabilities = softmax(scores, self._temperature)
        return probabilities, draw(truncate(probabilities, self._config), uniform)

    def _take(self, token: int) -> str:
        """The text that is certain now, and the end where this token or a stop string makes it."""
        if token in self._end_ids:
            self._end("end_of_text")
            return ""
        text = self._stop.push(self._decoder.push(token))
        if self._stop.found:
            self.reason = "stop"
        return text

    def _end(self, reason: StopReason) -> None:
        self.rest = self._stop.push(self._decoder.finish()) + self._stop.finish()
        self.reason = "stop" if self._stop.found else reason


def _is_plain(config: SamplingConfig) -> bool:
    """Whether a token is drawn from the model's distribution at a temperature, and nothing else."""
    truncated = config.top_k or config.top_p or config.min_p
    return config.temperature > 0 and config.repetition_penalty == 1 and not truncated


def candidates(
    log_probabilities: Vector, probabilities: Vector, ids: NDArray[np.int64]
) -> tuple[Candidate, ...]:
    """Those of `ids` that are possible."""
    return tuple(
        Candidate(int(token), float(log_probabilities[token]), float(probabilities[token]))
        for token in ids
        if log_probabilities[token] > -np.inf
    )


def generate(
    model: LanguageModel,
    tokenizer: Tokenizer,
    prompt_ids: Sequence[int],
    config: SamplingConfig,
    *,
    tokens: int,
    session: Session | None = None,
    end_ids: Sequence[int] = (),
) -> str:
    """A whole completion as text; what `Generation` gives, for those who need no more of it."""
    generation = Generation(
        model, tokenizer, prompt_ids, config, tokens=tokens, session=session, end_ids=end_ids
    )
    return "".join(token.text for token in generation) + generation.rest


def read_prompt(session: Session, tokenizer: Tokenizer, prompt_ids: Sequence[int]) -> Scores:
    """Makes end-of-text and the prompt all that the session has read; the scores of what comes next.

    Raw counts may not know the prompt at a document's beginning: then they read it alone.
    """
    scores = session.rewind([tokenizer.end_of_text, *prompt_ids])
    if prompt_ids and not np.isfinite(scores).any():
        scores = session.rewind(prompt_ids)
    return scores


def prompt_notice(model: LanguageModel, tokenizer: Tokenizer, prompt_ids: Sequence[int]) -> str:
    """What people should know about their prompt; nothing when all is well."""
    notices = []
    context = model.context_length
    if context is not None and len(prompt_ids) > context:
        end = "token was" if context == 1 else f"{context} tokens were"
        notices.append(f"the prompt is longer than the model can look back: only its last {end} used")
    unknown = list(prompt_ids).count(tokenizer.special_tokens.get(UNKNOWN, -1))
    if unknown:
        what = "one token" if unknown == 1 else f"{unknown} tokens"
        notices.append(f"the model has never seen {what} of the prompt and reads {UNKNOWN} there")
    return "; ".join(notices)
