"""What is the same for every text that is written: its seed, its end, and the text of its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.inference.sampling import random_generator, random_seed
from engine.inference.stop_strings import StopStrings
from engine.models.choosing import Choice, Draw
from engine.tokenizers.interface import StreamDecoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.inference.protocol import StopReason
    from engine.inference.sampling_config import SamplingConfig
    from engine.tokenizers.interface import Tokenizer


@dataclass(frozen=True)
class GeneratedToken(Draw):
    text: str = ""
    """The text that is certain now: none while a character or what may be a stop string is incomplete."""


class Writing:
    """One text as it grows, whoever gives the scores: `next_choice`, then `take` what was drawn by it."""

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
        """Why it ended; None while it goes on."""
        self.rest = ""
        """Text that was held back until the end; it follows the last token's text."""
        self.seed = random_seed() if config.seed is None else config.seed
        self.seconds = 0.0
        """Spent on making tokens, the prompt's reading left out."""
        self.count = 0
        """Tokens given so far."""
        self._config = config
        self._most = tokens
        self._alternatives = alternatives
        self._end_ids = frozenset({tokenizer.end_of_text, *end_ids})
        self._uniforms = random_generator(self.seed)
        self._decoder = StreamDecoder(tokenizer)
        self._stop = StopStrings(config.stop)
        self._history = list(prompt_ids)

    @property
    def tokens_per_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def last_id(self) -> int:
        return self._history[-1]

    def next_choice(self) -> Choice:
        return Choice(self._config, self._uniforms.random(), self._history, self._alternatives)

    def take(self, drawn: Draw) -> GeneratedToken:
        """Appends a token, and ends the text where it, a stop string or the number of tokens makes it."""
        self._history.append(drawn.id)
        self.count += 1
        text = ""
        if drawn.id in self._end_ids:
            self.end("end_of_text")
        else:
            text = self._stop.push(self._decoder.push(drawn.id))
            if self._stop.found:
                self.reason = "stop"
            elif self.count == self._most:
                self.end("length")
        return GeneratedToken(drawn.id, drawn.log_probability, drawn.probability, drawn.alternatives, text)

    def end(self, reason: StopReason) -> None:
        self.rest = self._stop.push(self._decoder.finish()) + self._stop.finish()
        self.reason = "stop" if self._stop.found else reason
