"""A model small enough to be worked out by hand: the next token's scores depend on the last token alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.models.interface import LanguageModel, Session
from engine.tokenizers import build_tokenizer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.sampling.tokens import Logits
    from engine.tokenizers import Tokenizer


class MarkovModel(LanguageModel):
    """`scores[last]` are the scores after the id `last`. Shape (vocabulary, vocabulary)."""

    def __init__(self, scores: Logits, context_length: int | None = None) -> None:
        self.scores = scores
        self.tokens_read = 0
        """Number of ids that all sessions processed."""
        self._context_length = context_length

    @property
    def vocabulary_size(self) -> int:
        return len(self.scores)

    @property
    def context_length(self) -> int | None:
        return self._context_length

    @property
    def parameter_count(self) -> int:
        return self.scores.size

    def session(self) -> Session:
        return MarkovSession(self)

    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        rows = self.scores - np.logaddexp.reduce(self.scores, axis=1, keepdims=True)
        return rows[ids[:-1], ids[1:]]

    def save(self, folder: Path) -> None:
        raise NotImplementedError


class MarkovSession(Session):
    def __init__(self, model: MarkovModel) -> None:
        self.ids: list[int] = []
        self._model = model

    def feed(self, ids: Sequence[int]) -> Logits:
        self.ids.extend(ids)
        self._model.tokens_read += len(ids)
        return self._model.scores[self.ids[-1]]

    def rewind(self, ids: Sequence[int]) -> Logits:
        common = 0
        while common < min(len(ids), len(self.ids)) and ids[common] == self.ids[common]:
            common += 1
        self.ids = self.ids[:common]
        return self.feed(ids[common:])

    def break_tie(self, candidates: NDArray[np.int64]) -> int:
        return int(candidates[-1])


def character_model(
    text: str, next_characters: Mapping[str, Mapping[str, float]], context_length: int | None = None
) -> tuple[MarkovModel, Tokenizer]:
    """A model over the characters of `text`; `next_characters["a"]["b"]` is the probability of b after a.

    The key "" stands for the end of text. What is not named is impossible.
    """
    tokenizer = build_tokenizer("char", lambda: [text])
    scores = np.full((tokenizer.vocabulary_size, tokenizer.vocabulary_size), -np.inf)

    def token(character: str) -> int:
        return tokenizer.encode(character)[0] if character else tokenizer.end_of_text

    for last, following in next_characters.items():
        for character, probability in following.items():
            scores[token(last), token(character)] = np.log(probability)
    return MarkovModel(scores, context_length), tokenizer
