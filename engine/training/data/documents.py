"""Batches whose windows hold whole documents, each behind end-of-text as everywhere else.

A window that begins in the middle of a story teaches that names come from nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.errors import MisuseError
from engine.models.family import NeuralFamily
from engine.models.registry import family_of
from engine.models.windows import ranges
from engine.training.data.batches import IndexedBatches, StreamBatches
from engine.training.data.packing import PackedEpochs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.models.family import ModelConfig

Windows = Literal["documents", "epochs", "random"]

LOOK_BACK = 0.25
"""Of the context, for later parts of a document that is longer: they begin with tokens that are predicted in the
part before, so that no token is learned from without anything in front of it."""
MANY_DOCUMENTS = 32
SCAN_TOKENS = 1 << 24
"""Looked through at once for the ends of documents, so that a mapped text is never held whole."""


class DocumentBatches(IndexedBatches):
    """Whole documents packed into windows; those longer than the context in parts.

    Each token, the end-of-text behind a document included, is predicted once in each epoch. What is left of a
    window is filled with end-of-text.
    """

    holds_documents = True

    def __init__(
        self, tokens: NDArray[np.integer], context_length: int, batch_size: int, seed: int, end_of_text: int
    ) -> None:
        """Raises MisuseError when there are no tokens."""
        if not len(tokens):
            raise MisuseError("the training text has no tokens: take a longer text")
        self.tokens = np.asarray(tokens)
        self.end_of_text = end_of_text
        self.context_length = context_length
        self.batch_size = batch_size
        self.targets_per_epoch = len(tokens)
        bounds = document_bounds(self.tokens, end_of_text)
        self._starts, self._lengths, self._seen = cut_documents(bounds, context_length)
        self._epochs = PackedEpochs(self._lengths, context_length, seed)
        self.windows_per_epoch = self._epochs.windows_per_epoch

    def positions(self, step: int, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        first, rows = self.rows_of_rank(step, rank, world)
        parts, counts = self._epochs.at(first, rows)
        lengths = self._lengths[parts]
        targets = ranges(self._starts[parts], lengths)
        seen = ranges(np.cumsum(lengths) - lengths, self._seen[parts])
        targets[seen] = ~targets[seen]
        result = np.full((rows, self.context_length), -1, dtype=np.int64)
        result[packed_mask(lengths, counts, self.context_length)] = targets
        return result


def packed_mask(
    lengths: NDArray[np.int64], counts: NDArray[np.int64], context_length: int
) -> NDArray[np.bool_]:
    """Mask of the positions that sequences of these lengths fill, shape (windows, context_length).

    Window by window, as many of them as `counts` says, from the window's first position on.
    """
    window = np.repeat(np.arange(len(counts)), counts)
    taken = np.bincount(window, lengths, minlength=len(counts))
    mask: NDArray[np.bool_] = np.arange(context_length) < taken[:, np.newaxis]
    return mask


def document_bounds(tokens: NDArray[np.integer], end_of_text: int) -> NDArray[np.int64]:
    """Start index of each document, and the end of the last. Shape (documents + 1,).

    A document ends behind an end-of-text; the last one may have none.
    """
    ends = [
        np.flatnonzero(tokens[first : first + SCAN_TOKENS] == end_of_text) + (first + 1)
        for first in range(0, len(tokens), SCAN_TOKENS)
    ]
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), *ends])
    return bounds if bounds[-1] == len(tokens) else np.append(bounds, len(tokens))


def cut_documents(
    bounds: NDArray[np.int64], context_length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Parts of documents that fit into the context: their starts, their lengths, and how much was seen before.

    The first `seen` tokens of a part are the last ones of the part before it, and there to be looked back at.
    """
    look_back = int(LOOK_BACK * context_length)
    stride = context_length - look_back
    lengths = np.diff(bounds)
    counts = 1 + np.maximum(0, -(-(lengths - context_length) // stride))
    number = ranges(np.zeros_like(counts), counts)  # of a part in its document
    starts = np.repeat(bounds[:-1], counts) + number * stride
    ends = np.minimum(starts + context_length, np.repeat(bounds[1:], counts))
    return starts, ends - starts, np.where(number > 0, look_back, 0)


def choose_windows(tokens: NDArray[np.integer], model: ModelConfig, end_of_text: int) -> Windows:
    """Resolve `training.windows = "auto"`.

    Documents, for a network that predicts every position of a window, and a text of at least MANY_DOCUMENTS of
    which those that fit into the context hold at least half of the tokens. The windows of longer ones begin in
    their middle anyway, and a text of few documents is a running text with some breaks.
    """
    family = family_of(model)
    if not (isinstance(family, NeuralFamily) and family.predicts_every_position):
        return "epochs"
    lengths = np.diff(document_bounds(np.asarray(tokens), end_of_text))
    fitting = int(lengths[lengths <= model.context_length].sum())
    return "documents" if len(lengths) >= MANY_DOCUMENTS and 2 * fitting >= len(tokens) else "epochs"


def text_batches(
    tokens: NDArray[np.integer],
    windows: Windows,
    *,
    context_length: int,
    batch_size: int,
    seed: int,
    end_of_text: int,
) -> IndexedBatches:
    """Raises MisuseError when the tokens fill no window."""
    if windows == "documents":
        return DocumentBatches(tokens, context_length, batch_size, seed, end_of_text)
    return StreamBatches(tokens, context_length, batch_size, seed, windows)
