"""Temperature applied to a distribution of which only the top tokens are known."""

from __future__ import annotations

import math
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
