"""Sampling from logits with numpy, in double precision.

The order is that of transformers: repetition penalty, temperature, top-k, top-p, min-p, then a sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.sampling.tokens import Candidate, DeadEndError, DivergedError, SampledToken, SamplingStep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.sampling.config import SamplingConfig
    from engine.sampling.tokens import Logits

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Shape (vocabulary,)."""


def sample_token(
    logits: Logits, step: SamplingStep, break_tie: Callable[[NDArray[np.int64]], int]
) -> SampledToken:
    """Sample the next token from logits of shape (vocabulary,).

    At temperature 0 `break_tie` picks among equally likely tokens. Probabilities are those among the allowed tokens.
    Raises DeadEndError when no token is possible and DivergedError when logits are NaN or infinite.
    """
    config = step.config
    if step.allowed is not None:
        logits = _only(logits, step.allowed)
    log_probabilities = log_softmax(logits)
    penalized = penalize_repetition(logits, step.history, config.repetition_penalty)
    if config.temperature == 0:
        tied = tied_for_first(penalized)
        token = int(tied[0]) if len(tied) == 1 else break_tie(tied)
        probabilities: Vector = np.zeros(len(logits))
        probabilities[token] = 1.0
    else:
        probabilities = softmax(penalized, config.temperature)
        token = inverse_cdf(truncate(probabilities, config), step.uniform)
    if not step.alternatives:
        return SampledToken(token, float(log_probabilities[token]), float(probabilities[token]))
    return _described(token, log_probabilities, probabilities, top_tokens(penalized, step.alternatives))


def score_token(logits: Logits, token: int, alternatives: int) -> SampledToken:
    """Return a given token as if it had been sampled from logits of shape (vocabulary,) at temperature 1.

    Raises DeadEndError when it is impossible and DivergedError when logits are NaN or infinite.
    """
    log_probabilities = log_softmax(logits)
    if log_probabilities[token] == -np.inf:
        raise DeadEndError
    top = top_tokens(log_probabilities, alternatives)
    return _described(token, log_probabilities, np.exp(log_probabilities), top)


def _described(
    token: int, log_probabilities: Vector, probabilities: Vector, top: NDArray[np.int64]
) -> SampledToken:
    chosen = float(log_probabilities[token])
    return SampledToken(
        token,
        chosen,
        float(probabilities[token]),
        candidates(log_probabilities, probabilities, top),
        rank=1 + int((log_probabilities > chosen).sum()),
        entropy=entropy(log_probabilities),
    )


def candidates(
    log_probabilities: Vector, probabilities: Vector, ids: NDArray[np.int64]
) -> tuple[Candidate, ...]:
    """Return those of `ids` that are possible, in their order."""
    return tuple(
        Candidate(int(token), float(log_probabilities[token]), float(probabilities[token]))
        for token in ids
        if log_probabilities[token] > -np.inf
    )


def entropy(log_probabilities: Vector) -> float:
    """Entropy, - sum p ln p in nats; impossible tokens add nothing."""
    possible = log_probabilities[log_probabilities > -np.inf]
    return float(-(np.exp(possible) * possible).sum())


def penalize_repetition(logits: Logits, history: Sequence[int], penalty: float) -> Logits:
    """Apply the repetition penalty of CTRL (Keskar et al. 2019, section 4.1), once for each id of `history`."""
    if penalty == 1.0 or not len(history):
        return logits
    penalized: Vector = logits.astype(np.float64)
    seen = np.unique(np.asarray(history, dtype=np.int64))
    occurred = penalized[seen]
    penalized[seen] = np.where(occurred > 0, occurred / penalty, occurred * penalty)
    return penalized


def log_softmax(logits: Logits, temperature: float = 1.0) -> Vector:
    """Log-probabilities with p_i proportional to exp(logit_i / temperature), temperature > 0; -inf stays -inf.

    Raises DeadEndError when all logits are -inf and DivergedError when they are NaN or infinite.
    """
    scaled = _scaled(logits, temperature)
    scaled -= np.log(np.exp(scaled).sum())
    return scaled


def softmax(logits: Logits, temperature: float = 1.0) -> Vector:
    """Probabilities p_i proportional to exp(logit_i / temperature).

    Temperature 0 is the limit: the highest logit has probability 1, of equals the lowest id. Raises as `log_softmax`.
    """
    if temperature == 0:
        one_hot: Vector = (_scaled(logits, 1.0) == 0).astype(np.float64)
        one_hot[one_hot.argmax() + 1 :] = 0.0
        return one_hot
    probabilities: Vector = np.exp(_scaled(logits, temperature))
    probabilities /= probabilities.sum()
    return probabilities


def truncate(probabilities: Vector, config: SamplingConfig) -> Vector:
    """Apply top-k, top-p (Holtzman et al. 2020) and min-p (Nguyen et al. 2024), and renormalize.

    The most likely token is always kept. Of equally likely tokens at the border of top-k or top-p the lower ids stay.
    """
    if config.top_k is not None and config.top_k < len(probabilities):
        probabilities = _keep(probabilities, top_tokens(probabilities, config.top_k))
    if config.top_p is not None and config.top_p < 1.0:
        probabilities = _keep(probabilities, _nucleus(probabilities, config.top_p))
    if config.min_p:
        enough = probabilities >= config.min_p * probabilities.max()
        probabilities = _keep(probabilities, np.flatnonzero(enough))
    return probabilities


def top_tokens(values: Logits, count: int) -> NDArray[np.int64]:
    """Ids of the `count` highest values, the highest first, lower ids first among equals."""
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    # Partitioning is slow where most values are equal, as after a truncation: the lowest are left out of it.
    border = values.min()
    higher = values[values > border]
    if len(higher) > count:
        border = np.partition(higher, -count)[-count]
    above, equal = np.flatnonzero(values > border), np.flatnonzero(values == border)
    ids = np.concatenate([above, equal[: count - len(above)]])
    return ids[np.lexsort((ids, -values[ids]))]


def inverse_cdf(probabilities: Vector, uniform: float) -> int:
    """Token whose interval of the cumulative distribution contains `uniform`; never one of probability 0."""
    cumulative = probabilities.cumsum()
    total = cumulative[-1]
    # A uniform just below 1 can round up to the total.
    return int(cumulative.searchsorted(min(uniform * total, np.nextafter(total, 0.0)), side="right"))


def tied_for_first(logits: Logits) -> NDArray[np.int64]:
    """Ids that share the highest logit, ascending."""
    return np.flatnonzero(logits == logits.max())


def random_generator(seed: int) -> np.random.Generator:
    """Return the random stream of one generation: the same on every machine and in every version of numpy."""
    return np.random.Generator(np.random.Philox(seed))


def _scaled(logits: Logits, temperature: float) -> Vector:
    """Logits over the temperature, shifted so that the highest is 0."""
    highest = float(logits.max())
    if highest == -np.inf:
        raise DeadEndError
    if not np.isfinite(highest):
        raise DivergedError
    scaled: Vector = logits.astype(np.float64)
    scaled -= highest
    # A tiny temperature turns a difference into -inf, which is its limit.
    with np.errstate(over="ignore"):
        scaled /= temperature
    return scaled


def _only(logits: Logits, allowed: NDArray[np.int64]) -> Logits:
    """Logits with -inf for all ids but the allowed ones."""
    masked: Logits = np.full_like(logits, -np.inf)
    masked[allowed] = logits[allowed]
    return masked


def _nucleus(probabilities: Vector, top_p: float) -> NDArray[np.int64]:
    """The fewest top ids whose probabilities sum to `top_p`. Usually these are few, so not all ids are sorted."""
    count, needed = 256, top_p * probabilities.sum()
    while True:
        ids = top_tokens(probabilities, count)
        before = probabilities[ids].cumsum() - probabilities[ids]
        if count >= len(probabilities) or before[-1] >= needed:
            return ids[: int(before.searchsorted(needed))]
        count *= 8


def _keep(probabilities: Vector, ids: NDArray[np.int64]) -> Vector:
    kept: Vector = np.zeros_like(probabilities)
    kept[ids] = probabilities[ids]
    kept /= kept.sum()
    return kept
