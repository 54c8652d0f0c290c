"""Temperature applied to a distribution of which only the top tokens are known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def tempered(
    log_probabilities: Sequence[float], temperature: float, others: int = 0
) -> tuple[list[float], float]:
    """Return p^(1/T) / Σ p^(1/T) of the given tokens, and the total probability of `others` more tokens.

    `log_probabilities` are natural logarithms at T = 1. At T = 0 the most likely token has probability 1, the first
    one of equals. The remaining probability is assumed uniform over the other tokens, which is exact at T = 1 and
    without other tokens. As x^(1/T) is concave for T > 1 and convex for T < 1, their true total is at most this
    value for T > 1 and at least this value for T < 1.
    """
    if not log_probabilities:
        return [], 1.0 if others else 0.0
    best = max(log_probabilities)
    if temperature <= 0:
        first = list(log_probabilities).index(best)
        return [float(index == first) for index in range(len(log_probabilities))], 0.0
    # Relative to the most likely token, to avoid overflow.
    weights = [math.exp((log_p - best) / temperature) for log_p in log_probabilities]
    left = max(0.0, 1 - math.fsum(map(math.exp, log_probabilities)))
    rest = others * math.exp((math.log(left / others) - best) / temperature) if others and left else 0.0
    total = math.fsum(weights) + rest
    return [weight / total for weight in weights], rest / total


@dataclass(frozen=True)
class Cutoffs:
    """Truncations of sampling; None: not applied."""

    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None


def kept(probabilities: Sequence[float], rest: float, cutoffs: Cutoffs) -> int:
    """Return the number of tokens that the cut-offs keep, of those given, the most likely first.

    `rest` is the total probability of all other tokens. The order is that of sampling: top-k, top-p, min-p.
    """
    count, total = len(probabilities), math.fsum(probabilities) + rest
    if cutoffs.top_k is not None and cutoffs.top_k <= count:
        count = cutoffs.top_k
        total = math.fsum(probabilities[:count])
    if cutoffs.top_p is not None and cutoffs.top_p < 1:
        before = 0.0
        for index in range(count):
            if before >= cutoffs.top_p * total:
                count = index
                break
            before += probabilities[index]
    if cutoffs.min_p and count:
        least = cutoffs.min_p * probabilities[0]
        count = sum(probability >= least for probability in probabilities[:count])
    return count
