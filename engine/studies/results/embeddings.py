"""Nearest tokens, and a map of embeddings."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType


class Neighbor(msgspec.Struct, frozen=True, kw_only=True):
    """A token and the cosine of the angle between its embedding and the one asked for."""

    id: int
    text: str
    cosine: float


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A token on the map."""

    id: int
    text: str
    x: float
    y: float


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens along the two first principal components of their embeddings."""

    points: tuple[Point, ...]
    explained: tuple[float, float]
    """Fractions of the embeddings' variance along x and y."""


class MapAtStep(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of a map at an earlier checkpoint, on the axes of the last one."""

    step: int
    points: tuple[Point, ...]
    explained: tuple[float, float]
    """Fractions of the variance at this step along x and y."""
    cosine: float
    """Mean cosine between a token's embedding at this step and at the last one."""
    same_neighbors: float
    """Fraction of the tokens' nearest neighbors, in the whole vocabulary, that are so at the last step too."""


class EmbeddingsStudy(msgspec.Struct, frozen=True, kw_only=True):
    """Nearest tokens and a map. The last two are there only for a study of the checkpoints."""

    near: dict[str, tuple[Neighbor, ...]]
    """Nearest tokens by the word or sum of words that was asked for."""
    map: Map | None
    near_before: dict[str, dict[int, tuple[Neighbor, ...]]] | UnsetType = UNSET
    """The same at earlier steps."""
    movement: tuple[MapAtStep, ...] | UnsetType = UNSET
    """The map at each step, the last one included."""
