"""An n-gram model of any order and smoothing behind the interface of all families."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.models.interface import LanguageModel
from engine.models.ngram import smoothing
from engine.models.ngram.counting import check_ids, count_ngrams
from engine.models.ngram.files import load_table, save_table
from engine.models.ngram.kneser_ney import kneser_ney
from engine.models.ngram.session import NgramSession
from engine.models.ngram.tempered_table import TemperedTable
from engine.models.ngram.top_tokens import TopTokens
from engine.models.windows import ranges

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.models.ngram.family import NgramConfig
    from engine.models.ngram.table import Table
    from engine.models.ngram.trie import Integers
    from engine.models.windows import Spans

TOKENS_AT_ONCE = 1 << 15
"""Tokens scored at once; their temporaries stay in the cache."""


class NgramModel(LanguageModel):
    """An n-gram model. The context is the last order - 1 tokens, back to the end of text that opened the document."""

    def __init__(self, table: Table, config: NgramConfig, end_of_text: int) -> None:
        self.table = table
        self.config = config
        self.end_of_text = end_of_text
        self._tempered: TemperedTable | None = None
        self._top_tokens: TopTokens | None = None

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
        """Count a text, whose documents are closed by `end_of_text`, and smooth the counts.

        `ids` may be memory-mapped; `progress` receives the fraction of the counting done.
        Raises MisuseError for ids outside the vocabulary and for an empty text.
        """
        counts = count_ngrams(
            ids,
            config.order,
            vocabulary_size,
            end_of_text,
            # Counts often tie, Kneser-Ney probabilities seldom; counting is faster without positions.
            keep_first_seen=config.smoothing_used != "kneser-ney",
            progress=progress,
        )
        kept = smoothing.kept_by_pruning(counts, config)
        match config.smoothing_used:
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
        """Number of stored n-grams of orders 1, …, n."""
        return list(self.table.entries)

    @property
    def memory_bytes(self) -> int:
        return self.table.memory_bytes

    @property
    def notes(self) -> list[str]:
        """Sentences that the user should know about how the model was built."""
        return list(self.table.notes)

    def session(self) -> NgramSession:
        return NgramSession(self)

    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """See the interface. Raises MisuseError for ids outside the vocabulary."""
        check_ids(ids, self.vocabulary_size)
        result = np.empty(max(0, len(ids) - 1))
        for start in range(1, len(ids), TOKENS_AT_ONCE):
            seen_from = max(0, start - max(1, self.context_length))
            tokens = np.asarray(ids[seen_from : start + TOKENS_AT_ONCE]).astype(np.int64)
            scored = self._score(tokens)[start - seen_from - 1 :]
            result[start - 1 : start - 1 + len(scored)] = scored
        return result

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """See the interface. An n-gram never includes tokens before the end-of-text that opens its document."""
        begins = np.maximum(spans.begins, spans.firsts - max(1, self.context_length))
        seen = spans.firsts - begins
        log_p = self.log_probabilities(ids[ranges(begins, spans.ends - begins)])
        return log_p[ranges(np.cumsum(seen + spans.lengths) - spans.lengths, spans.lengths) - 1]

    def _score(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Score from the shortest context to the longest; each replaces or adds to the value before."""
        table, tokens = self.table, ids[1:]
        after_end = ids[:-1] == self.end_of_text
        log_probs = table.log_probs[0][tokens]
        totals = np.full(len(tokens), table.totals[0][0] if table.totals else 0.0)
        contexts, reaching = ids[:-1], np.ones(len(tokens), dtype=np.bool_)
        for order in range(2, table.trie.order + 1):
            known = np.flatnonzero(contexts >= 0)
            where = contexts[known]
            if table.backs_off:
                log_probs[known] += table.backoffs[order - 2][where]
            else:
                log_probs[reaching], totals[reaching] = table.unseen, 0.0
                log_probs[known] = table.backoffs[order - 2][where]
            if table.totals:
                totals[known] = table.totals[order - 1][where]
            ngrams = table.trie.children(order, contexts, tokens)
            found = np.flatnonzero(ngrams >= 0)
            log_probs[found] = table.log_probs[order - 1][ngrams[found]]
            # The context one token longer: the n-gram that ended one position before, in the same document.
            reaching = np.concatenate([[False], reaching[:-1]]) & ~after_end
            contexts = np.where(reaching, np.concatenate([[-1], ngrams[:-1]]), -1)
        possible = log_probs > -np.inf
        log_probs[possible] -= totals[possible]
        return log_probs

    def tempered(self, temperature: float) -> TemperedTable:
        """Return the table for sampling at a temperature; the last one is cached."""
        if self._tempered is None or self._tempered.temperature != temperature:
            self._tempered = TemperedTable(self.table, self._suffixes, temperature)
        return self._tempered

    def top_tokens(self, count: int) -> TopTokens:
        """Return the top-k lookup for alternatives to a sampled token; the last one is cached."""
        if self._top_tokens is None or self._top_tokens.count != count:
            self._top_tokens = TopTokens(self.table, count)
        return self._top_tokens

    @cached_property
    def _suffixes(self) -> list[Integers]:
        return self.table.trie.suffixes()

    def save(self, folder: Path) -> None:
        save_table(folder, self.table, self.config, self.end_of_text)


def load_ngram(folder: Path) -> NgramModel:
    """Load the model that `NgramModel.save` wrote. Raises LilmError when files are missing or damaged."""
    return NgramModel(*load_table(folder))
