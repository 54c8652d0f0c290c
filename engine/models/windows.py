"""Scoring a long text with a short context: windows overlap, so that every token sees enough before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Window:
    """Feed ids[start:end]; of its predictions, those of ids[first:end + 1] are new."""

    start: int
    end: int
    first: int


def scoring_windows(tokens: int, context_length: int, stride: int | None = None) -> Iterator[Window]:
    """Windows that predict ids[1:tokens] once each.

    Each moves on by `stride` (half the context by default), so that, but for the first window, a prediction
    sees at least context_length - stride tokens. A stride of context_length gives separate windows.
    """
    stride = stride or max(1, context_length // 2)
    predicted = 1
    start = 0
    while predicted < tokens:
        end = min(start + context_length, tokens - 1)
        yield Window(start, end, predicted)
        predicted = end + 1
        start = max(0, end + stride - context_length)
