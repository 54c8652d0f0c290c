"""Map of embeddings along the two directions in which they differ most (principal components, Pearson 1901).

Checkpoints of a run are shown on the axes of the last one. A run's embeddings keep their coordinates from step to
step, so what moves on the map has moved in the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.studies.embeddings import unit
from engine.studies.results.embeddings import Map, MapAtStep, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from engine.studies.embeddings import Matrix
    from engine.tokenizers.interface import Tokenizer

NEIGHBORS = 10
"""Nearest tokens of each that are compared between checkpoints."""


def map_of(weights: Matrix, tokenizer: Tokenizer, ids: Sequence[int]) -> Map:
    """Return the map of these tokens. Raises MisuseError for fewer than three."""
    chosen = list(dict.fromkeys(ids))
    axes = _axes(weights, chosen)
    return Map(points=_points(weights, tokenizer, chosen, axes), explained=_explained(weights, chosen, axes))


def movement(
    checkpoints: Iterable[tuple[int, Matrix]], last: Matrix, tokenizer: Tokenizer, ids: Sequence[int]
) -> tuple[MapAtStep, ...]:
    """Return the map at each step. `checkpoints` are steps and weights, `last` has the weights that give the axes.

    Raises MisuseError for fewer than three tokens.
    """
    chosen = list(dict.fromkeys(ids))
    axes = _axes(last, chosen)
    size = tokenizer.vocabulary_size
    directions, nearest = unit(last[chosen]), _nearest(last[:size], chosen)
    return tuple(
        MapAtStep(
            step=step,
            points=_points(weights, tokenizer, chosen, axes),
            explained=_explained(weights, chosen, axes),
            cosine=float((unit(weights[chosen]) * directions).sum(1).mean()),
            same_neighbors=_overlap(_nearest(weights[:size], chosen), nearest),
        )
        for step, weights in checkpoints
    )


def _axes(weights: Matrix, chosen: list[int]) -> NDArray[np.float64]:
    """Return the first two principal components, shape (2, width)."""
    if len(chosen) < 3:
        raise MisuseError("a map needs at least three different tokens")
    axes = np.linalg.svd(_centered(weights, chosen), full_matrices=False)[2][:2]
    # The signs of components are arbitrary: the largest weight of each is made positive.
    signed: NDArray[np.float64] = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
    return np.vstack([signed, np.zeros((2 - len(signed), signed.shape[1]))])  # of a width of 1


def _centered(weights: Matrix, chosen: list[int]) -> NDArray[np.float64]:
    rows: NDArray[np.float64] = weights[chosen] - weights[chosen].mean(0)
    return rows


def _points(
    weights: Matrix, tokenizer: Tokenizer, chosen: list[int], axes: NDArray[np.float64]
) -> tuple[Point, ...]:
    found = zip(chosen, (_centered(weights, chosen) @ axes.T).tolist(), strict=True)
    return tuple(Point(id=token, text=tokenizer.token_text(token), x=x, y=y) for token, (x, y) in found)


def _explained(weights: Matrix, chosen: list[int], axes: NDArray[np.float64]) -> tuple[float, float]:
    rows = _centered(weights, chosen)
    x, y = ((rows @ axes.T) ** 2).sum(0) / max(1e-300, float((rows**2).sum()))
    return float(x), float(y)


def _nearest(weights: NDArray[np.float64], chosen: list[int]) -> NDArray[np.int64]:
    """Return the tokens with the largest cosine to each chosen one, shape (chosen, neighbors)."""
    directions = unit(weights)
    cosines = directions[chosen] @ directions.T
    cosines[np.arange(len(chosen)), chosen] = -np.inf
    return np.argsort(-cosines, axis=1)[:, : min(NEIGHBORS, len(weights) - 1)]


def _overlap(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    return float(np.mean([np.isin(a, b).mean() for a, b in zip(one, other, strict=True)]))
