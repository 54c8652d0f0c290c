"""State of a text in progress: its seed, its stop condition, and the text of its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.inference.constraint import Constraint
from engine.sampling.config import random_seed
from engine.sampling.numpy_backend import random_generator
from engine.sampling.stop_strings import StopStrings
from engine.sampling.tokens import SampledToken, SamplingStep
from engine.tokenizers.interface import StreamDecoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.inference.protocol import StopReason
    from engine.sampling.config import SamplingConfig
    from engine.tokenizers.interface import Tokenizer


@dataclass(frozen=True)
class GeneratedToken(SampledToken):
    text: str = ""
    """Final text of this token: empty while a character, or a possible stop string, is incomplete."""


class Writing:
    """One text in progress, independent of the sampling backend: `next_step`, then `take` the sampled token."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        prompt_ids: Sequence[int],
        config: SamplingConfig,
        *,
        tokens: int,
        alternatives: int = 0,
        end_ids: Sequence[int] = (),
    ) -> None:
        """Arguments as in `Generation`."""
        self.reason: StopReason | None = "length" if tokens <= 0 else None
        """Reason why the text ended; None before the end."""
        self.rest = ""
        """Text held back until the end; it follows the last token's text."""
        self.seed = random_seed() if config.seed is None else config.seed
        self.seconds = 0.0
        """Seconds of decoding, without prefill."""
        self.count = 0
        """Tokens so far."""
        self._config = config
        self._most = tokens
        self._alternatives = alternatives
        self._end_ids = frozenset({tokenizer.end_of_text, *end_ids})
        self._uniforms = random_generator(self.seed)
        self._decoder = StreamDecoder(tokenizer)
        self._stop = StopStrings(config.stop)
        self._constraint = (
            None
            if config.regex is None and config.grammar is None
            else Constraint(config, tokenizer, self._end_ids)
        )
        self._history = list(prompt_ids)

    @property
    def tokens_per_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def last_id(self) -> int:
        return self._history[-1]

    def next_step(self) -> SamplingStep:
        allowed = None if self._constraint is None else self._constraint.allowed()
        return SamplingStep(self._config, self._uniforms.random(), self._history, self._alternatives, allowed)

    def take(self, sampled: SampledToken) -> GeneratedToken:
        """Append a sampled token; end the text at an end token, a stop string, the token limit, or a whole match."""
        self._history.append(sampled.id)
        self.count += 1
        text = ""
        if sampled.id in self._end_ids:
            self.end("end_of_text")
        else:
            text = self._stop.push(self._decoder.push(sampled.id))
            if self._constraint is not None:
                self._constraint.advance(sampled.id)
            if self._stop.found:
                self.reason = "stop"
            elif self._constraint is not None and self._constraint.is_complete:
                self.end("stop")
            elif self.count == self._most:
                self.end("length")
        return GeneratedToken(**vars(sampled), text=text)

    def end(self, reason: StopReason) -> None:
        self.rest = self._stop.push(self._decoder.finish()) + self._stop.finish()
        self.reason = "stop" if self._stop.found else reason
