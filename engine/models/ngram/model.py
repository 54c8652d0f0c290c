"""An n-gram model of any order and smoothing behind the interface of all families."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.models.interface import LanguageModel, Scores, Session
from engine.models.ngram import smoothing
from engine.models.ngram.counting import check_ids, count_ngrams
from engine.models.ngram.drawing import LOWEST_TEMPERATURE, Draw, TemperedTable
from engine.models.ngram.files import load_table, save_table
from engine.models.ngram.kneser_ney import kneser_ney

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.config.models import NgramConfig
    from engine.models.ngram.table import Table
    from engine.models.ngram.trie import Integers

TOKENS_AT_ONCE = 1 << 15
"""Tokens scored at once; their temporaries stay in the cache."""


class NgramModel(LanguageModel):
    """What the context is: the last order - 1 tokens, back to the end of text that opened the document."""

    def __init__(self, table: Table, config: NgramConfig, end_of_text: int) -> None:
        self.table = table
        self.config = config
        self.end_of_text = end_of_text
        self._tempered: TemperedTable | None = None

    @classmethod
    def build(
        cls,
        ids: NDArray[np.integer],
        config: NgramConfig,
        vocabulary_size: int,
        end_of_text: int,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> NgramModel:
        """Counts a text, documents of which are closed by `end_of_text`, and smooths the counts.

        `ids` may be memory-mapped; `progress` is told the share of the counting that is done.
        Raises MisuseError for ids outside the vocabulary and for an empty text.
        """
        counts = count_ngrams(
            ids,
            config.order,
            vocabulary_size,
            end_of_text,
            keep_first_seen=config.smoothing != "kneser-ney",  # its scores hardly ever tie
            progress=progress,
        )
        kept = smoothing.kept_by_pruning(counts, config)
        match config.smoothing:
            case "raw":
                table = smoothing.raw(counts, kept)
            case "add-k":
                table = smoothing.add_k(counts, kept, config.k)
            case "stupid-backoff":
                table = smoothing.stupid_backoff(counts, kept, config.backoff)
            case "kneser-ney":
                table = kneser_ney(counts, kept, config.discounts)
        return cls(table, config, end_of_text)

    @property
    def vocabulary_size(self) -> int:
        return self.table.trie.vocabulary_size

    @property
    def context_length(self) -> int:
        return self.config.order - 1

    @property
    def parameter_count(self) -> int:
        return sum(self.table.entries)

    @property
    def entries(self) -> list[int]:
        """How many n-grams of orders 1 … n are stored."""
        return list(self.table.entries)

    @property
    def memory_bytes(self) -> int:
        return self.table.memory_bytes

    @property
    def notes(self) -> list[str]:
        """What the user should know about how the model was made, in sentences."""
        return list(self.table.notes)

    def session(self) -> NgramSession:
        return NgramSession(self)

    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """As the interface says. Raises MisuseError for ids outside the vocabulary."""
        check_ids(ids, self.vocabulary_size)
        result = np.empty(max(0, len(ids) - 1))
        for start in range(1, len(ids), TOKENS_AT_ONCE):
            seen_from = max(0, start - max(1, self.context_length))
            tokens = np.asarray(ids[seen_from : start + TOKENS_AT_ONCE]).astype(np.int64)
            scored = self._score(tokens)[start - seen_from - 1 :]
            result[start - 1 : start - 1 + len(scored)] = scored
        return result

    def _score(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """From the shortest context to the longest, each correcting what the one before said."""
        table, tokens = self.table, ids[1:]
        after_end = ids[:-1] == self.end_of_text
        scores = table.scores[0][tokens]
        totals = np.full(len(tokens), table.totals[0][0] if table.totals else 0.0)
        contexts, reaching = ids[:-1], np.ones(len(tokens), dtype=np.bool_)
        for order in range(2, table.trie.order + 1):
            known = np.flatnonzero(contexts >= 0)
            where = contexts[known]
            if table.backs_off:
                scores[known] += table.rest[order - 2][where]
            else:
                scores[reaching], totals[reaching] = table.unseen, 0.0
                scores[known] = table.rest[order - 2][where]
            if table.totals:
                totals[known] = table.totals[order - 1][where]
            ngrams = table.trie.children(order, contexts, tokens)
            found = np.flatnonzero(ngrams >= 0)
            scores[found] = table.scores[order - 1][ngrams[found]]
            # The context one token longer: what ended one place before, within the same document.
            reaching = np.concatenate([[False], reaching[:-1]]) & ~after_end
            contexts = np.where(reaching, np.concatenate([[-1], ngrams[:-1]]), -1)
        possible = scores > -np.inf
        scores[possible] -= totals[possible]
        return scores

    def tempered(self, temperature: float) -> TemperedTable:
        """For drawing at a temperature; the last one asked for is kept."""
        if self._tempered is None or self._tempered.temperature != temperature:
            self._tempered = TemperedTable(self.table, self._suffixes, temperature)
        return self._tempered

    @cached_property
    def _suffixes(self) -> list[Integers]:
        return self.table.trie.suffixes()

    def save(self, folder: Path) -> None:
        save_table(folder, self.table, self.config, self.end_of_text)


def load_ngram(folder: Path) -> NgramModel:
    """The model that `NgramModel.save` wrote. Raises LilmError when the files are missing or damaged."""
    return NgramModel(*load_table(folder))


class NgramSession(Session):
    """Keeps the place of every context in the trie, so that a token costs one short search for each order."""

    def __init__(self, model: NgramModel) -> None:
        self.ids: list[int] = []
        self._model = model
        self._table = model.table
        self._contexts: list[
            int
        ] = []  # the numbers of the last 1, 2, … tokens, as far as they were seen together
        self._reach = 0  # how many tokens of context the document has, up to order - 1
        self._clear()

    def _clear(self) -> None:
        """The start of a document: only the end of the one before is known."""
        self.ids.clear()
        self._reach = min(1, self._model.context_length)
        self._contexts = [self._model.end_of_text][: self._reach]

    def feed(self, ids: Sequence[int]) -> Scores:
        """As the interface says. Raises MisuseError for ids outside the vocabulary."""
        self._read(ids)
        return self._scores()

    def rewind(self, ids: Sequence[int]) -> Scores:
        common = len(self.ids) if list(ids[: len(self.ids)]) == self.ids else 0
        if not common:
            self._clear()
        return self.feed(ids[common:])

    def break_tie(self, candidates: NDArray[np.int64]) -> int:
        """The one seen first in the training text, after the longest context that any of them followed."""
        table = self._table
        if not table.first_seen:
            return int(candidates[0])
        for order in range(len(self._contexts) + 1, 1, -1):
            places = table.trie.continuations(order, self._contexts[order - 2])
            among = places.start + np.flatnonzero(np.isin(table.trie.tokens[order - 2][places], candidates))
            if len(among):
                first = among[table.first_seen[order - 1][among].argmin()]
                return int(table.trie.tokens[order - 2][first])
        return int(candidates[np.argmin(table.first_seen[0][candidates])])

    def draw(self, ids: Sequence[int], temperature: float, uniform: float) -> Draw | None:
        """Feeds ids and draws the next token: the same as from the scores, without writing them all out.

        None, with nothing fed, where that is not possible: for other smoothing than Kneser-Ney and for the
        lowest temperatures. Raises MisuseError for ids outside the vocabulary.
        """
        if self._model.config.smoothing != "kneser-ney" or temperature < LOWEST_TEMPERATURE:
            return None
        self._read(ids)
        token, whole = self._model.tempered(temperature).draw(self._contexts, uniform)
        score = self._score(token)
        return Draw(token, score, math.exp(score / temperature) / whole)

    def _read(self, ids: Sequence[int]) -> None:
        size, longest = self._model.vocabulary_size, self._model.context_length
        for token in ids:
            if not 0 <= token < size:
                raise MisuseError(f"there is no token {token}: the model knows ids 0 to {size - 1}")
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
        """Of one token, where shorter contexts are backed off to."""
        table, weight = self._table, 0.0
        for order in range(len(self._contexts) + 1, 1, -1):
            context = self._contexts[order - 2]
            place = table.trie.child(order, context, token)
            if place >= 0:
                return weight + float(table.scores[order - 1][place])
            weight += float(table.rest[order - 2][context])
        return weight + float(table.scores[0][token])

    def _scores(self) -> NDArray[np.float64]:
        return self._scores_backing_off() if self._table.backs_off else self._scores_of_one_context()

    def _scores_backing_off(self) -> NDArray[np.float64]:
        """Shape (vocabulary,)."""
        table = self._table
        above = [(self._reach - len(self._contexts)) * table.unseen]  # what all longer contexts leave over
        for length in range(len(self._contexts), 0, -1):
            above.append(above[-1] + float(table.rest[length - 1][self._contexts[length - 1]]))
        scores = table.scores[0] + above.pop()
        for order, context in enumerate(self._contexts, 2):
            places = table.trie.continuations(order, context)
            scores[table.trie.tokens[order - 2][places]] = table.scores[order - 1][places] + above.pop()
        return scores

    def _scores_of_one_context(self) -> NDArray[np.float64]:
        """Shape (vocabulary,)."""
        table, length = self._table, self._reach
        if length == 0:
            return table.scores[0].copy()
        if len(self._contexts) < length:
            return np.full(self._model.vocabulary_size, table.unseen)
        context = self._contexts[-1]
        scores = np.full(self._model.vocabulary_size, table.rest[length - 1][context])
        places = table.trie.continuations(length + 1, context)
        scores[table.trie.tokens[length - 1][places]] = table.scores[length][places]
        return scores
