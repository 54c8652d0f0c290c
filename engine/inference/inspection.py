"""The next-token distribution after a text, and at each token of it, without generating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.inference.generation import read_prompt
from engine.inference.writing import GeneratedToken
from engine.sampling.numpy_backend import candidates, entropy, log_softmax, score_token, top_tokens
from engine.tokenizers.interface import MASK, StreamDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.models.interface import LanguageModel, Session
    from engine.sampling.tokens import Candidate
    from engine.tokenizers.interface import Tokenizer


@dataclass(frozen=True)
class Expectation:
    top_tokens: tuple[Candidate, ...]
    entropy: float
    """Entropy of the whole distribution at temperature 1, in nats."""


def expect(session: Session, tokenizer: Tokenizer, ids: Sequence[int], alternatives: int) -> Expectation:
    """Return the next token's distribution after end-of-text and `ids`.

    Raises DeadEndError when no token can follow.
    """
    log_probabilities = log_softmax(read_prompt(session, tokenizer, ids))
    probabilities = np.exp(log_probabilities)
    return Expectation(
        candidates(log_probabilities, probabilities, top_tokens(log_probabilities, alternatives)),
        entropy(log_probabilities),
    )


def score(
    session: Session, tokenizer: Tokenizer, ids: Sequence[int], alternatives: int
) -> Iterator[GeneratedToken]:
    """Yield each token of a text after end-of-text, with its probability at temperature 1.

    Raises DeadEndError at a token that the model excludes, as raw n-gram counts do.
    """
    logits = read_prompt(session, tokenizer, ())
    for number, (token, text) in enumerate(_decoded(tokenizer, ids), 1):
        yield GeneratedToken(**vars(score_token(logits, token, alternatives)), text=text)
        if number < len(ids):
            logits = session.feed([token])


def score_masked(
    model: LanguageModel, tokenizer: Tokenizer, ids: Sequence[int], alternatives: int
) -> Iterator[GeneratedToken]:
    """Yield each token of a text with its probability given all others, or a context of them, by a masked model."""
    whole = [tokenizer.end_of_text, *ids]
    length = model.context_length or len(whole)
    for position, (token, text) in enumerate(_decoded(tokenizer, ids), 1):
        first = min(max(0, position - length // 2), max(0, len(whole) - length))
        window = whole[first : first + length]
        window[position - first] = tokenizer.special_tokens[MASK]
        logits = model.masked_log_probabilities(window, [position - first])[0]
        yield GeneratedToken(**vars(score_token(logits, token, alternatives)), text=text)


def _decoded(tokenizer: Tokenizer, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield each token with the text that it completes."""
    decoder = StreamDecoder(tokenizer)
    for number, token in enumerate(ids, 1):
        yield token, decoder.push(token) + (decoder.finish() if number == len(ids) else "")
