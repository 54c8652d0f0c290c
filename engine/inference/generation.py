"""Writing text token by token, with any model: prefill, draw, decode, stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from engine.inference.sampling import DeadEndError, choose
from engine.inference.writing import GeneratedToken, Writing
from engine.tokenizers.interface import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.inference.sampling_config import SamplingConfig
    from engine.models.choosing import Draw
    from engine.models.interface import Batch, LanguageModel, Logits, Session
    from engine.tokenizers.interface import Tokenizer


class Generation(Writing, Iterator[GeneratedToken]):
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
        super().__init__(
            tokenizer, prompt_ids, config, tokens=tokens, alternatives=alternatives, end_ids=end_ids
        )
        self.notice = prompt_notice(model, tokenizer, prompt_ids)
        self._tokenizer = tokenizer
        self._prompt = prompt_ids
        self._session = session or model.session()
        self._scores: Logits | None = None
        """After the prompt."""

    def __next__(self) -> GeneratedToken:
        if self.reason is not None:
            raise StopIteration
        if self._scores is None:
            self._scores = read_prompt(self._session, self._tokenizer, self._prompt)
        started = time.perf_counter()
        try:
            return self.take(self._draw(self._scores))
        except DeadEndError:
            self.end("dead_end")
            raise StopIteration from None
        finally:
            self.seconds += time.perf_counter() - started

    def _draw(self, scores: Logits) -> Draw:
        choice, session = self.next_choice(), self._session
        if self.count:
            last = [self.last_id]
            if drawn := session.draw(last, choice):
                return drawn
            scores = session.feed(last)
        return choose(scores, choice, session.break_tie)


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


def read_prompt(session: Session | Batch, tokenizer: Tokenizer, prompt_ids: Sequence[int]) -> Logits:
    """Makes end-of-text and the prompt all that has been read; the scores of what comes next.

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
