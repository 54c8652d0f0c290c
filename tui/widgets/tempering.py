"""How temperature reshapes a distribution of which only the top tokens are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def tempered(
    log_probabilities: Sequence[float], temperature: float, others: int = 0
) -> tuple[list[float], float]:
    """Probabilities p^(1/T) / Σ p^(1/T) of the shown tokens, and the share that remains for `others` more.

    `log_probabilities` are natural logarithms at T = 1; T = 0 puts all on the most likely, the first of equals.
    What they leave of 1 is taken as spread evenly over the others. That is exact at T = 1 and with no others;
    by the convexity of powers their true share is at most this for T > 1, at least this for T < 1.
    """
    if not log_probabilities:
        return [], 1.0 if others else 0.0
    best = max(log_probabilities)
    if temperature <= 0:
        first = list(log_probabilities).index(best)
        return [float(index == first) for index in range(len(log_probabilities))], 0.0
    # Relative to the most likely, so that no power overflows.
    weights = [math.exp((log_p - best) / temperature) for log_p in log_probabilities]
    left = max(0.0, 1 - math.fsum(map(math.exp, log_probabilities)))
    rest = others * math.exp((math.log(left / others) - best) / temperature) if others and left else 0.0
    total = math.fsum(weights) + rest
    return [weight / total for weight in weights], rest / total
