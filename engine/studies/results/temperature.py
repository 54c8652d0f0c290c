"""Distributions, entropies and texts at each temperature, and loops of greedy text."""

from __future__ import annotations

import msgspec


class TokenProbability(msgspec.Struct, frozen=True, kw_only=True):
    """A token and its probability."""

    id: int
    text: str
    prob: float


class AtTemperature(msgspec.Struct, frozen=True, kw_only=True):
    temperature: float
    next_tokens: tuple[TokenProbability, ...]
    """The same tokens at every temperature."""
    next_token_entropy: float
    """Entropy in nats."""
    word_entropy: float
    """Entropy in nats of the frequencies of all words of `texts`, including the prompt."""
    words: int
    """Number of words in `texts`."""
    texts: tuple[str, ...]


class GreedyText(msgspec.Struct, frozen=True, kw_only=True):
    """Greedy text: the most likely token at each position."""

    start: str
    """Text that was continued."""
    ended: str
    """loop, end_of_text, dead_end or length."""
    tokens: int
    """Tokens of `start` and the continuation before the loop begins or the text ends."""
    loop: tuple[str, ...] = ()
    """The loop as pairs of adjacent tokens, each the text of both; the last pair leads back to the first."""


class TemperatureStudy(msgspec.Struct, frozen=True, kw_only=True):
    prompt: str
    seed: int
    possible_tokens: int
    """Number of possible next tokens."""
    next_token_limit: float
    """ln(possible_tokens): the entropy if all were equally likely."""
    possible_words: int
    """Largest possible number of different words in the texts: their words, or those of the vocabulary."""
    word_limit: float
    """ln(possible_words)."""
    temperatures: tuple[AtTemperature, ...]
    greedy: tuple[GreedyText, ...]
