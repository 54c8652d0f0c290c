"""From next-token scores to a token: the arithmetic of choosing, in double precision.

The order is that of transformers: repetition penalty, temperature, top-k, top-p, min-p, then a draw.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import LilmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.inference.sampling_config import SamplingConfig
    from engine.models.interface import Scores

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Shape (vocabulary,)."""


class DeadEndError(Exception):
    """Every token is impossible, as after a context that raw n-gram counts never saw."""


def distribution(scores: Scores, config: SamplingConfig, history: Sequence[int] = ()) -> Vector:
    """The probabilities from which the next token is drawn. Shape (vocabulary,), sum 1.

    `history` are the ids that the repetition penalty holds against a token. At temperature 0 everything is
    on the likeliest token, the lowest id of equals. Raises DeadEndError when nothing is possible.
    """
    penalised = penalise_repetition(scores, history, config.repetition_penalty)
    return truncate(np.exp(log_softmax(penalised, config.temperature)), config)


def penalise_repetition(scores: Scores, history: Sequence[int], penalty: float) -> Vector:
    """Keskar et al. 2019 (CTRL), section 4.1: each id of `history` once, however often it occurred."""
    penalised = np.array(scores, dtype=np.float64)
    if penalty != 1.0 and len(history):
        seen = np.unique(np.asarray(history, dtype=np.int64))
        occurred = penalised[seen]
        penalised[seen] = np.where(occurred > 0, occurred / penalty, occurred * penalty)
    return penalised


def log_softmax(scores: Scores, temperature: float = 1.0) -> Vector:
    """ln p with p_i proportional to exp(score_i / temperature); -inf stays -inf.

    Temperature 0 is its limit, one token certain, the lowest id of equals. Raises DeadEndError when all
    scores are -inf and LilmError when they are no numbers.
    """
    highest = float(scores.max())
    if highest == -np.inf:
        raise DeadEndError
    if not np.isfinite(highest):
        raise LilmError(
            "the model's scores are no numbers, for its training diverged; use an earlier checkpoint"
        )
    if temperature == 0:
        certain: Vector = np.full(scores.shape, -np.inf)
        certain[scores.argmax()] = 0.0
        return certain
    # A tiny temperature turns a difference into -inf, which is its limit.
    with np.errstate(over="ignore"):
        scaled: Vector = (scores.astype(np.float64) - highest) / temperature
    scaled -= np.log(np.exp(scaled).sum())
    return scaled


def truncate(probabilities: Vector, config: SamplingConfig) -> Vector:
    """Drops the tail by top-k, top-p (Holtzman et al. 2020) and min-p (Nguyen et al. 2024).

    What is left sums to one again; the likeliest is always left. Of equally likely tokens at the border of
    top-k or top-p those with the lower ids stay.
    """
    if config.top_k is not None and config.top_k < len(probabilities):
        probabilities = _keep(probabilities, likeliest(probabilities, config.top_k))
    if config.top_p is not None and config.top_p < 1.0:
        order = likeliest(probabilities, len(probabilities))
        cumulative = probabilities[order].cumsum()
        before = cumulative - probabilities[order]
        probabilities = _keep(probabilities, order[before < config.top_p * cumulative[-1]])
    if config.min_p:
        enough = probabilities >= config.min_p * probabilities.max()
        probabilities = _keep(probabilities, np.flatnonzero(enough))
    return probabilities


def likeliest(values: Vector, count: int) -> NDArray[np.int64]:
    """The ids of the `count` highest values, the highest first, lower ids first among equals."""
    count = min(count, len(values))
    if not count:
        return np.empty(0, dtype=np.int64)
    candidates = np.arange(len(values))
    if count < len(values):
        border = np.partition(values, -count)[-count]
        above = np.flatnonzero(values > border)
        at_border = np.flatnonzero(values == border)[: count - len(above)]
        candidates = np.concatenate([above, at_border])
    return candidates[np.lexsort((candidates, -values[candidates]))]


def draw(probabilities: Vector, uniform: float) -> int:
    """The token whose share of [0, 1) holds `uniform`. One of probability 0 is never drawn."""
    cumulative = probabilities.cumsum()
    token = int(cumulative.searchsorted(uniform * cumulative[-1], side="right"))
    # A uniform just below 1 can round up to the whole sum.
    return min(token, int(np.flatnonzero(probabilities)[-1]))


def equally_likely(scores: Vector) -> NDArray[np.int64]:
    """The ids that share the highest score, ascending."""
    return np.flatnonzero(scores == scores.max())


def random_seed() -> int:
    """A seed short enough to be typed again."""
    return secrets.randbelow(2**31)


def random_generator(seed: int) -> np.random.Generator:
    """A stream of its own for one generation: the same on every machine and in every version of numpy."""
    return np.random.Generator(np.random.Philox(seed))


def _keep(probabilities: Vector, ids: NDArray[np.int64]) -> Vector:
    kept: Vector = np.zeros_like(probabilities)
    kept[ids] = probabilities[ids]
    kept /= kept.sum()
    return kept
