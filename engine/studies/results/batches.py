"""Training data of a step."""

from __future__ import annotations

import msgspec


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A context and the token that is predicted from it."""

    context: tuple[str, ...]
    context_ids: tuple[int, ...]
    target: str
    target_id: int


class BatchStudy(msgspec.Struct, frozen=True, kw_only=True):
    step: int
    inputs: tuple[tuple[int, ...], ...]
    """Shape (windows, context length)."""
    targets: tuple[tuple[int | None, ...], ...]
    """The next token of each input; None where none is predicted."""
    texts: tuple[str, ...]
    """Of the inputs, window by window."""
    window: int
    """Index of the window of the examples, from 0."""
    examples: tuple[Example, ...]
