"""Scoring of long texts with a short context, in overlapping windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Spans:
    """Spans of ids to predict, each from the tokens before it in its document."""

    begins: NDArray[np.int64]
    """Index of the first token of context: an end-of-text before the document. Shape (spans,)."""
    firsts: NDArray[np.int64]
    """Index of the first token to predict."""
    ends: NDArray[np.int64]
    """Index after the last one."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of tokens to predict of each span."""
        return self.ends - self.firsts

    @property
    def targets(self) -> NDArray[np.int64]:
        """Indices of all tokens to predict, span by span."""
        return ranges(self.firsts, self.lengths)

    def __len__(self) -> int:
        return len(self.firsts)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self.begins.tolist(), self.firsts.tolist(), self.ends.tolist(), strict=True)

    def __getitem__(self, chosen: NDArray[np.integer]) -> Spans:
        return Spans(self.begins[chosen], self.firsts[chosen], self.ends[chosen])


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return start, start + 1, … of each range, concatenated. Shape (sum of lengths,)."""
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)


@dataclass(frozen=True)
class Window:
    """Feed ids[start:end]; of its predictions, those of ids[first:end + 1] are new."""

    start: int
    end: int
    first: int


def scoring_windows(tokens: int, context_length: int, stride: int | None = None) -> Iterator[Window]:
    """Yield windows that predict ids[1:tokens] once each.

    Each advances by `stride` (half the context by default), so that, except in the first window, a prediction
    sees at least context_length - stride tokens. A stride of context_length gives disjoint windows.
    """
    stride = stride or max(1, context_length // 2)
    predicted = 1
    start = 0
    while predicted < tokens:
        end = min(start + context_length, tokens - 1)
        yield Window(start, end, predicted)
        predicted = end + 1
        start = max(0, end + stride - context_length)


def span_windows(spans: Spans, context_length: int, stride: int | None = None) -> Iterator[Window]:
    """Yield windows that predict the tokens of spans once each, with as much context as in `scoring_windows`."""
    look_back = max(1, context_length - (stride or max(1, context_length // 2)))
    for begin, first, end in spans:
        start = max(begin, first - look_back)
        for window in scoring_windows(end - start, context_length, stride):
            if start + window.end >= first:
                yield Window(start + window.start, start + window.end, max(first, start + window.first))
