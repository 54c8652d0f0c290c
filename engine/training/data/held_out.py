"""The held-out text as spans: every document behind its own end-of-text, or a fixed sample of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.models.windows import Spans
from engine.training.data.documents import document_bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.training.chat.conversations import Conversations

_SAMPLE_KEY = 1 << 63
"""Beside the seed: no epoch has this number, whose windows are sampled alike."""


@dataclass(frozen=True)
class HeldOut:
    """Tokens to score, and what they are scored behind."""

    ids: NDArray[np.integer]
    """Shape (tokens + 1,): end-of-text, and the text behind it."""
    spans: Spans
    counts: NDArray[np.bool_] | None = None
    """Mask of the scored `ids`, where not all are: of conversations, the assistant's words; for a masked model,
    which is given the ends of documents, all others."""

    @cached_property
    def tokens(self) -> int:
        """Number of scored tokens."""
        return int(self.scored.sum()) if self.counts is not None else int(self.spans.lengths.sum())

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Mask of the scored tokens of the spans, shape (tokens in spans,)."""
        targets = self.spans.targets
        return np.ones(len(targets), dtype=np.bool_) if self.counts is None else self.counts[targets]

    @property
    def tokens_by_span(self) -> NDArray[np.int64]:
        """Number of scored tokens of each span, shape (spans,)."""
        if self.counts is None:
            return self.spans.lengths
        before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.counts)])
        counted: NDArray[np.int64] = before[self.spans.ends] - before[self.spans.firsts]
        return counted

    def sample(self, tokens: int, longest: int, seed: int) -> HeldOut:
        """Spans with about so many scored tokens in all, at least one: the same for a seed, in the text's order.

        Whole ones, but for those longer than `longest`: of these, stretches of that length, which may look back
        as far as that.
        """
        spans = cut_spans(self.spans, longest)
        order = np.argsort(np.random.Philox(key=[seed % 2**64, _SAMPLE_KEY]).random_raw(len(spans)))
        scored = replace(self, spans=spans).tokens_by_span[order]
        before = np.cumsum(scored) - scored
        return replace(self, spans=spans[np.sort(order[before < max(1, tokens)])])


def cut_spans(spans: Spans, longest: int) -> Spans:
    """The same tokens in spans of at most so many."""
    counts = -(-spans.lengths // longest)
    whole = np.repeat(np.arange(len(spans)), counts)
    number = np.arange(len(whole)) - np.repeat(np.cumsum(counts) - counts, counts)
    firsts = spans.firsts[whole] + number * longest
    begins = np.where(number > 0, np.maximum(spans.begins[whole], firsts - longest), spans.begins[whole])
    return Spans(begins, firsts, np.minimum(firsts + longest, spans.ends[whole]))


def held_out_text(ids: NDArray[np.integer], end_of_text: int, *, ends_count: bool = True) -> HeldOut:
    """Documents that are closed by end-of-text, as a tokenized corpus has them; their ends are scored or not."""
    behind = np.concatenate([np.full(1, end_of_text, dtype=ids.dtype), ids])
    bounds = document_bounds(ids, end_of_text)
    spans = Spans(bounds[:-1], bounds[:-1] + 1, bounds[1:] + 1)
    return HeldOut(behind, spans, None if ends_count else behind != end_of_text)


def held_out_conversations(conversations: Conversations, end_of_text: int) -> HeldOut:
    """Conversations, whose first id is an end-of-text of their own."""
    ids = np.concatenate([[end_of_text], conversations.ids]).astype(np.int32)
    starts = conversations.starts + 1
    spans = Spans(starts[:-1], starts[:-1] + 1, starts[1:])
    return HeldOut(ids, spans, np.concatenate([[False], conversations.is_learned]))
