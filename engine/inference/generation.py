"""Text generation with any model: prefill, sample, decode, stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from engine.inference.writing import GeneratedToken, Writing
from engine.sampling.numpy_backend import sample_token
from engine.sampling.tokens import DeadEndError
from engine.tokenizers.interface import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.interface import BatchSession, LanguageModel, Session
    from engine.sampling.config import SamplingConfig
    from engine.sampling.tokens import Logits, SampledToken
    from engine.tokenizers.interface import Tokenizer


class Generation(Writing, Iterator[GeneratedToken]):
    """Generation of one text: iterate over its tokens, then see how it ended.

    The model reads end-of-text, then the prompt, so that a prompt is the beginning of a document; with an empty
    prompt it begins one. Only the last part of a prompt longer than the context is read. The end-of-text
    token that ends a text is the last token generated.
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
        """Generate at most `tokens` tokens, with the top `alternatives` of each.

        A `session` of this model is rewound to the prompt, which reuses the common prefix with its
        text. A token of `end_ids` ends the text as end-of-text does. Raises MisuseError for an
        empty stop string.
        """
        super().__init__(
            tokenizer, prompt_ids, config, tokens=tokens, alternatives=alternatives, end_ids=end_ids
        )
        self.notice = prompt_notice(model, tokenizer, prompt_ids)
        self._tokenizer = tokenizer
        self._prompt = prompt_ids
        self._session = session or model.session()
        self._logits: Logits | None = None
        """Logits after the prompt."""

    def __next__(self) -> GeneratedToken:
        if self.reason is not None:
            raise StopIteration
        if self._logits is None:
            self._logits = read_prompt(self._session, self._tokenizer, self._prompt)
        started = time.perf_counter()
        try:
            return self.take(self._sample(self._logits))
        except DeadEndError:
            self.end("dead_end")
            raise StopIteration from None
        finally:
            self.seconds += time.perf_counter() - started

    def _sample(self, logits: Logits) -> SampledToken:
        step, session = self.next_step(), self._session
        if self.count:
            last = [self.last_id]
            if step.allowed is None and (sampled := session.sample(last, step)):
                return sampled
            logits = session.feed(last)
        return sample_token(logits, step, session.break_tie)


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
    """Return a whole completion as text; see `Generation`."""
    generation = Generation(
        model, tokenizer, prompt_ids, config, tokens=tokens, session=session, end_ids=end_ids
    )
    return "".join(token.text for token in generation) + generation.rest


def read_prompt(session: Session | BatchSession, tokenizer: Tokenizer, prompt_ids: Sequence[int]) -> Logits:
    """Feed end-of-text and the prompt to an empty session and return the next-token logits.

    Raw n-gram counts may have no n-gram of the prompt at the start of a document: then the prompt is fed alone.
    """
    logits = session.rewind([tokenizer.end_of_text, *prompt_ids])
    if prompt_ids and not np.isfinite(logits).any():
        logits = session.rewind(prompt_ids)
    return logits


def prompt_notice(model: LanguageModel, tokenizer: Tokenizer, prompt_ids: Sequence[int]) -> str:
    """Return a note on a prompt that is too long or has unknown tokens, else an empty string."""
    notices = []
    context = model.context_length
    if context is not None and len(prompt_ids) > context:
        end = "token was" if context == 1 else f"{context} tokens were"
        notices.append(f"the prompt is longer than the model's context: only its last {end} used")
    unknown = list(prompt_ids).count(tokenizer.special_tokens.get(UNKNOWN, -1))
    if unknown:
        what, verb = ("one token", "is") if unknown == 1 else (f"{unknown} tokens", "are")
        notices.append(f"{what} of the prompt {verb} not in the vocabulary; the model reads {UNKNOWN} there")
    return "; ".join(notices)
