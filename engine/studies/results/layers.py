"""Predictions, norms and activations after each layer."""

from __future__ import annotations

import msgspec


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A token, its logit and its probability."""

    id: int
    text: str
    logit: float
    probability: float


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A hidden unit of a layer's MLP and its activation, of SwiGLU the gated value."""

    unit: int
    activation: float


class AtLayer(msgspec.Struct, frozen=True, kw_only=True):
    """State after a layer, at each token of the text."""

    layer: int
    """0: the embeddings, before the first layer."""
    guesses: tuple[tuple[Guess, ...], ...]
    """For each token the most probable next ones, the most probable first."""
    entropy: tuple[float, ...]
    """Of the prediction at each token, in nats."""
    norm: tuple[float, ...]
    """Euclidean length of the residual stream at each token."""
    active: tuple[float, ...]
    """Fraction of the layer's hidden units at each token whose size is above a tenth of the largest; none for 0."""
    units: tuple[tuple[Unit, ...], ...]
    """For each token the hidden units of the largest activations by size, the largest first; none for 0."""


class LayerStudy(msgspec.Struct, frozen=True, kw_only=True):
    tokens: tuple[str, ...]
    layers: tuple[AtLayer, ...]
