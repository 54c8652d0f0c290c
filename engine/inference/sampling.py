"""From next-token scores to a token: the arithmetic of choosing, in double precision.

The order is that of transformers: repetition penalty, temperature, top-k, top-p, min-p, then a draw.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np

from engine.models.choosing import Candidate, Choice, DivergedError, Draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.models.choosing import Sampling
    from engine.models.interface import Logits

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Shape (vocabulary,)."""


class DeadEndError(Exception):
    """Every token is impossible, as after a context that raw n-gram counts never saw."""


def choose(scores: Logits, choice: Choice, break_tie: Callable[[NDArray[np.int64]], int]) -> Draw:
    """The next token. `break_tie` says which of equally likely ones greedy decoding takes.

    Raises as `log_softmax` does.
    """
    sampling = choice.sampling
    log_probabilities = log_softmax(scores)
    penalised = penalise_repetition(scores, choice.history, sampling.repetition_penalty)
    if sampling.temperature == 0:
        equals = equally_likely(penalised)
        token = int(equals[0]) if len(equals) == 1 else break_tie(equals)
        probabilities: Vector = np.zeros(len(scores))
        probabilities[token] = 1.0
    else:
        probabilities = softmax(penalised, sampling.temperature)
        token = draw(truncate(probabilities, sampling), choice.uniform)
    return Draw(
        token,
        float(log_probabilities[token]),
        float(probabilities[token]),
        candidates(log_probabilities, probabilities, likeliest(penalised, choice.alternatives)),
    )


def candidates(
    log_probabilities: Vector, probabilities: Vector, ids: NDArray[np.int64]
) -> tuple[Candidate, ...]:
    """Those of `ids` that are possible."""
    return tuple(
        Candidate(int(token), float(log_probabilities[token]), float(probabilities[token]))
        for token in ids
        if log_probabilities[token] > -np.inf
    )


def distribution(scores: Logits, config: Sampling, history: Sequence[int] = ()) -> Vector:
    """The probabilities from which the next token is drawn. Shape (vocabulary,), sum 1.

    `history` are the ids that the repetition penalty holds against a token. At temperature 0 everything is
    on the likeliest token, the lowest id of equals. Raises DeadEndError when nothing is possible.
    """
    penalised = penalise_repetition(scores, history, config.repetition_penalty)
    return truncate(softmax(penalised, config.temperature), config)


def penalise_repetition(scores: Logits, history: Sequence[int], penalty: float) -> Logits:
    """Keskar et al. 2019 (CTRL), section 4.1: each id of `history` once, however often it occurred."""
    if penalty == 1.0 or not len(history):
        return scores
    penalised: Vector = scores.astype(np.float64)
    seen = np.unique(np.asarray(history, dtype=np.int64))
    occurred = penalised[seen]
    penalised[seen] = np.where(occurred > 0, occurred / penalty, occurred * penalty)
    return penalised


def log_softmax(scores: Logits, temperature: float = 1.0) -> Vector:
    """ln p with p_i proportional to exp(score_i / temperature), which must not be 0; -inf stays -inf.

    Raises DeadEndError when all scores are -inf and DivergedError when they are no numbers.
    """
    scaled = _scaled(scores, temperature)
    scaled -= np.log(np.exp(scaled).sum())
    return scaled


def softmax(scores: Logits, temperature: float = 1.0) -> Vector:
    """p with p_i proportional to exp(score_i / temperature).

    Temperature 0 is its limit, one token certain, the lowest id of equals. Raises as `log_softmax` does.
    """
    if temperature == 0:
        certain: Vector = (_scaled(scores, 1.0) == 0).astype(np.float64)
        certain[certain.argmax() + 1 :] = 0.0
        return certain
    probabilities: Vector = np.exp(_scaled(scores, temperature))
    probabilities /= probabilities.sum()
    return probabilities


def truncate(probabilities: Vector, config: Sampling) -> Vector:
    """Drops the tail by top-k, top-p (Holtzman et al. 2020) and min-p (Nguyen et al. 2024).

    What is left sums to one again; the likeliest is always left. Of equally likely tokens at the border of
    top-k or top-p those with the lower ids stay.
    """
    if config.top_k is not None and config.top_k < len(probabilities):
        probabilities = _keep(probabilities, likeliest(probabilities, config.top_k))
    if config.top_p is not None and config.top_p < 1.0:
        probabilities = _keep(probabilities, _nucleus(probabilities, config.top_p))
    if config.min_p:
        enough = probabilities >= config.min_p * probabilities.max()
        probabilities = _keep(probabilities, np.flatnonzero(enough))
    return probabilities


def likeliest(values: Logits, count: int) -> NDArray[np.int64]:
    """The ids of the `count` highest values, the highest first, lower ids first among equals."""
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    # Partitioning is slow where most are equal, as after a truncation: the lowest are left out of it.
    border = values.min()
    higher = values[values > border]
    if len(higher) > count:
        border = np.partition(higher, -count)[-count]
    above, equal = np.flatnonzero(values > border), np.flatnonzero(values == border)
    ids = np.concatenate([above, equal[: count - len(above)]])
    return ids[np.lexsort((ids, -values[ids]))]


def draw(probabilities: Vector, uniform: float) -> int:
    """The token whose share of [0, 1) holds `uniform`. One of probability 0 is never drawn."""
    cumulative = probabilities.cumsum()
    whole = cumulative[-1]
    # A uniform just below 1 can round up to the whole sum.
    return int(cumulative.searchsorted(min(uniform * whole, np.nextafter(whole, 0.0)), side="right"))


def equally_likely(scores: Logits) -> NDArray[np.int64]:
    """The ids that share the highest score, ascending."""
    return np.flatnonzero(scores == scores.max())


def random_seed() -> int:
    """A seed short enough to be typed again."""
    return secrets.randbelow(2**31)


def random_generator(seed: int) -> np.random.Generator:
    """A stream of its own for one generation: the same on every machine and in every version of numpy."""
    return np.random.Generator(np.random.Philox(seed))


def _scaled(scores: Logits, temperature: float) -> Vector:
    """The scores over the temperature, the highest of them 0."""
    highest = float(scores.max())
    if highest == -np.inf:
        raise DeadEndError
    if not np.isfinite(highest):
        raise DivergedError
    scaled: Vector = scores.astype(np.float64)
    scaled -= highest
    # A tiny temperature turns a difference into -inf, which is its limit.
    with np.errstate(over="ignore"):
        scaled /= temperature
    return scaled


def _nucleus(probabilities: Vector, share: float) -> NDArray[np.int64]:
    """The fewest ids, likeliest first, that make up this share. Mostly these are few, so not all are sorted."""
    count, needed = 256, share * probabilities.sum()
    while True:
        ids = likeliest(probabilities, count)
        before = probabilities[ids].cumsum() - probabilities[ids]
        if count >= len(probabilities) or before[-1] >= needed:
            return ids[: int(before.searchsorted(needed))]
        count *= 8


def _keep(probabilities: Vector, ids: NDArray[np.int64]) -> Vector:
    kept: Vector = np.zeros_like(probabilities)
    kept[ids] = probabilities[ids]
    kept /= kept.sum()
    return kept
