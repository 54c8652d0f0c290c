"""Session of an n-gram model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.models.interface import Session
from engine.models.ngram.tempered_table import LOWEST_TEMPERATURE
from engine.sampling.tokens import Candidate, Logits, SampledToken, SamplingStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.models.ngram.model import NgramModel


class NgramSession(Session):
    """Session that holds the number of every context in the trie: a token costs one short search per order."""

    def __init__(self, model: NgramModel) -> None:
        self.ids: list[int] = []
        self._model = model
        self._table = model.table
        self._contexts: list[int] = []
        """Numbers in the trie of the last 1, 2, … tokens, up to the longest n-gram seen."""
        self._reach = 0
        """Tokens of context in the document, up to order - 1."""
        self._clear()

    def _clear(self) -> None:
        """Reset to the start of a document, whose context is the end of text alone."""
        self.ids.clear()
        self._reach = min(1, self._model.context_length)
        self._contexts = [self._model.end_of_text][: self._reach]

    def feed(self, ids: Sequence[int]) -> Logits:
        """See the interface. Raises MisuseError for ids outside the vocabulary."""
        self._read(ids)
        return self._logits()

    def rewind(self, ids: Sequence[int]) -> Logits:
        common = len(self.ids) if list(ids[: len(self.ids)]) == self.ids else 0
        if not common:
            self._clear()
        return self.feed(ids[common:])

    def break_tie(self, candidates: NDArray[np.int64]) -> int:
        """Return the token seen first in the training text, after the longest context that any of them followed."""
        table = self._table
        if not table.first_seen:
            return int(candidates[0])
        for order in range(len(self._contexts) + 1, 1, -1):
            numbers = table.trie.continuations(order, self._contexts[order - 2])
            among = numbers.start + np.flatnonzero(np.isin(table.trie.tokens[order - 2][numbers], candidates))
            if len(among):
                first = among[table.first_seen[order - 1][among].argmin()]
                return int(table.trie.tokens[order - 2][first])
        return int(candidates[np.argmin(table.first_seen[0][candidates])])

    def sample(self, ids: Sequence[int], step: SamplingStep) -> SampledToken | None:
        """Append ids and sample the next token without computing the logits of the whole vocabulary.

        Returns None, with nothing appended, for truncated distributions, smoothing other than Kneser-Ney and the
        lowest temperatures. Raises MisuseError for ids outside the vocabulary.
        """
        temperature, model = step.config.temperature, self._model
        if (
            not step.is_plain
            or 0 < temperature < LOWEST_TEMPERATURE
            or model.config.smoothing_used != "kneser-ney"
        ):
            return None
        self._read(ids)
        if temperature == 0:
            ranked = model.top_tokens(max(1, step.alternatives)).after(self._contexts)
            first, *others = (Candidate(*found, float(index == 0)) for index, found in enumerate(ranked))
            return SampledToken(first.id, first.log_probability, 1.0, (first, *others)[: step.alternatives])
        token, whole = model.tempered(temperature).sample(self._contexts, step.uniform)

        def probability(score: float) -> float:
            return math.exp(score / temperature) / whole

        ranked = model.top_tokens(step.alternatives).after(self._contexts) if step.alternatives else []
        score = self._score(token)
        alternatives = tuple(Candidate(other, score, probability(score)) for other, score in ranked)
        return SampledToken(token, score, probability(score), alternatives)

    def _read(self, ids: Sequence[int]) -> None:
        size, longest = self._model.vocabulary_size, self._model.context_length
        for token in ids:
            if not 0 <= token < size:
                raise MisuseError(f"there is no token {token}: the model has ids 0 to {size - 1}")
        forgotten = len(ids) - max(1, longest)
        if forgotten > 0:
            self.ids.extend(map(int, ids[:forgotten]))
            self._contexts, self._reach, ids = [], 0, ids[forgotten:]
        for token in ids:
            self._advance(int(token))

    def _advance(self, token: int) -> None:
        longest = self._model.context_length
        if token == self._model.end_of_text or not self.ids:
            self._reach, shorter = min(1, longest), []
        else:
            self._reach, shorter = min(self._reach + 1, longest), self._contexts[: longest - 1]
        self._contexts = [token][:longest]
        for order, context in enumerate(shorter, 2):
            longer = self._table.trie.child(order, context, token)
            if longer < 0:
                break
            self._contexts.append(longer)
        self.ids.append(token)

    def _score(self, token: int) -> float:
        """Return the log-probability of one token of a backoff model."""
        table, weight = self._table, 0.0
        for order in range(len(self._contexts) + 1, 1, -1):
            context = self._contexts[order - 2]
            index = table.trie.child(order, context, token)
            if index >= 0:
                return weight + float(table.log_probs[order - 1][index])
            weight += float(table.backoffs[order - 2][context])
        return weight + float(table.log_probs[0][token])

    def _logits(self) -> NDArray[np.float64]:
        return self._logits_backing_off() if self._table.backs_off else self._logits_of_one_context()

    def _logits_backing_off(self) -> NDArray[np.float64]:
        """Shape (vocabulary,)."""
        table = self._table
        # above[-1]: sum of the backoff weights of all longer contexts.
        above = [(self._reach - len(self._contexts)) * table.unseen]
        for length in range(len(self._contexts), 0, -1):
            above.append(above[-1] + float(table.backoffs[length - 1][self._contexts[length - 1]]))
        log_probs = table.log_probs[0] + above.pop()
        for order, context in enumerate(self._contexts, 2):
            numbers = table.trie.continuations(order, context)
            log_probs[table.trie.tokens[order - 2][numbers]] = (
                table.log_probs[order - 1][numbers] + above.pop()
            )
        return log_probs

    def _logits_of_one_context(self) -> NDArray[np.float64]:
        """Shape (vocabulary,)."""
        table, length = self._table, self._reach
        if length == 0:
            return table.log_probs[0].copy()
        if len(self._contexts) < length:
            return np.full(self._model.vocabulary_size, table.unseen)
        context = self._contexts[-1]
        log_probs = np.full(self._model.vocabulary_size, table.backoffs[length - 1][context])
        numbers = table.trie.continuations(length + 1, context)
        log_probs[table.trie.tokens[length - 1][numbers]] = table.log_probs[length][numbers]
        return log_probs
